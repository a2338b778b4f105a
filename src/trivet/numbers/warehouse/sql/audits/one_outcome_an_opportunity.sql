-- Every opportunity has one outcome: open, won or lost.
select
    opportunity.opportunity_id,
    opportunity.stage,
    count(stage.kind) as outcomes
from opportunity
left join stage
    on stage.stage = opportunity.stage
group by
    opportunity.opportunity_id,
    opportunity.stage
having count(stage.kind) <> 1
order by opportunity.opportunity_id
