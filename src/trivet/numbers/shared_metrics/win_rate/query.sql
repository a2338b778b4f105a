-- One row an opportunity that counts; its numerator says whether it was won. One that may be
-- marketing's, but whose touches are not loaded far enough back to tell, is shown with nothing.
with counted as (
    select
        base.*,
        named.record_id,
        named.opportunity_id,
        named.account_id,
        sourcing.sourced_by,
        sourcing.is_same_day,
        sourcing.is_touches_not_loaded,
        $sourced = 'all' or sourcing.sourced_by = 'marketing' as is_counted_source,
        case when $basis = 'count' then 1 else base.amount_minor end as weight,
        -- Left out of won and lost for the reason it was lost.
        base.outcome = 'lost' and (
            ($lost_reasons_out__duplicate and coalesce(base.lost_reason = 'duplicate', false))
            or ($lost_reasons_out__test and coalesce(base.lost_reason = 'test', false))
            or ($lost_reasons_out__merged and coalesce(base.lost_reason = 'merged', false))
            or ($no_decision = 'out' and coalesce(base.lost_reason in ('no_decision', 'no decision'), false))
        ) as is_left_out
    from pipeline_base as base
    join sourcing on sourcing.opportunity_no = base.opportunity_no
    left join record_name as named
        on named.opportunity_no = base.opportunity_no
        and named.episode = base.episode
    where base.role = case when $cohort = 'closed_in_period' then 'closed' else 'entered' end
        and ($sourced = 'all' or sourcing.sourced_by = 'marketing' or sourcing.is_touches_not_loaded)
        and ($min_stage = 'any' or base.reached_qualified)
        and base.is_counted
)

select
    period_key,
    'opportunity'                                        as record_kind,
    record_id,
    opportunity_id,
    account_id,
    cast(null as varchar)                                as contact_id,
    case when role = 'closed' then closed_on else entered_on end as happened_on,
    case when role = 'closed' then closed_on else entered_on end as dimension_on,
    case when is_counted_source and outcome = 'won' then weight else 0 end as numerator,
    case when is_counted_source then weight else 0 end   as denominator,
    is_counted_source                                    as is_counted,
    outcome,
    lost_reason,
    entered_on,
    closed_on,
    sourced_by,
    deal_type,
    is_counted_source and is_fallback                    as is_fallback,
    is_counted_source and amount_is_missing              as amount_is_missing,
    $sourced <> 'all' and is_same_day                    as is_same_day,
    $sourced <> 'all' and is_touches_not_loaded          as is_touches_not_loaded,
    $sourced <> 'all' and is_touches_not_loaded          as is_contradicted
from counted
where (outcome <> 'open' or $denominator <> 'won_lost')
    and ($denominator = 'all_statuses' or not is_left_out)
