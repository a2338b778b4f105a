-- From which day on each kind of record is known: as its feed declares it, else from the first of
-- the month of the earliest record. What lies before that day was not loaded, or did not happen:
-- nobody can tell, so no figure reaches back behind it. Of several sources the earliest counts.
-- The first instant is one of the first day, so only that one is asked for its day.
create or replace table main.known_from as
with recorded as (
    select 'opportunity' as table_name, source, min(created_at) as instant, min(case when created_at is null then close_on end) as day
    from opportunity
    group by source
    union all
    select 'opportunity_stage_history', source, min(entered_at), null
    from opportunity_stage_history
    where is_loaded
    group by source
    union all
    select 'subscription', source, null, min(starts_on)
    from subscription
    group by source
    union all
    select 'invoice_line', source, null, min(invoiced_on)
    from invoice_line
    group by source
    union all
    select 'arr_movement', source, null, min(moved_on)
    from arr_movement
    group by source
    union all
    select 'lifecycle_stage_history', source, min(entered_at), null
    from lifecycle_stage_history
    group by source
    union all
    select 'lead_assignment', source, min(assigned_at), null
    from lead_assignment
    group by source
    union all
    select 'touchpoint', source, min(touched_at), null
    from touchpoint
    group by source
    union all
    select 'sales_activity', source, min(happened_at), null
    from sales_activity
    group by source
),

earliest as (
    select
        table_name,
        source,
        cast(date_trunc('month', least(day, cast(timezone($time_zone, timezone('UTC', instant)) as date))) as date) as first_on
    from recorded
    where instant is not null or day is not null
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
