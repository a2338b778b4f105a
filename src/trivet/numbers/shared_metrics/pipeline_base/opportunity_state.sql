-- What an opportunity was, and from when to when, as known on the asked date.
-- A record is an opportunity; under `new_deal_after` one reopened late is a second record.
-- A step is looked at once it was recorded. Dated by the close date, a closing lies on that day
-- though it was typed in later, and what stood before it ended there.
-- Inlined: most readers take two or three of its columns, and few need a window.
with known as (
    select
        entry.opportunity_no,
        entry.from_at,
        entry.outcome,
        entry.position,
        entry.is_qualified,
        entry.is_accepted,
        entry.is_dated,
        entry.outcome_before,
        entry.from_at_before,
        closing.closed_at,
        case when entry.until_known_at <= cast($as_of_at as timestamp) then entry.until_at end      as until_at,
        case when entry.until_known_at <= cast($as_of_at as timestamp) then entry.outcome_after end as outcome_after
    from stage_entry as entry
    left join closing
        on $closed_on = 'close_date'
        and closing.opportunity_no = entry.opportunity_no
        and closing.recorded_at = entry.next_closing_at
        and closing.known_from <= cast($as_of_at as timestamp)
        and cast($as_of_at as timestamp) < closing.known_until
    where entry.known_at <= cast($as_of_at as timestamp)
        -- Under `first_outcome` nothing that follows the first closing is looked at.
        and ($reopen <> 'first_outcome' or entry.closings_before = 0)
),

reopened as (
    select
        *,
        $reopen = 'new_deal_after'
        and outcome = 'open'
        and outcome_before = 'lost'
        and date_diff(
            'day',
            cast(timezone($time_zone, timezone('UTC', from_at_before)) as date),
            cast(timezone($time_zone, timezone('UTC', from_at)) as date)
        ) > $new_deal_after_days as is_new_deal,
        -- Until its next stage, unless that is another record's or is not looked at.
        case
            when $reopen = 'first_outcome' and outcome <> 'open' then null
            when $reopen = 'new_deal_after'
                and outcome = 'lost'
                and outcome_after = 'open'
                and date_diff(
                    'day',
                    cast(timezone($time_zone, timezone('UTC', from_at)) as date),
                    cast(timezone($time_zone, timezone('UTC', until_at)) as date)
                ) > $new_deal_after_days then null
            else until_at
        end as ended_at
    from known
),

-- Only where a reopening can be a new deal do rows have to be counted.
numbered as (
    select
        *,
        cast(0 as bigint) as episode
    from reopened
    where $reopen <> 'new_deal_after'
    union all
    select
        *,
        cast(sum(case when is_new_deal then 1 else 0 end) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and current row
        ) as bigint)
    from reopened
    where $reopen = 'new_deal_after'
)

select
    opportunity_no,
    episode,
    outcome,
    position,
    is_qualified,
    is_accepted,
    is_dated,
    case when outcome = 'open' then from_at else coalesce(closed_at, from_at) end as from_at,
    cast(timezone($time_zone, timezone('UTC', from_at)) as date)   as from_on,
    -- Closed twice the same way (lost, then lost with a reason) closed the first time.
    case when outcome_before is null or outcome <> outcome_before then from_at end as turned_at,
    case
        when outcome = 'open' then least(coalesce(ended_at, timestamp '9999-12-31'), coalesce(closed_at, timestamp '9999-12-31'))
        else coalesce(ended_at, timestamp '9999-12-31')
    end                                                            as until_at,
    ended_at is null                                               as is_last,
    -- Reopened after a loss: since when it had been lost. A new deal was never lost.
    case
        when outcome = 'open' and outcome_before = 'lost' and not is_new_deal
            then cast(timezone($time_zone, timezone('UTC', from_at_before)) as date)
    end                                                            as dormant_since
from numbered
