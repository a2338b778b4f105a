-- What each customer kept, product by product: growth of one product does not hide the loss of another.
-- Inlined: only gross retention by product asks for it.
with product_line as (
    select
        window_no,
        entity_no,
        product,
        sum(case when side = 'opening' then arr_minor else 0 end) as opening_minor,
        sum(case when side = 'closing' then arr_minor else 0 end) as closing_minor
    from window_arr
    group by window_no, entity_no, product
)

select
    window_no,
    entity_no,
    sum(least(opening_minor, closing_minor)) as kept_by_product_minor
from product_line
group by window_no, entity_no
