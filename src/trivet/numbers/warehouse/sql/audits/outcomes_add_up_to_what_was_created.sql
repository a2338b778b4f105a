-- Of the opportunities created in a month, those won, lost and open are all there are.
with outcome as (
    select
        date_trunc('month', opportunity_fact.created_on)        as month,
        sum(case when stage.kind = 'won' then 1 else 0 end)     as won,
        sum(case when stage.kind = 'lost' then 1 else 0 end)    as lost,
        sum(case when stage.kind = 'open' then 1 else 0 end)    as still_open
    from opportunity_fact
    join opportunity
        on opportunity.opportunity_id = opportunity_fact.opportunity_id
    join stage
        on stage.stage = opportunity.stage
    group by date_trunc('month', opportunity_fact.created_on)
),

created as (
    select
        date_trunc('month', opportunity_fact.created_on) as month,
        count(*)                                         as created
    from opportunity_fact
    group by date_trunc('month', opportunity_fact.created_on)
)

select
    created.month,
    created.created,
    outcome.won,
    outcome.lost,
    outcome.still_open
from created
left join outcome
    on outcome.month is not distinct from created.month
where coalesce(outcome.won + outcome.lost + outcome.still_open, 0) <> created.created
order by created.month
