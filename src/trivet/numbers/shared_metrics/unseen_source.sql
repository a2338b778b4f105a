-- Lead sources that the list names and that no opportunity of the last twelve months has.
select source.lead_source
from lead_source_function as source
where source.lead_source not in (
    select lower(trim(opportunity.lead_source))
    from opportunity
    where opportunity.lead_source is not null
        and opportunity.created_at >= (select max(created_at) from opportunity) - interval 12 month
)
    and exists (select 1 from opportunity where lead_source is not null)
order by source.lead_source
