-- What each account pays at both ends of a window, credits and discounts taken off. An account
-- below zero counts as zero, and is said: nobody pays less than nothing.
with added_up as (
    select
        window_no,
        entity_no,
        account_no,
        sum(opening_minor)      as opening_minor,
        sum(closing_minor)      as closing_minor,
        sum(price_uplift_minor) as price_uplift_minor
    from window_arr
    group by window_no, entity_no, account_no
)

select
    window_no,
    entity_no,
    account_no,
    greatest(opening_minor, 0) as opening_minor,
    greatest(closing_minor, 0) as closing_minor,
    price_uplift_minor,
    case when opening_minor < 0 then 1 else 0 end as opens_below_zero,
    case when closing_minor < 0 then 1 else 0 end as closes_below_zero
from added_up
