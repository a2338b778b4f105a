-- An account's ARR at the end of a day with a change is what it opened with, plus what began, minus what ended.
-- The ARR in force is counted on the day itself; the ledger adds up starts and ends since the
-- first contract. Closing of one day is opening of the next, so the ledger holds over any period.
with contract as (
    select
        account_id,
        currency,
        arr_minor,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as ends_on
    from subscription
    where
        not is_trial
        and coalesce(ends_on, date '9999-12-31') > starts_on
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
)

select
    ledger.account_id,
    ledger.currency,
    ledger.moved_on,
    ledger.closing_minor,
    coalesce(in_force.arr_minor, 0) as in_force_minor
from ledger
join in_force
    on in_force.account_id = ledger.account_id
    and in_force.currency = ledger.currency
    and in_force.moved_on = ledger.moved_on
where ledger.closing_minor <> coalesce(in_force.arr_minor, 0)
order by
    ledger.account_id,
    ledger.moved_on
