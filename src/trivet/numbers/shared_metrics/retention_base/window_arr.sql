-- What each customer pays for each product at both ends of a window, in the company's currency.
-- Inlined: what is not added up of it is not made.
select
    asked_window.window_no,
    'opening' as side,
    arr.entity_no,
    arr.product,
    -- At a rate of one nothing is converted: most money is in the company's own currency.
    case
        when rate.minor_rate = 1 then cast(arr.arr_minor as bigint)
        else cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end                 as arr_minor,
    cast(0 as bigint)   as price_uplift_minor,
    0                   as in_grace,
    0                   as awaited
from asked_window
join arr_on_day as arr on arr.day = asked_window.opening_on
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = case when $fx = 'plan' then 'plan' else 'spot' end
    and rate.valid_from <= asked_window.opening_on
    and asked_window.opening_on < rate.valid_until
union all
select
    asked_window.window_no,
    'closing',
    arr.entity_no,
    arr.product,
    case
        when rate.minor_rate = 1 then cast(arr.arr_minor as bigint)
        else cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end,
    case
        when rate.minor_rate = 1 or arr.price_uplift_minor = 0 then cast(arr.price_uplift_minor as bigint)
        else cast(round(cast(arr.price_uplift_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end,
    arr.in_grace,
    arr.awaited
from asked_window
join arr_on_day as arr on arr.day = asked_window.closing_on
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = case when $fx = 'plan' then 'plan' else 'spot' end
    and rate.valid_from <= case when $fx = 'cohort_start' then asked_window.opening_on else asked_window.closing_on end
    and case when $fx = 'cohort_start' then asked_window.opening_on else asked_window.closing_on end < rate.valid_until
