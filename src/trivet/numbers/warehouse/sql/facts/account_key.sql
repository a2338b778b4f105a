-- Small numbers for accounts: ten million touches carry a number instead of an id.
-- An account keeps its number from build to build, and new ones go behind: touches that are
-- carried over from the build before still mean the same account.
create or replace table main.account_key as
with counted as (
    select
        account.account_id,
        coalesce(account.ultimate_parent_id, account.account_id) as ultimate_parent_id,
        numbered.account_no
    from account
    left join numbered.account as numbered
        on numbered.account_id = account.account_id
    where not coalesce(account.is_test, false)
),

last_number as (
    select coalesce(max(account_no), 0) as account_no
    from numbered.account
)

select
    coalesce(
        counted.account_no,
        last_number.account_no
        + row_number() over (
            partition by counted.account_no is null
            order by counted.account_id
        )
    ) as account_no,
    counted.account_id,
    counted.ultimate_parent_id
from counted
cross join last_number
order by account_no
