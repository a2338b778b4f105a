-- How many records of each table each source brings: the same opportunity in ten exports is one.
create or replace table setting.record_count as
with brought as (
    select source, 'account' as table_name, count(*) as rows from latest.account group by source
    union all
    select source, 'contact', count(*) from latest.contact group by source
    union all
    select source, 'crm_user', count(*) from crm_user group by source
    union all
    select source, 'crm_campaign', count(*) from crm_campaign group by source
    union all
    select source, 'campaign_membership', count(*) from campaign_membership group by source
    union all
    select source, 'touchpoint', count(*) from touchpoint group by source
    union all
    select source, 'lifecycle_stage_history', count(*) from lifecycle_stage_history group by source
    union all
    select source, 'lead_assignment', count(*) from lead_assignment group by source
    union all
    select source, 'opportunity', count(*) from opportunity group by source
    union all
    select source, 'opportunity_stage_history', count(*) from opportunity_stage_history group by source
    union all
    select source, 'opportunity_field_history', count(*) from opportunity_field_history group by source
    union all
    select source, 'opportunity_contact_role', count(*) from opportunity_contact_role group by source
    union all
    select source, 'subscription', count(*) from subscription group by source
    union all
    select source, 'invoice_line', count(*) from invoice_line group by source
    union all
    select source, 'arr_movement', count(*) from arr_movement group by source
    union all
    select source, 'health_score', count(*) from health_score group by source
    union all
    select source, 'product_usage', count(*) from product_usage group by source
    union all
    select source, 'expansion_signal', count(*) from expansion_signal group by source
    union all
    select source, 'sales_activity', count(*) from sales_activity group by source
    union all
    select source, 'fx_rate', count(*) from fx_rate group by source
    union all
    select source, 'target', count(*) from target group by source
)

select
    source,
    table_name,
    rows
from brought
