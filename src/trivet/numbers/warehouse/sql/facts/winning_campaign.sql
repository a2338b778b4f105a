-- The campaign of the opportunity that each customer was won with: its first win, by close date. An
-- account with accounts below it was won with the first of them all.
create or replace table main.winning_campaign as
with won as (
    select
        opportunity_key.account_id,
        opportunity_key.ultimate_parent_id,
        opportunity.campaign_id,
        closing.closed_on,
        opportunity_key.opportunity_id
    from closing
    join opportunity_key using (opportunity_no)
    join opportunity on opportunity.opportunity_id = opportunity_key.opportunity_id
    where closing.outcome = 'won'
        and closing.known_until = timestamp '9999-12-31'
        and opportunity_key.account_id is not null
),

levelled as (
    select account_id, campaign_id, closed_on, opportunity_id
    from won
    union all
    select ultimate_parent_id, campaign_id, closed_on, opportunity_id
    from won
    where ultimate_parent_id <> account_id
),

placed as (
    select
        *,
        row_number() over (partition by account_id order by closed_on, opportunity_id) as place
    from levelled
)

select
    account_id,
    campaign_id
from placed
where place = 1
    and campaign_id is not null
order by account_id
