-- One row a record: when it entered the pipeline, and what became of it.
-- Who asks only for what stood open or closed since an instant need not look at what had ended
-- by then: with $open_since those records are left out.
with still_open as (
    select opportunity_no
    from stage_entry
    where outcome = 'open'
        and from_at <= cast($as_of_at as timestamp)
        and until_at >= cast($open_since as timestamp)
    union
    select opportunity_no
    from stage_entry
    where outcome = 'open'
        and from_at <= cast($as_of_at as timestamp)
        and until_at is null
    union
    select opportunity_no
    from stage_entry
    where outcome <> 'open'
        and from_at >= cast($open_since as timestamp)
        and from_at <= cast($as_of_at as timestamp)
    union
    -- Recorded before that, and dated by a close date behind it.
    select opportunity_no
    from closing
    where $closed_on = 'close_date'
        and closed_on >= cast(cast($open_since as timestamp) as date)
    union
    -- Of merged ones the earliest entry counts, whenever they ended.
    select opportunity_no
    from opportunity_fact
    where merged_into_id is not null
        or opportunity_id in (select merged_into_id from opportunity_fact where merged_into_id is not null)
),

looked_at as (
    select *
    from opportunity_state
    where $open_since is null
    union all
    select state.*
    from opportunity_state as state
    join still_open using (opportunity_no)
    where $open_since is not null
),

milestone as (
    select
        opportunity_no,
        episode,
        min(from_at)                                                      as first_at,
        min(case when outcome = 'open' and is_qualified and is_dated then from_at end) as qualified_at,
        min(case when outcome = 'open' and is_accepted and is_dated then from_at end)  as accepted_at,
        -- What it came to is the row that nothing follows, since it last turned to that outcome.
        max(turned_at)                                                    as turned_at,
        max(case when is_last then outcome end)                           as outcome,
        max(case when is_last then position end)                          as position,
        max(case when is_last and is_qualified then 1 else 0 end)         as is_qualified
    from looked_at
    group by opportunity_no, episode
),

-- The day it closed: the close date as it is known, or the day on which that was recorded.
ended as (
    select
        milestone.*,
        case when milestone.outcome <> 'open' then coalesce(closing.closed_at, milestone.turned_at) end as closed_at,
        case
            when milestone.outcome <> 'open'
                then coalesce(
                    closing.closed_on,
                    cast(timezone($time_zone, timezone('UTC', milestone.turned_at)) as date)
                )
        end as closed_on
    from milestone
    left join closing
        on $closed_on = 'close_date'
        and closing.opportunity_no = milestone.opportunity_no
        and closing.recorded_at = milestone.turned_at
        and closing.known_from <= cast($as_of_at as timestamp)
        and cast($as_of_at as timestamp) < closing.known_until
),

record as (
    select
        fact.opportunity_no,
        fact.opportunity_id,
        milestone.episode,
        fact.account_id,
        fact.account_no,
        case when $entity_level = 'account' then fact.account_id else fact.ultimate_parent_id end as entity_id,
        coalesce(fact.merged_into_id, fact.opportunity_id)             as survivor_id,
        fact.merged_into_id,
        fact.currency,
        fact.one_off_minor,
        fact.term_months,
        fact.expansion_type,
        fact.lost_reason,
        fact.product,
        fact.probability,
        fact.is_partner,
        fact.is_self_serve,
        milestone.qualified_at,
        milestone.outcome,
        milestone.position,
        milestone.is_qualified = 1                                     as is_qualified,
        milestone.closed_at,
        milestone.closed_on,
        case when milestone.episode = 0 then fact.created_at else milestone.first_at end as started_at,
        case
            when milestone.episode = 0 then fact.created_on
            else cast(timezone($time_zone, timezone('UTC', milestone.first_at)) as date)
        end                                                            as started_on,
        case $entry_event
            when 'created' then null
            when 'sales_accepted' then milestone.accepted_at
            else milestone.qualified_at
        end                                                            as staged_at,
        -- A won opportunity passed every stage, recorded or not; one that arrived already closed,
        -- without a history by then, cannot show which it passed.
        milestone.outcome = 'won'
        or (
            milestone.outcome = 'lost'
            and coalesce(fact.history_known_at > cast($as_of_at as timestamp), true)
        )                                                              as must_have_passed
    from opportunity_fact as fact
    join ended as milestone using (opportunity_no)
    where $partner_in or not fact.is_partner
),

