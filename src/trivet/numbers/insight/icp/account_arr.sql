-- What each account pays a year on the asked day, at the plan rate of that day.
select
    customer.account_id,
    cast(sum(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0)) as bigint) as arr_minor
from arr_on_day as arr
join (
    select
        entity_no,
        min(entity_id) as account_id
    from customer
    group by entity_no
) as customer using (entity_no)
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = 'plan'
    and rate.valid_from <= arr.day
    and arr.day < rate.valid_until
group by customer.account_id
