-- When somebody was a customer, from the best evidence the company has: subscriptions, else its
-- ARR movements, else recurring invoices (each keeps its account a customer for a year). A won
-- opportunity alone makes nobody a customer: nothing says what was bought, or for how long.
create or replace table main.customer_day as
with test_account as (
    select account_id
    from account
    where coalesce(is_test, false)
),

evidence as (
    select
        case
            when (
                select count(*)
                from subscription
                where arr_minor > 0 and account_id not in (select account_id from test_account)
            ) > 0 then 'subscription'
            when (
                select count(*)
                from arr_movement
                where account_id not in (select account_id from test_account)
            ) > 0 then 'arr_movement'
            else 'invoice_line'
        end as best
),

movement_balance as (
    select
        account_id,
        moved_on,
        sum(amount_minor) over (partition by account_id order by moved_on, kind) as balance_minor,
        lead(moved_on) over (partition by account_id order by moved_on, kind)    as next_moved_on
    from arr_movement
),

span as (
    select account_id, starts_on as from_on, coalesce(ends_on, date '9999-12-31') as until_on
    from subscription
    where arr_minor > 0
        and not coalesce(is_trial, false)
        and coalesce(revenue_kind, 'recurring') <> 'one_off'
        and (select best from evidence) = 'subscription'
    union all
    select account_id, moved_on, coalesce(next_moved_on, date '9999-12-31')
    from movement_balance
    where balance_minor > 0 and (select best from evidence) = 'arr_movement'
    union all
    select account_id, invoiced_on, cast(invoiced_on + interval 1 year as date)
    from invoice_line
    where amount_minor > 0
        and coalesce(revenue_kind, 'recurring') <> 'one_off'
        and (select best from evidence) = 'invoice_line'
),

-- A test account is nobody's customer, not even as the parent of real ones.
counted as (
    select account_id, from_on, until_on
    from span
    where from_on < until_on
        and account_id not in (select account_id from test_account)
),

levelled as (
    select 'account' as entity_level, account_id as entity_id, from_on, until_on
    from counted
    union all
    select 'ultimate_parent', coalesce(account_key.ultimate_parent_id, counted.account_id), from_on, until_on
    from counted
    left join account_key using (account_id)
),

marked as (
    select
        *,
        case
            when from_on <= max(until_on) over (
                partition by entity_level, entity_id
                order by from_on, until_on
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as starts_island
    from levelled
),

island as (
    select
        *,
        sum(starts_island) over (
            partition by entity_level, entity_id
            order by from_on, until_on
            rows between unbounded preceding and current row
        ) as island_no
    from marked
)

select
    entity_level,
    entity_id,
    min(from_on)                   as from_on,
    max(until_on)                  as until_on,
    (select best from evidence)    as evidence
from island
group by entity_level, entity_id, island_no
order by entity_level, entity_id, from_on
