-- One row an opportunity that is open and qualified at the end of the period, or closed in it.
-- The five parts add up over the rows; the figure is made of their sums. One that may be marketing's,
-- but whose touches are not loaded far enough back to tell, is shown with nothing.
with counted as (
    select
        base.*,
        $sourced = 'all' or sourcing.sourced_by = 'marketing'  as is_counted_source,
        $sourced <> 'all' and sourcing.is_touches_not_loaded   as is_touches_not_loaded,
        base.role = 'closed' and base.outcome = 'won'          as is_win,
        coalesce(base.entered_on, base.started_on)             as began_on
    from pipeline_base as base
    join sourcing on sourcing.opportunity_no = base.opportunity_no
    where base.is_counted
        and ($sourced = 'all' or sourcing.sourced_by = 'marketing' or sourcing.is_touches_not_loaded)
        and (
            (base.role = 'open' and base.stage_is_qualified)
            or (
                base.role = 'closed'
                and base.reached_qualified
                and not (base.outcome = 'lost' and coalesce(base.lost_reason in ('duplicate', 'test', 'merged'), false))
            )
        )
)

select
    base.period_key,
    'opportunity'             as record_kind,
    concat(named.record_id, case when base.role = 'open' then ' open' else '' end) as record_id,
    named.opportunity_id,
    named.account_id,
    cast(null as varchar)     as contact_id,
    case when base.role = 'open' then base.entered_on else base.closed_on end as happened_on,
    case when base.role = 'open' then base.entered_on else base.closed_on end as dimension_on,
    case when base.is_counted_source and base.is_win then base.amount_minor else 0 end as numerator,
    case
        when base.is_counted_source and base.is_win
            then greatest(date_diff('day', base.began_on, base.closed_on), 1)
        else 0
    end                       as denominator,
    case when base.is_counted_source and base.role = 'open' then 1 else 0 end as open_count,
    case when base.is_counted_source and base.is_win then 1 else 0 end as won_count,
    case when base.is_counted_source and base.role = 'closed' then 1 else 0 end as closed_count,
    base.is_counted_source    as is_counted,
    base.outcome,
    base.deal_type,
    base.amount_is_missing,
    base.is_touches_not_loaded,
    -- Began after it had closed: its length counts as a day, and says nothing.
    base.is_counted_source and base.is_win and coalesce(base.began_on > base.closed_on, false) as is_started_late,
    base.is_touches_not_loaded
    or (base.is_counted_source and base.is_win and coalesce(base.began_on > base.closed_on, false)) as is_contradicted
from counted as base
left join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
