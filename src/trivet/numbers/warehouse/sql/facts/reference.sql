-- Where the records of each table lead: how many name nobody, and how many name a record that is
-- not loaded. Such a row is in no figure that follows the reference, and nothing else says so.
--   rows     records with the column
--   empty    name nobody
--   unknown  name a record that no source brought
create or replace table main.reference as
with record as (
    select 'account' as kind, account_id as id from account
    union all
    select 'contact', contact_id from contact
    union all
    select 'opportunity', opportunity_id from opportunity
    union all
    select 'crm_campaign', campaign_id from crm_campaign
    union all
    select 'crm_user', user_id from crm_user
),

named as (
    select 'account' as table_name, 'parent_id' as column_name, 'account' as refers_to, source, parent_id as id from account
    union all
    select 'account', 'owner_id', 'crm_user', source, owner_id from account
    union all
    select 'account', 'csm_id', 'crm_user', source, csm_id from account
    union all
    select 'contact', 'account_id', 'account', source, account_id from contact
    union all
    select 'crm_campaign', 'parent_id', 'crm_campaign', source, parent_id from crm_campaign
    union all
    select 'campaign_membership', 'campaign_id', 'crm_campaign', source, campaign_id from campaign_membership
    union all
    select 'campaign_membership', 'contact_id', 'contact', source, contact_id from campaign_membership
    union all
    select 'touchpoint', 'contact_id', 'contact', source, contact_id from touchpoint
    union all
    select 'touchpoint', 'campaign_id', 'crm_campaign', source, campaign_id from touchpoint
    union all
    select 'lifecycle_stage_history', 'contact_id', 'contact', source, contact_id from lifecycle_stage_history
    union all
    select 'lead_assignment', 'contact_id', 'contact', source, contact_id from lead_assignment
    union all
    select 'lead_assignment', 'user_id', 'crm_user', source, user_id from lead_assignment
    union all
    select 'opportunity', 'account_id', 'account', source, account_id from opportunity
    union all
    select 'opportunity', 'campaign_id', 'crm_campaign', source, campaign_id from opportunity
    union all
    select 'opportunity', 'owner_id', 'crm_user', source, owner_id from opportunity
    union all
    select 'opportunity', 'merged_into_id', 'opportunity', source, merged_into_id from opportunity
    union all
    select 'opportunity_stage_history', 'opportunity_id', 'opportunity', source, opportunity_id from opportunity_stage_history where is_loaded
    union all
    select 'opportunity_field_history', 'opportunity_id', 'opportunity', source, opportunity_id from opportunity_field_history
    union all
    select 'opportunity_contact_role', 'opportunity_id', 'opportunity', source, opportunity_id from opportunity_contact_role
    union all
    select 'opportunity_contact_role', 'contact_id', 'contact', source, contact_id from opportunity_contact_role
    union all
    select 'subscription', 'account_id', 'account', source, account_id from subscription
    union all
    select 'invoice_line', 'account_id', 'account', source, account_id from invoice_line
    union all
    select 'arr_movement', 'account_id', 'account', source, account_id from arr_movement
    union all
    select 'health_score', 'account_id', 'account', source, account_id from health_score
    union all
    select 'product_usage', 'account_id', 'account', source, account_id from product_usage
    union all
    select 'expansion_signal', 'account_id', 'account', source, account_id from expansion_signal
    union all
    select 'sales_activity', 'contact_id', 'contact', source, contact_id from sales_activity
    union all
    select 'sales_activity', 'account_id', 'account', source, account_id from sales_activity
    union all
    select 'sales_activity', 'opportunity_id', 'opportunity', source, opportunity_id from sales_activity
    union all
    select 'sales_activity', 'user_id', 'crm_user', source, user_id from sales_activity
),

followed as (
    select
        named.table_name,
        named.column_name,
        named.refers_to,
        named.source,
        count(*)                                                                       as rows,
        sum(case when named.id is null then 1 else 0 end)                              as empty,
        sum(case when named.id is not null and record.id is null then 1 else 0 end)    as unknown
    from named
    left join record
        on record.kind = named.refers_to
        and record.id = named.id
    group by
        named.table_name,
        named.column_name,
        named.refers_to,
        named.source
)

select
    source,
    table_name,
    column_name,
    refers_to,
    cast(rows as bigint)    as rows,
    cast(empty as bigint)   as empty,
    cast(unknown as bigint) as unknown
from followed
order by
    table_name,
    column_name,
    source
