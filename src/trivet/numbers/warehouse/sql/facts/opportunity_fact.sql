-- One row an opportunity: what no definition can change. Days are the company's own.
create or replace table main.opportunity_fact as
with first_stage as (
    select
        opportunity_id,
        min(entered_at)                      as first_stage_at,
        max(case when is_known then 1 else 0 end) as has_history
    from stage_entry
    group by opportunity_id
),

won as (
    select
        opportunity_key.account_id,
        cast(timezone($time_zone, timezone('UTC', stage_entry.entered_at)) as date) as won_on
    from stage_entry
    join opportunity_key using (opportunity_id)
    where stage_entry.outcome = 'won'
),

-- A 2023 webinar cannot source a 2026 upsell: looking back stops at the account's last win.
won_before as (
    select
        opportunity_key.opportunity_id,
        max(won.won_on) as account_last_won_on
    from opportunity_key
    join opportunity using (opportunity_id)
    join won on won.account_id = opportunity_key.account_id
    where won.won_on < cast(timezone($time_zone, timezone('UTC', opportunity.created_at)) as date)
    group by opportunity_key.opportunity_id
),

role as (
    select
        opportunity_id,
        count(*) as roles
    from opportunity_contact_role
    group by opportunity_id
)

select
    opportunity_key.opportunity_no,
    opportunity_key.opportunity_id,
    opportunity_key.account_id,
    opportunity_key.account_no,
    opportunity_key.ultimate_parent_id,
    opportunity.name,
    opportunity.expansion_type,
    opportunity.one_off_minor,
    opportunity.term_months,
    opportunity.currency,
    opportunity.created_at,
    cast(timezone($time_zone, timezone('UTC', opportunity.created_at)) as date) as created_on,
    first_stage.first_stage_at,
    coalesce(first_stage.has_history, 0) = 1 as has_history,
    won_before.account_last_won_on,
    coalesce(role.roles, 0)                  as roles,
    opportunity.campaign_id,
    opportunity.qualified_by,
    lower(opportunity.lost_reason)           as lost_reason,
    opportunity.product,
    opportunity.probability,
    coalesce(opportunity.is_partner, false)    as is_partner,
    coalesce(opportunity.is_self_serve, false) as is_self_serve,
    opportunity.merged_into_id
from opportunity_key
join opportunity using (opportunity_id)
left join first_stage using (opportunity_id)
left join won_before using (opportunity_id)
left join role using (opportunity_id)
