create or replace table main.opportunity_key as
with counted as (
    select
        opportunity.opportunity_id,
        opportunity.account_id,
        numbered.opportunity_no
    from opportunity
    left join numbered.opportunity as numbered
        on numbered.opportunity_id = opportunity.opportunity_id
    where not coalesce(opportunity.is_test, false)
        -- A deal of a test account is a test deal.
        and (opportunity.account_id is null
            or opportunity.account_id not in (
                select account_id from account where coalesce(is_test, false)
            ))
),

last_number as (
    select coalesce(max(opportunity_no), 0) as opportunity_no
    from numbered.opportunity
)

select
    coalesce(
        counted.opportunity_no,
        last_number.opportunity_no
        + row_number() over (
            partition by counted.opportunity_no is null
            order by counted.opportunity_id
        )
    ) as opportunity_no,
    counted.opportunity_id,
    counted.account_id,
    account_key.account_no,
    coalesce(account_key.ultimate_parent_id, counted.account_id) as ultimate_parent_id
from counted
cross join last_number
left join account_key on account_key.account_id = counted.account_id
order by opportunity_no
