-- One row an opportunity that is open and qualified at the end of the period, or closed in it.
-- The five parts add up over the rows; the figure is made of their sums.
select
    base.period_key,
    'opportunity'             as record_kind,
    concat(named.record_id, case when base.role = 'open' then ' open' else '' end) as record_id,
    named.opportunity_id,
    named.account_id,
    cast(null as varchar)     as contact_id,
    case when base.role = 'open' then base.entered_on else base.closed_on end as happened_on,
    case when base.role = 'open' then base.entered_on else base.closed_on end as dimension_on,
    case when base.role = 'closed' and base.outcome = 'won' then base.amount_minor else 0 end as numerator,
    case when base.role = 'closed' and base.outcome = 'won'
        then greatest(date_diff('day', coalesce(base.entered_on, base.started_on), base.closed_on), 1) else 0 end as denominator,
    case when base.role = 'open' then 1 else 0 end as open_count,
    case when base.role = 'closed' and base.outcome = 'won' then 1 else 0 end as won_count,
    case when base.role = 'closed' then 1 else 0 end as closed_count,
    base.outcome,
    base.deal_type,
    base.amount_is_missing
from pipeline_base as base
join sourcing on sourcing.opportunity_no = base.opportunity_no
left join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
where base.is_counted
    and ($sourced = 'all' or sourcing.sourced_by = 'marketing')
    and (
        (base.role = 'open' and base.stage_is_qualified)
        or (
            base.role = 'closed'
            and base.reached_qualified
            and not (base.outcome = 'lost' and coalesce(base.lost_reason in ('duplicate', 'test', 'merged'), false))
        )
    )
