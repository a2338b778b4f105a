-- The base under sourced share, win rate, time to close, expansion share and coverage: one row
-- for each asked period, record and role. The roles are what the record did in the period:
-- `entered` it, `closed` in it, or stood `open` at its end. Amounts are in the company's currency
-- and hold only the parts of a deal whose kind counts. Names are in `record_name`: ten
-- thousand records are in thirty thousand rows.
-- Inlined: a metric reads one role and a few of the columns, and makes no others.
with status_day as (
    -- The day on which it is asked whether somebody is a customer: one a record, or each
    -- period's last for what had not closed before it.
    select
        opportunity_no,
        episode,
        entity_id,
        case $customer_status_at
            when 'close' then coalesce(closed_on, cast($as_of_on as date))
            else coalesce(entered_on, started_on, closed_on)
        end as status_on
    from opportunity_entry
    where $customer_status_at <> 'period_end'
    union all
    select
        entry.opportunity_no,
        entry.episode,
        entry.entity_id,
        asked_period.last_on
    from opportunity_entry as entry
    cross join asked_period
    where $customer_status_at = 'period_end'
        and (entry.closed_on is null or entry.closed_on >= asked_period.starts_on or entry.entered_on >= asked_period.starts_on)
),

entity_span as (
    select
        case
            when $entity_level = 'account' then span.account_id
            else coalesce(account_key.ultimate_parent_id, span.account_id)
        end as entity_id,
        span.from_on,
        span.until_on
    from customer_span as span
    left join account_key using (account_id)
),

-- Who became a customer that very day was none when the deal was raised: it may be the deal.
status as (
    select
        status_day.opportunity_no,
        status_day.episode,
        status_day.status_on,
        max(case when span.from_on <= status_day.status_on and status_day.status_on < span.until_on then 1 else 0 end) as on_the_day,
        max(case when span.from_on < status_day.status_on and status_day.status_on <= span.until_on then 1 else 0 end) as the_day_before,
        max(case when span.until_on <= status_day.status_on then span.until_on end) as left_on
    from status_day
    join entity_span as span on span.entity_id = status_day.entity_id
    group by status_day.opportunity_no, status_day.episode, status_day.status_on
),

member as (
    select
        asked_day.period_key,
        'entered' as role,
        entry.*,
        entry.position     as stage_position,
        entry.is_qualified as stage_is_qualified
    from opportunity_entry as entry
    join asked_day on asked_day.day = entry.entered_on
    where entry.minor_rate is not null
    union all
    select
        asked_day.period_key,
        'closed',
        entry.*,
        entry.position,
        entry.is_qualified
    from opportunity_entry as entry
    join asked_day on asked_day.day = entry.closed_on
    where entry.minor_rate is not null
    union all
    select
        asked_period.period_key,
        'open',
        entry.*,
        state.position,
        state.is_qualified
    from asked_period
    join opportunity_state as state
        on state.from_at <= asked_period.open_at
        and state.until_at > asked_period.open_at
        and state.outcome = 'open'
    join opportunity_entry as entry
        on entry.opportunity_no = state.opportunity_no
        and entry.episode = state.episode
    where $with_open
        and entry.minor_rate is not null
),

asked as (
    select
        member.*,
        asked_period.last_on,
        case $amount_as_of
            when 'at_entry' then coalesce(member.entered_at, member.started_at, member.closed_at)
            when 'book_close' then asked_period.cutoff_at
            else cast($as_of_at as timestamp)
        end as amount_at,
        case $customer_status_at
            when 'entry_date' then coalesce(member.entered_on, member.started_on, member.closed_on)
            when 'close' then coalesce(member.closed_on, cast($as_of_on as date))
            else asked_period.last_on
        end as status_on
    from member
    join asked_period using (period_key)
),

valued as (
    select
        asked.*,
        history.motion,
        case $amount_basis
            when 'amount_field' then history.amount_minor
            when 'net_arr' then history.net_arr_minor
            when 'tcv' then coalesce(history.tcv_minor, history.amount_minor)
            else coalesce(
                history.acv_minor,
                case
                    -- A year of a longer contract. Division is floating here, but of whole numbers
                    -- below 2^53 by a few hundred months: the nearest minor unit is still exact.
                    when asked.term_months > 12 then cast(
                        round(
                            cast((history.amount_minor - coalesce(asked.one_off_minor, 0)) * 12 as double)
                            / cast(asked.term_months as double),
                            0
                        ) as bigint
                    )
                    else history.amount_minor - coalesce(asked.one_off_minor, 0)
                end
            )
        end                                      as known_minor,
        history.renewal_base_minor,
        coalesce(status.on_the_day = 1 and status.the_day_before = 1, false) as is_customer,
        status.left_on
    from asked
    left join opportunity_value as history
        on history.opportunity_no = asked.opportunity_no
        and history.valid_from <= asked.amount_at
        and asked.amount_at < history.valid_until
    left join status
        on status.opportunity_no = asked.opportunity_no
        and status.episode = asked.episode
        and status.status_on = asked.status_on
),

