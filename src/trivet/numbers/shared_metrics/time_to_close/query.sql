-- One row an opportunity that closed; its numerator is its days, its denominator 1. One whose clock
-- would start after its close is shown with nothing, and so is one that nothing starts the clock of.
with first_mql as (
    select
        role.opportunity_no,
        min(lifecycle.entered_at) as started_at
    from opportunity_role as role
    join contact_key using (contact_no)
    join lifecycle_stage_history as lifecycle
        on lifecycle.contact_id = contact_key.contact_id
        and lifecycle.stage = 'mql'
    where $start = 'mql'
    group by role.opportunity_no
),

first_touch as (
    select
        role.opportunity_no,
        min(touch.touched_at) as started_at
    from opportunity_role as role
    join touch using (contact_no)
    where $start = 'first_touch'
        and touch.evidence = 2
    group by role.opportunity_no
),

counted as (
    select
        base.*,
        case $start
            when 'created' then base.started_on
            when 'qualified' then base.entered_on
            when 'mql' then cast(timezone($time_zone, timezone('UTC', first_mql.started_at)) as date)
            else cast(timezone($time_zone, timezone('UTC', first_touch.started_at)) as date)
        end as clock_started_on
    from pipeline_base as base
    left join first_mql using (opportunity_no)
    left join first_touch using (opportunity_no)
    where base.role = 'closed'
        and (base.outcome = 'won' or $population = 'won_lost')
        and ($population = 'won' or base.outcome = 'won' or base.reached_qualified)
        -- A flat renewal is no pipeline, but where renewals are timed it has a length too.
        and (base.is_counted or coalesce(base.motion, '') = 'renewal')
        and not ($exclude__renewal_base and coalesce(base.motion, '') = 'renewal')
),

-- The days a record lay lost before somebody reopened it, from the start of the clock on.
dormant as (
    select
        counted.period_key,
        counted.opportunity_no,
        counted.episode,
        sum(
            case $calendar
                when 'calendar' then date_diff('day', greatest(state.dormant_since, counted.clock_started_on), state.from_on)
                else reopened.working_days_before - lost.working_days_before
            end
        ) as dormant_days
    from counted
    join opportunity_state as state
        on state.opportunity_no = counted.opportunity_no
        and state.episode = counted.episode
        and state.dormant_since is not null
        and state.from_on > counted.clock_started_on
        and state.from_on <= counted.closed_on
    left join company_day as lost on lost.day = greatest(state.dormant_since, counted.clock_started_on)
    left join company_day as reopened on reopened.day = state.from_on
    where $dormant = 'subtract'
    group by counted.period_key, counted.opportunity_no, counted.episode
),

timed as (
    select
        counted.*,
        case
            when $calendar = 'calendar' then date_diff('day', clock_started_on, closed_on)
            else ended.working_days_before - began.working_days_before
        end as elapsed_days,
        coalesce(dormant.dormant_days, 0) as dormant_days
    from counted
    left join dormant
        on dormant.period_key = counted.period_key
        and dormant.opportunity_no = counted.opportunity_no
        and dormant.episode = counted.episode
    left join company_day as began on began.day = counted.clock_started_on
    left join company_day as ended on ended.day = counted.closed_on
),

judged as (
    select
        timed.*,
        coalesce(clock_started_on <= closed_on, false)  as is_counted_time,
        coalesce(clock_started_on > closed_on, false)   as is_started_late,
        clock_started_on is null                        as is_never_started,
        -- What should come before the sale came after it had begun: handed over backwards.
        $start in ('mql', 'first_touch')
        and coalesce(clock_started_on > started_on and clock_started_on <= closed_on, false) as is_backwards
    from timed
)

select
    period_key,
    'opportunity'          as record_kind,
    named.record_id,
    named.opportunity_id,
    named.account_id,
    cast(null as varchar)  as contact_id,
    closed_on              as happened_on,
    closed_on              as dimension_on,
    case when is_counted_time then elapsed_days - dormant_days else 0 end as numerator,
    case when is_counted_time then 1 else 0 end as denominator,
    outcome,
    clock_started_on,
    closed_on,
    deal_type,
    is_fallback and is_counted_time as is_fallback,
    is_started_late,
    is_never_started,
    is_backwards,
    is_started_late or is_backwards as is_contradicted
from judged
left join record_name as named
    on named.opportunity_no = judged.opportunity_no
    and named.episode = judged.episode
where not ($exclude__self_serve_same_day and is_self_serve and coalesce(elapsed_days = 0, false))
