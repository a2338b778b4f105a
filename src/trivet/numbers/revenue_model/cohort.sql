-- Each customer's ARR at the end of each asked quarter, at one exchange rate.
with account as (
    select
        arr.day,
        arr.account_no,
        -- Credits and discounts are taken off; an account below zero counts as zero.
        greatest(
            sum(cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)),
            0
        ) as arr_minor
    from arr_on_day as arr
    join fx_span as rate
        on rate.currency = arr.currency
        and rate.kind = 'plan'
        and rate.valid_from <= cast($as_of_on as date)
        and cast($as_of_on as date) < rate.valid_until
    group by arr.day, arr.account_no
)

select
    asked_period.period_key,
    'account'                                     as record_kind,
    concat(customer.entity_id, ' ', customer.account_id) as record_id,
    cast(null as varchar)                         as opportunity_id,
    customer.entity_id                            as account_id,
    cast(null as varchar)                         as contact_id,
    asked_period.last_on                          as happened_on,
    asked_period.last_on                          as dimension_on,
    cast(account.arr_minor as bigint)             as numerator,
    1                                             as denominator
from asked_period
join account on account.day = asked_period.last_on
join customer on customer.account_no = account.account_no
where account.arr_minor > 0
