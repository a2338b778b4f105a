-- One row a lead to follow up: when its clock started, when it was due, when it was met.
-- A lead is what was given to somebody: also where the person's own record was never exported.
with chained as (
    select
        assignment.*,
        lag(assignment.assigned_at) over (partition by assignment.contact_id order by assignment.assigned_at) as assigned_before_at
    from lead_assignment as assignment
    where assignment.assigned_at <= cast($as_of_at as timestamp)
        and assignment.contact_id not in (select contact_id from test_contact)
),

-- Given to somebody else within 90 days is the same lead; later it is a new one.
numbered as (
    select
        *,
        sum(
            case
                when assigned_before_at is null or assigned_at > assigned_before_at + interval 90 day then 1
                else 0
            end
        ) over (
            partition by contact_id
            order by assigned_at
            rows between unbounded preceding and current row
        ) as lead_no
    from chained
),

placed as (
    select
        *,
        row_number() over (partition by contact_id, lead_no order by assigned_at, user_id, lead_type)                as from_first,
        row_number() over (partition by contact_id, lead_no order by assigned_at desc, user_id desc, lead_type desc) as from_last
    from numbered
),

lead_row as (
    select
        contact_id,
        lead_no,
        min(case when from_first = 1 then assigned_at end)                                  as first_assigned_at,
        min(case when $reassign = 'keep' and from_first = 1 then assigned_at
                 when $reassign = 'restart' and from_last = 1 then assigned_at end)         as assigned_at,
        min(case when $reassign = 'keep' and from_first = 1 then user_id
                 when $reassign = 'restart' and from_last = 1 then user_id end)             as user_id,
        min(case when from_first = 1 then lead_type end)                                    as lead_type
    from placed
    group by contact_id, lead_no
),

qualified as (
    select
        lead_row.contact_id,
        lead_row.lead_no,
        max(lifecycle.entered_at) as mql_at
    from lead_row
    join lifecycle_stage_history as lifecycle
        on lifecycle.contact_id = lead_row.contact_id
        and lifecycle.stage = 'mql'
        and lifecycle.entered_at <= lead_row.first_assigned_at
    group by lead_row.contact_id, lead_row.lead_no
),

started as (
    select
        lead_row.*,
        qualified.mql_at,
        case
            when $clock_start = 'mql' and lead_row.assigned_at = lead_row.first_assigned_at
                then coalesce(qualified.mql_at, lead_row.assigned_at)
            else lead_row.assigned_at
        end                                                         as started_at,
        coalesce(crm_user.time_zone, $time_zone)                    as time_zone,
        cast(round(coalesce(target.seconds, default_target.seconds), 0) as bigint) as target_seconds
    from lead_row
    left join qualified using (contact_id, lead_no)
    left join crm_user on crm_user.user_id = lead_row.user_id
    left join chosen_target as target on target.lead_type = lead_row.lead_type
    join chosen_target as default_target on default_target.lead_type = ''
),

-- The spans that an instant of a day can lie in: few, so that they are found by the day.
span_of_day as (
    select
        asked.time_zone,
        asked.day,
        span.opens_at,
        span.next_opens_at,
        span.seconds_before,
        span.seconds_after
    from (
        select distinct
            time_zone,
            cast(started_at as date) as day
        from started
        where $calendar <> 'always'
    ) as asked
    join business_open_span as span
        on span.time_zone = asked.time_zone
        and span.opens_at < cast(asked.day + cast(1 as integer) as timestamp)
        and span.next_opens_at > cast(asked.day as timestamp)
),

-- Where the start lies on the clock that counts: of open hours, or of every hour.
clocked as (
    select
        started.*,
        case
            when $calendar = 'always' then cast(epoch(started.started_at) as bigint)
            else opening.seconds_before + least(
                cast(epoch(started.started_at) - epoch(opening.opens_at) as bigint),
                opening.seconds_after - opening.seconds_before
            )
        end as started_second
    from started
    left join span_of_day as opening
        on opening.time_zone = started.time_zone
        and opening.day = cast(started.started_at as date)
        and opening.opens_at <= started.started_at
        and started.started_at < opening.next_opens_at
),

-- Every pause of the lead, whoever had it then, in seconds of that clock since the start. One
-- that has not ended stops the clock up to the asked date.
pause as (
    select
        clocked.contact_id,
        clocked.lead_no,
        clocked.target_seconds,
        numbered.resumed_at is null as is_endless,
        case
            when $calendar = 'always' then cast(epoch(numbered.paused_at) as bigint)
            else began.seconds_before + least(
                cast(epoch(numbered.paused_at) - epoch(began.opens_at) as bigint),
                began.seconds_after - began.seconds_before
            )
        end - clocked.started_second as began_after,
        case
            when $calendar = 'always' then cast(epoch(coalesce(numbered.resumed_at, cast($as_of_at as timestamp))) as bigint)
            else ended.seconds_before + least(
                cast(epoch(coalesce(numbered.resumed_at, cast($as_of_at as timestamp))) - epoch(ended.opens_at) as bigint),
                ended.seconds_after - ended.seconds_before
            )
        end - clocked.started_second as ended_after
    from clocked
    join numbered
        on numbered.contact_id = clocked.contact_id
        and numbered.lead_no = clocked.lead_no
    left join business_open_span as began
        on began.time_zone = clocked.time_zone
        and began.opens_at <= numbered.paused_at
        and numbered.paused_at < began.next_opens_at
    left join business_open_span as ended
        on ended.time_zone = clocked.time_zone
        and ended.opens_at <= coalesce(numbered.resumed_at, cast($as_of_at as timestamp))
        and coalesce(numbered.resumed_at, cast($as_of_at as timestamp)) < ended.next_opens_at
    where numbered.paused_at is not null
        and numbered.pause_reason is not null
),

