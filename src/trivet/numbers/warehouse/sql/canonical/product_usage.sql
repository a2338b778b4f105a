create or replace table main.product_usage as
select
    product_usage.* replace (coalesce(account.resolved_id, product_usage.account_id) as account_id)
from latest.product_usage as product_usage
left join identity.account_named as account
    on account.source = product_usage.source
    and account.account_id = product_usage.account_id
order by
    account_id,
    used_on
