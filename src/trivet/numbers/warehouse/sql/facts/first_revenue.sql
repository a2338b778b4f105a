-- The first day on which each account had recurring revenue, by the best record of it there is:
-- contracts, else movements of ARR, else invoices. It tells how far back there is something to look
-- at; who is a customer on a day is what the retention base says.
create or replace table main.first_revenue as
with told as (
    select 1 as place, account_id, starts_on as first_on
    from subscription
    where arr_minor > 0
        and not coalesce(is_trial, false)
        and coalesce(revenue_kind, 'recurring') <> 'one_off'
    union all
    select 2, account_id, moved_on
    from arr_movement
    where amount_minor > 0
    union all
    select 3, account_id, invoiced_on
    from invoice_line
    where amount_minor > 0
        and coalesce(revenue_kind, 'recurring') <> 'one_off'
),

-- A test account is nobody's customer.
real as (
    select *
    from told
    where account_id not in (select account_id from account where coalesce(is_test, false))
)

select
    account_id,
    min(first_on) as first_on
from real
where place = (select min(place) from real)
group by account_id