-- A stage that was recorded after the deal had closed dates nothing: it was typed in, or came with
-- a migration.
staged as (
    select
        *,
        coalesce(
            closed_on is not null
            and cast(timezone($time_zone, timezone('UTC', staged_at)) as date) > closed_on,
            false
        ) as is_staged_late
    from record
),

-- Dated before it was created, a deal may have closed by a day on which nobody knew of it.
entered as (
    select
        *,
        case
            when $entry_event = 'created' and started_at <= cast($as_of_at as timestamp) then started_at
            when $entry_event = 'created' then null
            when staged_at is not null and not is_staged_late then staged_at
            when $fallback_when_skipped and (must_have_passed or is_staged_late) then started_at
        end as entered_at,
        $entry_event <> 'created'
        and (staged_at is null or is_staged_late)
        and $fallback_when_skipped
        and (must_have_passed or is_staged_late) as is_fallback
    from staged
),

-- Few opportunities were merged. A reopening that is a new deal gives its first one nothing.
earliest as (
    select
        survivor_id,
        min(entered_at)                                                          as entered_at,
        max(case when qualified_at is not null or must_have_passed then 1 else 0 end) as reached_qualified
    from entered
    where $merge_duplicates
        and episode = 0
        and survivor_id in (select merged_into_id from opportunity_fact where merged_into_id is not null)
    group by survivor_id
),

settled as (
    select
        entered.*,
        case
            when entered.episode = 0 and earliest.survivor_id is not null then earliest.entered_at
            else entered.entered_at
        end as settled_at,
        entered.qualified_at is not null
            or entered.must_have_passed
            or (entered.episode = 0 and coalesce(earliest.reached_qualified, 0) = 1) as reached_qualified
    from entered
    left join earliest using (survivor_id)
    where not $merge_duplicates or entered.merged_into_id is null
),

dated as (
    select
        *,
        cast(timezone($time_zone, timezone('UTC', settled_at)) as date) as entered_on
    from settled
),

rated as (
    select
        *,
        case $fx
            when 'at_close' then coalesce(closed_on, cast($as_of_on as date))
            when 'current' then cast($as_of_on as date)
            else coalesce(entered_on, started_on, closed_on, cast($as_of_on as date))
        end as rate_on
    from dated
)

select
    rated.opportunity_no,
    rated.opportunity_id,
    rated.episode,
    case
        when rated.episode = 0 then rated.opportunity_id
        else concat(rated.opportunity_id, '#', cast(rated.episode + 1 as varchar))
    end                                                                  as record_id,
    rated.account_id,
    rated.account_no,
    rated.entity_id,
    rated.currency,
    rated.one_off_minor,
    rated.term_months,
    rated.expansion_type,
    rated.lost_reason,
    rated.product,
    rated.probability,
    rated.is_partner,
    rated.is_self_serve,
    rated.outcome,
    rated.position,
    rated.is_qualified,
    rated.reached_qualified,
    rated.is_fallback,
    rated.started_at,
    rated.started_on,
    rated.settled_at                                                     as entered_at,
    rated.entered_on,
    rated.closed_at,
    rated.closed_on,
    -- What one minor unit of its currency is worth; none if no rate is known.
    rate.minor_rate
from rated
left join fx_span as rate
    on rate.currency = rated.currency
    and rate.kind = case when $fx = 'plan' then 'plan' else 'spot' end
    and rate.valid_from <= rated.rate_on
    and rated.rate_on < rate.valid_until
