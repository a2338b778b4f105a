create or replace table main.opportunity_key as
select
    row_number() over (order by opportunity.opportunity_id) as opportunity_no,
    opportunity.opportunity_id,
    opportunity.account_id,
    account_key.account_no,
    coalesce(account_key.ultimate_parent_id, opportunity.account_id) as ultimate_parent_id
from opportunity
left join account_key using (account_id)
where not coalesce(opportunity.is_test, false)
    -- A deal of a test account is a test deal.
    and (opportunity.account_id is null
        or opportunity.account_id not in (select account_id from account where coalesce(is_test, false)))
