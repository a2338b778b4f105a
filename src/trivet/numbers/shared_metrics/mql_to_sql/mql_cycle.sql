-- MQLs as they are counted: a person's cycle, an account's cycle, or every event.
with event as (
    select
        history.contact_id,
        contact.account_id,
        history.stage,
        history.entered_at,
        cast(timezone($time_zone, timezone('UTC', history.entered_at)) as date) as entered_on,
        -- An SQL of a day without an hour comes after the MQLs of that day.
        case
            when history.stage = 'sql' and coalesce(history.entered_at_is_day, false)
                then history.entered_at + interval 1 day - interval 1 second
            else history.entered_at
        end as follows_at,
        history.created_by,
        case
            when $unit = 'account' then coalesce(contact.account_id, concat('contact ', history.contact_id))
            else history.contact_id
        end as counted_id
    from lifecycle_stage_history as history
    join contact_key using (contact_id)
    join contact on contact.contact_id = history.contact_id
    where history.stage in ('mql', 'sql')
        and history.entered_at <= cast($as_of_at as timestamp)
        and (not $duplicates_out or not history.is_duplicate)
),

inferred as (
    select *
    from event
    union all
    -- A skipped stage: an SQL that was never an MQL is taken as one of that day.
    select
        event.contact_id,
        event.account_id,
        'mql',
        event.entered_at,
        event.entered_on,
        event.follows_at,
        event.created_by,
        event.counted_id
    from event
    where event.stage = 'sql'
        and $skipped_stage = 'infer'
        and not exists (
            select 1
            from event as mql
            where mql.counted_id = event.counted_id
                and mql.stage = 'mql'
                and mql.entered_at <= event.follows_at
        )
),

mql as (
    select
        *,
        lag(entered_on) over (partition by counted_id order by entered_at, contact_id) as mql_before_on
    from inferred
    where stage = 'mql'
),

started as (
    select
        *,
        sum(
            case
                when $unit = 'event' then 1
                when mql_before_on is null then 1
                when date_diff('day', mql_before_on, entered_on) >= $recycle_gap_days then 1
                else 0
            end
        ) over (
            partition by counted_id
            order by entered_at, contact_id
            rows between unbounded preceding and current row
        ) as cycle
    from mql
),

cycle as (
    select
        counted_id,
        cycle,
        min(contact_id)  as contact_id,
        min(account_id)  as account_id,
        min(entered_at)  as mql_at,
        min(entered_on)  as mql_on
    from started
    group by counted_id, cycle
),

bounded as (
    select
        *,
        lead(mql_at) over (partition by counted_id order by cycle) as next_mql_at
    from cycle
),

became as (
    select
        bounded.counted_id,
        bounded.cycle,
        min(event.entered_on) as sql_on,
        min(event.entered_at) as sql_at
    from bounded
    join event
        on event.counted_id = bounded.counted_id
        and event.stage = 'sql'
        and event.follows_at >= bounded.mql_at
        and (bounded.next_mql_at is null or event.follows_at < bounded.next_mql_at)
    group by bounded.counted_id, bounded.cycle
)

select
    'mql' as kind,
    bounded.counted_id,
    bounded.cycle,
    bounded.contact_id,
    bounded.account_id,
    bounded.mql_on,
    became.sql_on,
    true as has_mql
from bounded
left join became using (counted_id, cycle)
union all
select
    'sql',
    event.counted_id,
    row_number() over (partition by event.counted_id order by event.entered_at, event.contact_id),
    event.contact_id,
    event.account_id,
    null,
    event.entered_on,
    exists (
        select 1
        from inferred as mql
        where mql.counted_id = event.counted_id
            and mql.stage = 'mql'
            and mql.entered_at <= event.follows_at
    )
from event
where event.stage = 'sql'
    and $method = 'same_period'
