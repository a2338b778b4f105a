-- One row a customer of the cohort: growth is cut off customer by customer, never on the total.
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
    case
        when $cap in ('product', 'contract') and is_new_again then 0
        when $cap in ('product', 'contract') then greatest(least(kept.kept_by_product_minor, closing_minor), 0)
        when $cap = 'total' then closing_minor
        else kept_by_customer_minor
    end                    as numerator,
    opening_minor          as denominator,
    case
        when closing_minor = 0 then 'churn'
        when closing_minor < opening_minor then 'contraction'
        else 'kept'
    end                    as movement,
    is_in_grace,
    is_awaited,
    is_overlapping,
    is_below_zero,
    is_contradicted,
    late_contracts,
    late_renewal
from retention_row
left join kept_of_products as kept
    on kept.window_no = retention_row.window_no
    and kept.entity_no = retention_row.entity_no
    and $cap in ('product', 'contract')
