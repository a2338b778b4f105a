-- What each customer kept, product by product: growth of one product does not hide the loss of another.
-- Inlined: only gross retention by product asks for it.
with product_line as (
    select
        window_no,
        entity_no,
        product,
        sum(opening_minor) as opening_minor,
        sum(closing_minor) as closing_minor
    from window_arr
    group by window_no, entity_no, product
)

select
    window_no,
    entity_no,
    sum(least(opening_minor, closing_minor)) as kept_by_product_minor
from product_line
group by window_no, entity_no
