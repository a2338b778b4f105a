-- Each customer's ARR at the end of each asked quarter, at one exchange rate.
select
    asked_period.period_key,
    'account'              as record_kind,
    concat(named.entity_id, ' ', arr.product, ' ', arr.currency) as record_id,
    cast(null as varchar)  as opportunity_id,
    named.entity_id          as account_id,
    cast(null as varchar)  as contact_id,
    asked_period.last_on   as happened_on,
    asked_period.last_on   as dimension_on,
    cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint) as numerator,
    1                      as denominator
from asked_period
join arr_on_day as arr on arr.day = asked_period.last_on
join (
    select
        entity_no,
        min(entity_id) as entity_id
    from customer
    group by entity_no
) as named using (entity_no)
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = 'plan'
    and rate.valid_from <= cast($as_of_on as date)
    and cast($as_of_on as date) < rate.valid_until
