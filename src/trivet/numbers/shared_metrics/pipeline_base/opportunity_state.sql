-- What an opportunity was, and from when to when, as known on the asked date.
-- A record is an opportunity; under `new_deal_after` one reopened late is a second record.
with known as (
    select
        opportunity_no,
        entered_at   as from_at,
        outcome,
        position,
        is_qualified,
        is_accepted
    from stage_entry
    where entered_at <= cast($as_of_at as timestamp)
    union all
    -- Open from its creation, whatever its first recorded stage says.
    select
        opportunity_no,
        created_at,
        'open',
        0,
        false,
        false
    from opportunity_fact
    where created_at <= cast($as_of_at as timestamp)
        and (first_stage_at is null or created_at < first_stage_at)
),

ordered as (
    select
        *,
        lag(outcome) over (partition by opportunity_no order by from_at, position) as outcome_before,
        lag(from_at) over (partition by opportunity_no order by from_at, position) as from_at_before,
        sum(case when outcome <> 'open' then 1 else 0 end) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and current row
        ) - case when outcome <> 'open' then 1 else 0 end as closings_before
    from known
),

counted as (
    select
        *,
        case
            when outcome = 'open' and outcome_before = 'lost' then date_diff(
                'day',
                cast(timezone($time_zone, timezone('UTC', from_at_before)) as date),
                cast(timezone($time_zone, timezone('UTC', from_at)) as date)
            )
            else 0
        end as dormant_days
    from ordered
    -- Under `first_outcome` nothing that follows the first closing is looked at.
    where $reopen <> 'first_outcome' or closings_before = 0
),

numbered as (
    select
        *,
        sum(
            case when $reopen = 'new_deal_after' and dormant_days > $new_deal_after_days then 1 else 0 end
        ) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and current row
        ) as episode,
        sum(case when outcome_before is null or outcome <> outcome_before then 1 else 0 end) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and current row
        ) as run_no
    from counted
)

select
    opportunity_no,
    episode,
    outcome,
    position,
    is_qualified,
    is_accepted,
    from_at,
    cast(timezone($time_zone, timezone('UTC', from_at)) as date) as from_on,
    -- Closed twice the same way (lost, then lost with a reason) closed the first time.
    min(from_at) over (partition by opportunity_no, run_no)      as run_from_at,
    coalesce(
        lead(from_at) over (partition by opportunity_no, episode order by from_at, position),
        timestamp '9999-12-31'
    )                                                            as until_at,
    -- Reopened after a loss: since when it had been lost. A new deal was never lost.
    case
        when outcome = 'open' and outcome_before = 'lost'
            and not ($reopen = 'new_deal_after' and dormant_days > $new_deal_after_days)
            then cast(timezone($time_zone, timezone('UTC', from_at_before)) as date)
    end                                                          as dormant_since
from numbered
