-- Each account's ARR on the asked days, by product and currency.
select
    asked_arr_day.day,
    line.entity_no,
    line.account_no,
    line.product,
    line.currency,
    cast(sum(line.arr_minor) as bigint)               as arr_minor,
    -- A price rise is growth of the window in which its contract started.
    cast(sum(case when line.starts_on > asked_arr_day.since then line.price_uplift_minor else 0 end) as bigint) as price_uplift_minor
from asked_arr_day
join recurring_line as line
    on line.from_on <= asked_arr_day.day
    and asked_arr_day.day < line.until_on
group by
    asked_arr_day.day,
    line.entity_no,
    line.account_no,
    line.product,
    line.currency
