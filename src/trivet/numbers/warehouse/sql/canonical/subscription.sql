create or replace table main.subscription as
select
    subscription.* replace (
        coalesce(account.resolved_id, subscription.account_id) as account_id,
        coalesce(subscription.revenue_kind, 'recurring')       as revenue_kind,
        coalesce(subscription.is_trial, false)                    as is_trial
    )
from latest.subscription as subscription
left join identity.account_named as account
    on account.source = subscription.source
    and account.account_id = subscription.account_id
left join setting.unpriced_currency as unpriced
    on unpriced.currency = subscription.currency
where unpriced.currency is null
order by
    account_id,
    subscription_id
