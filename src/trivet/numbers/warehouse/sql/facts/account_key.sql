-- Small numbers for accounts: ten million touches carry a number instead of an id.
create or replace table main.account_key as
select
    row_number() over (order by account_id) as account_no,
    account_id,
    coalesce(ultimate_parent_id, account_id) as ultimate_parent_id
from account
where not coalesce(is_test, false)
