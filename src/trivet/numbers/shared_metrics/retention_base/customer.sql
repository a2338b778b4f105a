-- The customer behind each account that pays, both under numbers that are quick to add up by.
with paying as (
    select account_id
    from subscription
    union
    select account_id
    from invoice_line
    where $retention_base__basis = 'invoices'
        or $retention_base__usage_revenue = 'trailing_3_months_x4'
    union
    select account_id
    from arr_movement
    where $retention_base__basis = 'movements'
),

placed as (
    select
        paying.account_id,
        case
            when $retention_base__entity_level = 'account' then paying.account_id
            else coalesce(account_key.ultimate_parent_id, paying.account_id)
        end as entity_id
    from paying
    left join account_key using (account_id)
    where paying.account_id not in (select account_id from account where coalesce(is_test, false))
)

select
    account_id,
    entity_id,
    cast(dense_rank() over (order by entity_id) as integer) as entity_no,
    cast(row_number() over (order by account_id) as integer) as account_no
from placed