-- What no earlier pause covers of each.
pause_apart as (
    select
        *,
        greatest(
            began_after,
            0,
            coalesce(
                max(ended_after) over (
                    partition by contact_id, lead_no
                    order by began_after, ended_after
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )
        ) as stops_after
    from pause
),

pause_in_turn as (
    select
        *,
        greatest(ended_after - stops_after, 0) as seconds,
        coalesce(
            sum(greatest(ended_after - stops_after, 0)) over (
                partition by contact_id, lead_no
                order by began_after, ended_after
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as seconds_before
    from pause_apart
),

-- A pause counts only if the clock was still running when it began.
waited as (
    select
        contact_id,
        lead_no,
        cast(sum(seconds) as bigint)             as seconds,
        max(case when is_endless then 1 else 0 end) as is_paused
    from pause_in_turn
    where stops_after - seconds_before < target_seconds
    group by contact_id, lead_no
),

targeted as (
    select
        clocked.*,
        coalesce(waited.is_paused, 0) = 1                                                as is_paused,
        clocked.started_second + clocked.target_seconds + coalesce(waited.seconds, 0)    as due_second
    from clocked
    left join waited
        on waited.contact_id = clocked.contact_id
        and waited.lead_no = clocked.lead_no
),

-- The spans that a stretch of open seconds, as long as a day, can end in.
span_of_stretch as (
    select
        asked.time_zone,
        asked.stretch,
        span.opens_at,
        span.seconds_before,
        span.seconds_after
    from (
        select distinct
            time_zone,
            floor(due_second / 86400) as stretch
        from targeted
        where $calendar <> 'always'
    ) as asked
    join business_open_span as span
        on span.time_zone = asked.time_zone
        and span.seconds_before < (asked.stretch + 1) * 86400
        and span.seconds_after >= asked.stretch * 86400
),

due as (
    select
        targeted.*,
        case
            when $calendar = 'always'
                then targeted.started_at + to_seconds(targeted.due_second - targeted.started_second)
            else closing.opens_at + to_seconds(targeted.due_second - closing.seconds_before)
        end as due_at
    from targeted
    left join span_of_stretch as closing
        on closing.time_zone = targeted.time_zone
        and closing.stretch = floor(targeted.due_second / 86400)
        and closing.seconds_before < targeted.due_second
        and targeted.due_second <= closing.seconds_after
),

follow_up as (
    select
        due.contact_id,
        due.lead_no,
        min(activity.happened_at) as touched_at,
        -- With a date and no hour it may have been the last second of that day, and met nothing.
        min(
            case
                when coalesce(activity.happened_at_is_day, false)
                    then activity.happened_at + interval 1 day - interval 1 second
                else activity.happened_at
            end
        )                         as met_at
    from due
    join sales_activity as activity
        on activity.contact_id = due.contact_id
        and activity.happened_at <= cast($as_of_at as timestamp)
        -- Already talking when the lead came is met at once; an old call is not talking.
        and activity.happened_at >= due.started_at - to_seconds(cast($already_talking_days as bigint) * 86400)
    where coalesce(activity.function, 'sales') in ('sales', 'customer_success')
        and activity.kind not in ('note', 'task')
        and (
            $qualifying_touch = 'any'
            or (
                not coalesce(activity.is_automatic, false)
                and (
                    $qualifying_touch = 'human_any'
                    or activity.kind = 'meeting'
                    or coalesce(activity.direction, 'outbound') = 'outbound'
                )
            )
        )
    group by due.contact_id, due.lead_no
)

select
    due.contact_id,
    due.lead_no,
    contact.account_id,
    due.user_id,
    due.lead_type,
    due.mql_at,
    due.first_assigned_at,
    due.started_at,
    due.due_at,
    cast(timezone($time_zone, timezone('UTC', due.due_at)) as date) as due_on,
    follow_up.touched_at,
    case
        -- Counting early who was quick, before who was not, would flatter a running week.
        when due.due_at > cast($as_of_at as timestamp) or due.is_paused then 'pending'
        when follow_up.met_at <= due.due_at then 'met'
        else 'breached'
    end as result,
    coalesce(follow_up.touched_at <= due.due_at and follow_up.met_at > due.due_at, false) as is_same_day
from due
left join contact on contact.contact_id = due.contact_id
left join follow_up
    on follow_up.contact_id = due.contact_id
    and follow_up.lead_no = due.lead_no
where due.due_at is not null
