create or replace table main.opportunity_field_history as
select
    history.* replace (
        coalesce(opportunity.resolved_id, history.opportunity_id) as opportunity_id
    )
from latest.opportunity_field_history as history
left join identity.renamed as opportunity
    on opportunity.kind = 'opportunity'
    and opportunity.source = history.source
    and opportunity.source_id = history.opportunity_id
order by
    opportunity_id,
    field,
    changed_at
