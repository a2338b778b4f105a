-- One row an opportunity of the same base; its numerator is its worth if it came from a customer.
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
        when base.deal_type not in ('expansion', 'renewal')
            and not (base.deal_type = 'winback' and $winback = 'expansion') then 0
        when $basis = 'count' then 1
        else base.amount_minor
    end                                                              as numerator,
    case when $basis = 'count' then 1 else base.amount_minor end     as denominator,
    base.deal_type,
    base.expansion_type,
    base.outcome,
    base.is_fallback,
    base.amount_is_missing
from pipeline_base as base
left join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
where base.is_counted
    and base.role = case when $measure = 'created' then 'entered' else 'open' end
    -- Open pipeline is what has entered; before that it is no pipeline yet.
    and (base.role = 'entered' or base.had_entered)
