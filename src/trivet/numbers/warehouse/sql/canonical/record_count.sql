-- How many records of each table each source brings: the same opportunity in ten exports is one.
-- `derived` are those that no export has: made from the source's opportunities or memberships.
create or replace table setting.record_count as
with brought as (
    select source, 'account' as table_name, count(*) as rows, 0 as derived from latest.account group by source
    union all
    select source, 'contact', count(*), 0 from latest.contact group by source
    union all
    select source, 'crm_user', count(*), 0 from crm_user group by source
    union all
    select source, 'crm_campaign', count(*), 0 from crm_campaign group by source
    union all
    select source, 'campaign_membership', count(*), 0 from campaign_membership group by source
    union all
    select source, 'touchpoint', count(*), 0 from touchpoint group by source
    union all
    -- The touchpoints that touchpoint.sql makes of responses, counted where they are few.
    select source, 'touchpoint', 0, count(*)
    from campaign_membership
    where responded and coalesce(first_responded_at, created_at) is not null
    group by source
    union all
    select source, 'lifecycle_stage_history', count(*), 0 from lifecycle_stage_history group by source
    union all
    select source, 'lead_assignment', count(*), 0 from lead_assignment group by source
    union all
    select source, 'opportunity', count(*), 0 from opportunity group by source
    union all
    select source, 'opportunity_stage_history', count(*), sum(case when is_loaded then 0 else 1 end)
    from opportunity_stage_history group by source
    union all
    select source, 'opportunity_field_history', count(*), 0 from opportunity_field_history group by source
    union all
    select source, 'opportunity_contact_role', count(*), 0 from opportunity_contact_role group by source
    union all
    select source, 'subscription', count(*), 0 from subscription group by source
    union all
    select source, 'invoice_line', count(*), 0 from invoice_line group by source
    union all
    select source, 'arr_movement', count(*), 0 from arr_movement group by source
    union all
    select source, 'health_score', count(*), 0 from health_score group by source
    union all
    select source, 'product_usage', count(*), 0 from product_usage group by source
    union all
    select source, 'expansion_signal', count(*), 0 from expansion_signal group by source
    union all
    select source, 'sales_activity', count(*), 0 from sales_activity group by source
    union all
    select source, 'fx_rate', count(*), 0 from fx_rate group by source
    union all
    select source, 'target', count(*), 0 from target group by source
)

select
    source,
    table_name,
    cast(sum(rows) - sum(derived) as bigint) as rows,
    cast(sum(derived) as bigint)             as derived
from brought
group by
    source,
    table_name
