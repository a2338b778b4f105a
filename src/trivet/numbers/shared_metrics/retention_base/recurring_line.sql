-- Every piece of recurring revenue, and from when to when it counts: a contract while it is in
-- force, an invoice for the months it is spread over, a movement for ever. Who pays what on a day is
-- read from nothing else, and so is who is a customer. Accounts that are only a test pay nothing.
with billed as (
    select
        account_id,
        coalesce(product, '') as product,
        currency,
        amount_minor,
        invoiced_on,
        12 as months
    from invoice_line
    where $retention_base__basis = 'invoices'
        and coalesce(revenue_kind, 'recurring') in ('recurring', 'committed_usage')
    union all
    -- Usage is billed, not contracted: its run rate is the last three months' times four.
    select
        account_id,
        coalesce(product, ''),
        currency,
        amount_minor * 4,
        invoiced_on,
        3
    from invoice_line
    where $retention_base__basis = 'subscriptions'
        and $retention_base__usage_revenue = 'trailing_3_months_x4'
        and revenue_kind = 'usage'
),

line as (
    select
        account_id,
        product,
        currency,
        arr_minor,
        price_uplift_minor,
        starts_on,
        from_on,
        until_on,
        ran_out_on,
        due_on,
        contract_id,
        renewed_by
    from subscription_span
    where $retention_base__basis = 'subscriptions'
    union all
    -- The trailing window of a day holds it from its own day on, up to the day whose window begins
    -- after it: the same day so many months later, or that month's last.
    select
        account_id,
        product,
        currency,
        amount_minor,
        0,
        invoiced_on,
        invoiced_on,
        cast(invoiced_on + to_months(months) as date),
        date '9999-12-31',
        null,
        null,
        null
    from billed
    union all
    select
        account_id,
        '',
        currency,
        amount_minor,
        case when kind = 'price' then amount_minor else 0 end,
        moved_on,
        moved_on,
        date '9999-12-31',
        date '9999-12-31',
        null,
        null,
        null
    from arr_movement
    where $retention_base__basis = 'movements'
)

select
    customer.entity_no,
    customer.account_no,
    line.*
from line
join customer using (account_id)
where line.from_on < line.until_on
