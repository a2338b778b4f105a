-- One row a customer of the cohort: numerator is its ARR at the end, denominator at the start.
select
    period_key,
    window_key,
    'account'              as record_kind,
    case when window_key = period_key then entity_id else concat(entity_id, ' ', window_key) end as record_id,
    cast(null as varchar)  as opportunity_id,
    entity_id              as account_id,
    cast(null as varchar)  as contact_id,
    closing_on             as happened_on,
    opening_on             as dimension_on,
    closing_minor          as numerator,
    opening_minor          as denominator,
    case
        when closing_minor = 0 then 'churn'
        when came_back then 'reactivation'
        when closing_minor > opening_minor then 'expansion'
        when closing_minor < opening_minor then 'contraction'
        else 'flat'
    end                    as movement,
    expansion_minor,
    price_minor,
    reactivation_minor,
    contraction_minor,
    churn_minor,
    is_in_grace,
    is_awaited,
    is_overlapping,
    is_below_zero,
    is_contradicted,
    late_contracts,
    late_renewal
from retention_row
