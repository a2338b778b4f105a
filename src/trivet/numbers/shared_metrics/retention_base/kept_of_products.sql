-- What each customer kept, product by product: growth of one product does not hide the loss of another.
-- Inlined: only gross retention by product asks for it.
with product_line as (
    select
        arr.window_no,
        arr.entity_no,
        arr.product,
        -- An account below zero counts as zero, whatever its products say one by one.
        sum(case when line.opens_below_zero = 1 then 0 else arr.opening_minor end)  as opening_minor,
        sum(case when line.closes_below_zero = 1 then 0 else arr.closing_minor end) as closing_minor
    from window_arr as arr
    join account_line as line
        on line.window_no = arr.window_no
        and line.account_no = arr.account_no
    group by arr.window_no, arr.entity_no, arr.product
)

select
    window_no,
    entity_no,
    sum(least(opening_minor, closing_minor)) as kept_by_product_minor
from product_line
group by window_no, entity_no
