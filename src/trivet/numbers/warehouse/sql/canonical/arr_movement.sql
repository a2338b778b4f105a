create or replace table main.arr_movement as
select
    movement.* replace (coalesce(account.resolved_id, movement.account_id) as account_id)
from latest.arr_movement as movement
left join identity.account_named as account
    on account.source = movement.source
    and account.account_id = movement.account_id
left join setting.unpriced_currency as unpriced
    on unpriced.currency = movement.currency
where unpriced.currency is null
order by
    account_id,
    moved_on,
    kind
