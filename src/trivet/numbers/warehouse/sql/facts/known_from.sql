-- From which day on each kind of record is known: as its feed declares it, else from the first of
-- the month of the earliest record. What lies before that day was not loaded, or did not happen:
-- nobody can tell, so no figure reaches back behind it. Of several sources the earliest counts.
create or replace table main.known_from as
with recorded as (
    select 'opportunity' as table_name, source, coalesce(cast(timezone($time_zone, timezone('UTC', created_at)) as date), close_on) as day
    from opportunity
    union all
    select 'opportunity_stage_history', source, cast(timezone($time_zone, timezone('UTC', entered_at)) as date)
    from opportunity_stage_history
    where is_loaded
    union all
    select 'subscription', source, starts_on
    from subscription
    union all
    select 'invoice_line', source, invoiced_on
    from invoice_line
    union all
    select 'arr_movement', source, moved_on
    from arr_movement
    union all
    select 'lifecycle_stage_history', source, cast(timezone($time_zone, timezone('UTC', entered_at)) as date)
    from lifecycle_stage_history
    union all
    select 'lead_assignment', source, cast(timezone($time_zone, timezone('UTC', assigned_at)) as date)
    from lead_assignment
    union all
    select 'touchpoint', source, cast(timezone($time_zone, timezone('UTC', touched_at)) as date)
    from touchpoint
    union all
    select 'sales_activity', source, cast(timezone($time_zone, timezone('UTC', happened_at)) as date)
    from sales_activity
),

earliest as (
    select
        table_name,
        source,
        cast(date_trunc('month', min(day)) as date) as first_on
    from recorded
    where day is not null
    group by table_name, source
),

-- A feed that says from when it has everything says so of an export without a record, too.
declared as (
    select
        -- A response that the CRM keeps on a campaign's list is a touch.
        case when table_name = 'campaign_membership' then 'touchpoint' else table_name end as table_name,
        source,
        min(first_on) as first_on
    from history_from
    where table_name in (
        'opportunity', 'opportunity_stage_history', 'subscription', 'invoice_line', 'arr_movement',
        'lifecycle_stage_history', 'lead_assignment', 'touchpoint', 'campaign_membership', 'sales_activity'
    )
    group by 1, 2
)

select
    table_name,
    min(coalesce(declared.first_on, earliest.first_on)) as first_on
from earliest
full join declared using (table_name, source)
group by table_name
