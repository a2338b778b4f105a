-- Each customer's ARR on the asked days, by product and currency.
with part as (
    select
        asked_arr_day.day,
        span.entity_no,
        span.product,
        span.currency,
        span.arr_minor,
        -- A price rise is growth of the window in which its contract started.
        case when span.starts_on > asked_arr_day.since then span.price_uplift_minor else 0 end as price_uplift_minor,
        asked_arr_day.day >= span.ran_out_on                                as is_in_grace,
        asked_arr_day.day >= span.ran_out_on and not span.is_renewed         as is_awaited
    from asked_arr_day
    join subscription_span as span
        on span.from_on <= asked_arr_day.day
        and asked_arr_day.day < span.until_on
    where $basis = 'subscriptions'
    union all
    select
        asked_arr_day.day,
        customer.entity_no,
        coalesce(invoice_line.product, ''),
        invoice_line.currency,
        invoice_line.amount_minor,
        0,
        false,
        false
    from asked_arr_day
    join invoice_line
        on invoice_line.invoiced_on <= asked_arr_day.day
        and invoice_line.invoiced_on > asked_arr_day.day - interval 12 month
    join customer using (account_id)
    where $basis = 'invoices'
        and coalesce(invoice_line.revenue_kind, 'recurring') in ('recurring', 'committed_usage')
    union all
    -- Usage is billed, not contracted: its run rate is the last three months' times four.
    select
        asked_arr_day.day,
        customer.entity_no,
        coalesce(invoice_line.product, ''),
        invoice_line.currency,
        invoice_line.amount_minor * 4,
        0,
        false,
        false
    from asked_arr_day
    join invoice_line
        on invoice_line.invoiced_on <= asked_arr_day.day
        and invoice_line.invoiced_on > asked_arr_day.day - interval 3 month
    join customer using (account_id)
    where $basis = 'subscriptions'
        and $usage_revenue = 'trailing_3_months_x4'
        and invoice_line.revenue_kind = 'usage'
    union all
    select
        asked_arr_day.day,
        customer.entity_no,
        '',
        arr_movement.currency,
        arr_movement.amount_minor,
        case when arr_movement.kind = 'price' and arr_movement.moved_on > asked_arr_day.since then arr_movement.amount_minor else 0 end,
        false,
        false
    from asked_arr_day
    join arr_movement on arr_movement.moved_on <= asked_arr_day.day
    join customer using (account_id)
    where $basis = 'movements'
)

select
    day,
    entity_no,
    product,
    currency,
    cast(sum(arr_minor) as bigint)               as arr_minor,
    cast(sum(price_uplift_minor) as bigint)      as price_uplift_minor,
    max(case when is_in_grace then 1 else 0 end) as in_grace,
    max(case when is_awaited then 1 else 0 end)  as awaited
from part
group by
    day,
    entity_no,
    product,
    currency
