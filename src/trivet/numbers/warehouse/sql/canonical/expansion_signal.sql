create or replace table main.expansion_signal as
select
    expansion_signal.* replace (coalesce(account.resolved_id, expansion_signal.account_id) as account_id)
from latest.expansion_signal as expansion_signal
left join identity.account_named as account
    on account.source = expansion_signal.source
    and account.account_id = expansion_signal.account_id
order by
    account_id,
    signalled_at
