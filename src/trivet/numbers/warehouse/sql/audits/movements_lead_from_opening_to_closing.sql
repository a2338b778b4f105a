-- An account's ARR at the end of a day with a change is what it opened with, plus what began, minus what ended.
-- The ARR in force is counted on the day itself; the ledger adds up starts and ends since the
-- first contract. Closing of one day is opening of the next, so the ledger holds over any period.
-- An account with something in force has had revenue since that day or before; a test account never had.
with contract as (
    select
        account_id,
        currency,
        arr_minor,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as ends_on
    from subscription
    where
        arr_minor <> 0
        and not is_trial
        and revenue_kind <> 'one_off'
        and coalesce(ends_on, date '9999-12-31') > starts_on
        and account_id not in (select account_id from account where is_test)
),

change as (
    select
        account_id,
        currency,
        starts_on as moved_on,
        arr_minor as amount_minor
    from contract

    union all

    select
        account_id,
        currency,
        ends_on as moved_on,
        -arr_minor as amount_minor
    from contract
    where ends_on < date '9999-12-31'
),

daily as (
    select
        account_id,
        currency,
        moved_on,
        sum(amount_minor) as movement_minor
    from change
    group by
        account_id,
        currency,
        moved_on
),

ledger as (
    select
        account_id,
        currency,
        moved_on,
        sum(movement_minor) over (
            partition by
                account_id,
                currency
            order by moved_on
        ) as closing_minor
    from daily
),

in_force as (
    select
        ledger.account_id,
        ledger.currency,
        ledger.moved_on,
        sum(contract.arr_minor) as arr_minor
    from ledger
    left join contract
        on contract.account_id = ledger.account_id
        and contract.currency = ledger.currency
        and contract.starts_on <= ledger.moved_on
        and contract.ends_on > ledger.moved_on
    group by
        ledger.account_id,
        ledger.currency,
        ledger.moved_on
),

as_customer as (
    select
        in_force.account_id,
        in_force.moved_on,
        sum(coalesce(in_force.arr_minor, 0)) as arr_minor,
        max(case when first_revenue.account_id is not null then 1 else 0 end) as is_customer
    from in_force
    left join first_revenue
        on first_revenue.account_id = in_force.account_id
        and first_revenue.first_on <= in_force.moved_on
    group by
        in_force.account_id,
        in_force.moved_on
),

any_ledger as (
    select
        ledger.account_id,
        ledger.moved_on,
        sum(ledger.closing_minor) as closing_minor
    from ledger
    group by
        ledger.account_id,
        ledger.moved_on
)

select
    as_customer.account_id,
    as_customer.moved_on,
    any_ledger.closing_minor,
    as_customer.arr_minor as in_force_minor,
    as_customer.is_customer
from as_customer
join any_ledger
    on any_ledger.account_id = as_customer.account_id
    and any_ledger.moved_on = as_customer.moved_on
where
    any_ledger.closing_minor <> as_customer.arr_minor
    or (as_customer.arr_minor > 0 and as_customer.is_customer = 0)
order by
    as_customer.account_id,
    as_customer.moved_on
