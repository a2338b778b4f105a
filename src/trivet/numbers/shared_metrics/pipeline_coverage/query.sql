-- Three kinds of rows that add up: the target (denominator), what was won in the period (takes
-- from the denominator), and the open opportunities that are to close in it (numerator).
-- Of the targets inside the period the longest from each day: a quarter's, not its first month's.
with target_row as (
    select
        asked_period.period_key,
        asked_period.starts_on as asked_from,
        asked_period.ends_on   as asked_until,
        target.starts_on,
        target.ends_on,
        target.segment,
        target.amount_minor,
        target.currency,
        row_number() over (
            partition by asked_period.period_key, target.starts_on, target.segment
            order by target.ends_on desc
        ) as place
    from asked_period
    join target
        on target.starts_on >= asked_period.starts_on
        and target.ends_on <= asked_period.ends_on
),

open_row as (
    select
        base.*,
        named.record_id,
        named.opportunity_id,
        named.account_id,
        -- When it is to close is asked as known now, whenever its amount is.
        dated.close_on,
        dated.close_on < asked_period.as_of_on as is_past_due,
        dated.close_on >= asked_period.starts_on and dated.close_on <= asked_period.last_on as closes_in_period,
        case
            when base.deal_type <> 'renewal' then base.amount_minor
            when $renewal_base = 'in' then base.renewed_minor
            else base.uplift_minor
        end as worth_minor,
        case $weighting
            when 'stage' then coalesce(stage.probability, base.probability, 1)
            when 'historical' then coalesce(stage_win_share.won_share, 0)
            else 1
        end as weight
    from pipeline_base as base
    join asked_period using (period_key)
    left join opportunity_value as dated
        on dated.opportunity_no = base.opportunity_no
        and dated.valid_from <= asked_period.cutoff_at
        and asked_period.cutoff_at < dated.valid_until
    left join record_name as named
        on named.opportunity_no = base.opportunity_no
        and named.episode = base.episode
    left join stage on stage.position = base.stage_position and stage.kind = 'open'
    left join stage_win_share on stage_win_share.position = base.stage_position
    where base.role = 'open'
        and (base.is_counted or (base.deal_type = 'renewal' and $renewal_base = 'in'))
)

select
    period_key,
    'opportunity'           as record_kind,
    record_id,
    opportunity_id,
    account_id,
    cast(null as varchar)   as contact_id,
    close_on                as happened_on,
    close_on                as dimension_on,
    -- Open although its close date is past: shown with nothing, so that nobody misses it.
    case
        when is_past_due and $past_due = 'out' and $close_date <> 'any' then 0
        else cast(round(cast(worth_minor as decimal(20, 0)) * cast(weight as decimal(9, 6)), 0) as bigint)
    end                     as numerator,
    cast(0 as bigint)       as denominator,
    case when is_past_due then 'past due' else 'open' end as line,
    deal_type,
    cast(null as varchar)   as target_segment,
    cast(null as date)      as target_until,
    cast(null as date)      as asked_from,
    cast(null as date)      as asked_until,
    is_past_due,
    amount_is_missing
from open_row
where ($stage = 'any' or stage_is_qualified)
    and (
        $close_date = 'any'
        or closes_in_period
        or is_past_due
    )
union all
select
    base.period_key,
    'opportunity',
    concat(named.record_id, ' won'),
    named.opportunity_id,
    named.account_id,
    cast(null as varchar),
    base.closed_on,
    base.closed_on,
    cast(0 as bigint),
    -base.amount_minor,
    'won',
    base.deal_type,
    null,
    null,
    null,
    null,
    false,
    base.amount_is_missing
from pipeline_base as base
left join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
where base.role = 'closed'
    and base.outcome = 'won'
    and base.is_counted
    and $denominator = 'remaining'
union all
select
    target.period_key,
    'target',
    concat('target ', cast(target.starts_on as varchar), coalesce(concat(' ', target.segment), '')),
    cast(null as varchar),
    cast(null as varchar),
    cast(null as varchar),
    target.starts_on,
    target.starts_on,
    cast(0 as bigint),
    cast(round(cast(target.amount_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint),
    'target',
    null,
    target.segment,
    target.ends_on,
    target.asked_from,
    target.asked_until,
    false,
    false
from target_row as target
join fx_span as rate
    on rate.currency = target.currency
    and rate.kind = 'plan'
    and rate.valid_from <= target.starts_on
    and target.starts_on < rate.valid_until
where target.place = 1
