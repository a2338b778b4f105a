create or replace table main.health_score as
select
    health_score.* replace (coalesce(account.resolved_id, health_score.account_id) as account_id)
from latest.health_score as health_score
left join identity.account_named as account
    on account.source = health_score.source
    and account.account_id = health_score.account_id
order by
    account_id,
    scored_at
