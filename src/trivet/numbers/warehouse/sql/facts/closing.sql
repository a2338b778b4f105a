-- Each time an opportunity was closed: when that was recorded, and the day the CRM's close date gives
-- it, with from when to when that day was the one known. A deal closed on 30 June and typed in on
-- 2 July is dated 30 June, and nobody knows of it before 2 July.
create or replace table main.closing as
with marked as (
    select
        opportunity_no,
        from_at,
        known_at,
        outcome,
        position,
        is_loaded,
        closings_before,
        case when outcome_before is null or outcome <> outcome_before then 1 else 0 end as turns
    from stage_entry
),

-- Closed twice the same way (lost, then lost with a reason) closed the first time.
turn as (
    select
        *,
        lead(from_at) over (partition by opportunity_no order by from_at, position)  as ends_at,
        lead(known_at) over (partition by opportunity_no order by from_at, position) as end_known_at,
        -- When it was last opened again before.
        max(case when outcome = 'open' and closings_before > 0 then from_at end) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and 1 preceding
        )                                                                            as reopened_at
    from marked
    where turns = 1
),

closed as (
    select
        turn.opportunity_no,
        opportunity.source,
        turn.from_at                                                   as recorded_at,
        turn.known_at,
        turn.outcome,
        turn.is_loaded,
        coalesce(turn.ends_at, timestamp '9999-12-31')                 as ends_at,
        coalesce(turn.end_known_at, timestamp '9999-12-31')            as end_known_at,
        cast(timezone($time_zone, timezone('UTC', turn.from_at)) as date) as recorded_on,
        cast(timezone($time_zone, timezone('UTC', turn.ends_at)) as date) as ended_on,
        -- Closed once more after somebody had reopened it: not before that day.
        cast(timezone($time_zone, timezone('UTC', turn.reopened_at)) as date) as reopened_on
    from turn
    join opportunity_key using (opportunity_no)
    join opportunity using (opportunity_id)
    where turn.outcome <> 'open'
),

-- The first export that shows it as closed shows the close date it was closed with, where no
-- history of the field does: that date is then known from the record of the closing on.
seen as (
    select
        closed.opportunity_no,
        closed.recorded_at,
        min(told.valid_from) as seen_at
    from closed
    join opportunity_value as told
        on told.opportunity_no = closed.opportunity_no
        and told.evidence = 'observed'
        and not told.close_on_is_recorded
        and told.valid_from > closed.known_at
        and told.valid_from < closed.end_known_at
    group by closed.opportunity_no, closed.recorded_at
),

unseen_between as (
    select
        seen.opportunity_no,
        seen.recorded_at,
        seen.seen_at
    from seen
    join closed
        on closed.opportunity_no = seen.opportunity_no
        and closed.recorded_at = seen.recorded_at
    left join opportunity_export as export
        on export.source = closed.source
        and export.exported_at >= closed.known_at
        and export.exported_at < seen.seen_at
    where export.source is null
),

version as (
    select
        closed.*,
        told.close_on,
        -- Its value before any export showed it is the first one known.
        told.evidence <> 'observed' and not told.close_on_is_recorded  as is_told_later,
        case
            when told.valid_from <= coalesce(shown.seen_at, closed.known_at) then closed.known_at
            else told.valid_from
        end                                                            as known_from,
        least(told.valid_until, closed.end_known_at)                   as known_until
    from closed
    left join unseen_between as shown
        on shown.opportunity_no = closed.opportunity_no
        and shown.recorded_at = closed.recorded_at
    join opportunity_value as told
        on told.opportunity_no = closed.opportunity_no
        and told.valid_until > coalesce(shown.seen_at, closed.known_at)
        and told.valid_from < closed.end_known_at
),

-- Once it is known that it was reopened, the date that stood before that is the closing's.
ended as (
    select
        *,
        row_number() over (partition by opportunity_no, recorded_at order by known_from desc) as from_last
    from version
),

known as (
    select * exclude (from_last)
    from ended
    union all
    select * exclude (from_last) replace (
        end_known_at as known_from,
        timestamp '9999-12-31' as known_until,
        true as is_told_later
    )
    from ended
    where from_last = 1
        and end_known_at < timestamp '9999-12-31'
),

dated as (
    select
        *,
        case
            when close_on < reopened_on then recorded_on
            -- What was only told once it had been undone is no date of it when it lies behind that.
            when is_told_later and close_on > ended_on then recorded_on
            else coalesce(close_on, recorded_on)
        end as closed_on
    from known
)

select
    opportunity_no,
    recorded_at,
    known_at,
    outcome,
    is_loaded,
    recorded_on,
    known_from,
    known_until,
    closed_on,
    -- The instant from which it was no longer open: the end of the close date, unless it was
    -- recorded before that.
    least(
        recorded_at,
        timezone('UTC', timezone($time_zone, cast(closed_on + cast(1 as integer) as timestamp))) - to_microseconds(1)
    ) as closed_at
from dated
