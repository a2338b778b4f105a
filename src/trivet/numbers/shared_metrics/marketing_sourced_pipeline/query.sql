-- One row an opportunity of the base; its numerator is its worth if marketing sourced it.
select
    base.period_key,
    'opportunity'                                                    as record_kind,
    named.record_id,
    named.opportunity_id,
    named.account_id,
    cast(null as varchar)                                            as contact_id,
    base.entered_on                                                  as happened_on,
    base.entered_on                                                  as dimension_on,
    case
        when sourcing.sourced_by <> 'marketing' then 0
        when $basis = 'count' then 1
        else base.amount_minor
    end                                                              as numerator,
    case when $basis = 'count' then 1 else base.amount_minor end     as denominator,
    sourcing.sourced_by,
    sourcing.sourced_rule,
    base.deal_type,
    base.outcome,
    base.is_fallback,
    base.amount_is_missing,
    sourcing.is_same_day,
    sourcing.is_touches_not_loaded,
    sourcing.is_touches_not_loaded                                   as is_contradicted
from pipeline_base as base
join sourcing on sourcing.opportunity_no = base.opportunity_no
left join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
where base.is_counted
    and base.role = case when $measure = 'created' then 'entered' else 'open' end
    -- Open pipeline is what has entered; before that it is no pipeline yet.
    and (base.role = 'entered' or base.had_entered)
