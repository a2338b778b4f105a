-- From when to when each customer had ARR, read from what the ARR itself is read from: only that
-- tells who left and who came back.
-- Inlined: for subscriptions it is their spans and nothing else.
with billed as (
    select
        customer.entity_no,
        invoice_line.invoiced_on,
        case when $basis = 'invoices' then 12 else 3 end as months
    from invoice_line
    join customer using (account_id)
    where (
        $basis = 'invoices'
        and coalesce(invoice_line.revenue_kind, 'recurring') in ('recurring', 'committed_usage')
    )
        or (
            $basis = 'subscriptions'
            and $usage_revenue = 'trailing_3_months_x4'
            and invoice_line.revenue_kind = 'usage'
        )
),

moved as (
    select
        customer.entity_no,
        arr_movement.currency,
        arr_movement.moved_on,
        sum(arr_movement.amount_minor) as amount_minor
    from arr_movement
    join customer using (account_id)
    where $basis = 'movements'
    group by customer.entity_no, arr_movement.currency, arr_movement.moved_on
),

balance as (
    select
        entity_no,
        moved_on,
        sum(amount_minor) over (partition by entity_no, currency order by moved_on)               as balance_minor,
        coalesce(lead(moved_on) over (partition by entity_no, currency order by moved_on), date '9999-12-31') as next_on
    from moved
)

select
    entity_no,
    from_on,
    until_on
from subscription_span
where $basis = 'subscriptions'
union all
-- Counted as long as it lies in the months before the day: after a shorter month, a day longer.
select
    entity_no,
    invoiced_on,
    case
        when cast(invoiced_on + to_months(months) as date) - to_months(months) < invoiced_on
            then cast(invoiced_on + to_months(months) as date) + cast(1 as integer)
        else cast(invoiced_on + to_months(months) as date)
    end
from billed
union all
select
    entity_no,
    moved_on,
    next_on
from balance
where balance_minor > 0
