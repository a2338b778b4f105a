-- Each account's ARR on the asked days, by product and currency.
select
    asked_arr_day.day,
    customer.entity_no,
    line.account_id,
    line.product,
    line.currency,
    cast(sum(line.arr_minor) as bigint)               as arr_minor,
    -- A price rise is growth of the window in which its contract started.
    cast(sum(case when line.starts_on > asked_arr_day.since then line.price_uplift_minor else 0 end) as bigint) as price_uplift_minor,
    cast(sum(case when asked_arr_day.day >= line.ran_out_on then 1 else 0 end) as integer) as in_grace,
    cast(sum(case when asked_arr_day.day >= line.ran_out_on and line.renewed_by is null then 1 else 0 end) as integer) as awaited,
    -- Of several the first, with its own renewal.
    min(case when asked_arr_day.day >= line.ran_out_on then line.contract_id || ' → ' || coalesce(line.renewed_by, '…') end) as late_renewal
from asked_arr_day
join recurring_line as line
    on line.from_on <= asked_arr_day.day
    and asked_arr_day.day < line.until_on
join customer on customer.account_id = line.account_id
group by
    asked_arr_day.day,
    customer.entity_no,
    line.account_id,
    line.product,
    line.currency