parted as (
    select
        *,
        coalesce(known_minor, 0) as whole_minor,
        case
            when motion = 'renewal' then 'renewal'
            when is_customer then 'expansion'
            when left_on is not null and status_on < left_on + to_months($winback_after_months) then 'expansion'
            when left_on is not null then 'winback'
            -- Without any record of customers the CRM's own word is the only evidence.
            when motion = 'expansion' and (select count(*) from customer_span) = 0 then 'expansion'
            else 'new'
        end as deal_type
    from valued
),

counted as (
    select
        *,
        case
            when deal_type <> 'renewal' then 0
            when $amount_basis = 'net_arr' then coalesce(renewal_base_minor, 0)
            else least(coalesce(renewal_base_minor, whole_minor), whole_minor)
        end as base_part_minor
    from parted
),

-- Net ARR is growth already: what is renewed comes on top of it.
uplifted as (
    select
        *,
        case when $amount_basis = 'net_arr' then whole_minor else whole_minor - base_part_minor end as uplift_minor
    from counted
),

chosen as (
    select
        *,
        case
            when deal_type = 'new' and $deal_types_in__new then whole_minor
            when deal_type = 'expansion' and $deal_types_in__expansion then whole_minor
            when deal_type = 'winback' and $deal_types_in__winback then whole_minor
            when deal_type = 'renewal' then
                case when $deal_types_in__renewal_uplift then uplift_minor else 0 end
                + case when $deal_types_in__renewal_base then base_part_minor else 0 end
            else 0
        end as own_minor,
        case deal_type
            when 'new' then $deal_types_in__new
            when 'expansion' then $deal_types_in__expansion
            when 'winback' then $deal_types_in__winback
            else $deal_types_in__renewal_base
                or ($deal_types_in__renewal_uplift and ($amount_basis = 'net_arr' or whole_minor > base_part_minor))
        end as is_counted
    from uplifted
)

select
    chosen.period_key,
    chosen.role,
    chosen.opportunity_no,
    chosen.episode,
    chosen.started_on,
    chosen.entered_on,
    -- In the pipeline by the last day of the period: what qualified later stood open, but outside.
    -- Of what nothing dates, the stage it was seen in is all that tells.
    coalesce(
        chosen.entered_on <= chosen.last_on,
        chosen.started_on is null and ($entry_event = 'created' or chosen.stage_is_qualified)
    )                                                                       as had_entered,
    chosen.is_fallback,
    chosen.reached_qualified,
    chosen.outcome,
    chosen.closed_on,
    chosen.lost_reason,
    chosen.motion,
    chosen.deal_type,
    case when chosen.deal_type = 'renewal' then 'renewal_uplift' else chosen.expansion_type end as expansion_type,
    chosen.is_self_serve,
    chosen.stage_position,
    chosen.stage_is_qualified,
    chosen.probability,
    chosen.known_minor is null                                              as amount_is_missing,
    chosen.is_counted,
    case
        when chosen.minor_rate = 1 or chosen.own_minor = 0 then chosen.own_minor
        else cast(round(cast(chosen.own_minor as decimal(20, 0)) * chosen.minor_rate, 0) as bigint)
    end                                                                     as amount_minor,
    -- Only of a renewal are these other amounts, and only there are they read.
    case
        when chosen.deal_type <> 'renewal' then null
        when chosen.minor_rate = 1 or chosen.uplift_minor = 0 then chosen.uplift_minor
        else cast(round(cast(chosen.uplift_minor as decimal(20, 0)) * chosen.minor_rate, 0) as bigint)
    end                                                                     as uplift_minor,
    case
        when chosen.deal_type <> 'renewal' then null
        when chosen.minor_rate = 1 then chosen.uplift_minor + chosen.base_part_minor
        else cast(round(cast(chosen.uplift_minor + chosen.base_part_minor as decimal(20, 0)) * chosen.minor_rate, 0) as bigint)
    end                                                                     as renewed_minor
from chosen
