-- What each account pays a year on the asked day, at the plan rate of that day; credits and
-- discounts are taken off, and an account below zero pays nothing.
select
    customer.account_id,
    greatest(
        cast(sum(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0)) as bigint), 0
    ) as arr_minor
from arr_on_day as arr
join customer on customer.account_no = arr.account_no
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = 'plan'
    and rate.valid_from <= arr.day
    and arr.day < rate.valid_until
group by customer.account_id
