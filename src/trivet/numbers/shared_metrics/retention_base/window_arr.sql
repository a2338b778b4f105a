-- What each account pays for each product at both ends of a window, in the company's currency.
-- Inlined: what is not added up of it is not made.
with asked_pair as (
    select distinct
        window_no,
        opening_on,
        closing_on
    from asked_window
)

select
    asked_pair.window_no,
    arr.entity_no,
    arr.account_no,
    arr.product,
    -- At a rate of one nothing is converted: most money is in the company's own currency. What
    -- is surely below 10^18 in eight places is multiplied in 64 bits: the same digits, sooner.
    case
        when rate.minor_rate = 1 then arr.arr_minor
        when arr.arr_minor between -1000000000 and 1000000000 and rate.minor_rate < 90
            then cast(round(cast(arr.arr_minor as decimal(18, 0)) * rate.minor_rate, 0) as bigint)
        else cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end                 as opening_minor,
    cast(0 as bigint)   as closing_minor,
    cast(0 as bigint)   as price_uplift_minor
from asked_pair
join arr_on_day as arr on arr.day = asked_pair.opening_on
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = case when $retention_base__fx = 'plan' then 'plan' else 'spot' end
    and rate.valid_from <= asked_pair.opening_on
    and asked_pair.opening_on < rate.valid_until
union all
select
    asked_pair.window_no,
    arr.entity_no,
    arr.account_no,
    arr.product,
    cast(0 as bigint),
    case
        when rate.minor_rate = 1 then arr.arr_minor
        when arr.arr_minor between -1000000000 and 1000000000 and rate.minor_rate < 90
            then cast(round(cast(arr.arr_minor as decimal(18, 0)) * rate.minor_rate, 0) as bigint)
        else cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end,
    case
        when rate.minor_rate = 1 or arr.price_uplift_minor = 0 then arr.price_uplift_minor
        else cast(round(cast(arr.price_uplift_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint)
    end
from asked_pair
join arr_on_day as arr on arr.day = asked_pair.closing_on
join fx_span as rate
    on rate.currency = arr.currency
    and rate.kind = case when $retention_base__fx = 'plan' then 'plan' else 'spot' end
    and rate.valid_from <= case when $retention_base__fx = 'cohort_start' then asked_pair.opening_on else asked_pair.closing_on end
    and case when $retention_base__fx = 'cohort_start' then asked_pair.opening_on else asked_pair.closing_on end < rate.valid_until
