-- One row an opportunity: what no definition can change. Days are the company's own.
create or replace table main.opportunity_fact as
with known as (
    select
        opportunity_key.opportunity_no,
        opportunity_key.opportunity_id,
        opportunity_key.account_id,
        opportunity_key.account_no,
        opportunity_key.ultimate_parent_id,
        opportunity.expansion_type,
        opportunity.one_off_minor,
        opportunity.term_months,
        opportunity.currency,
        opportunity.created_at,
        cast(timezone($time_zone, timezone('UTC', opportunity.created_at)) as date) as created_on,
        timezone($time_zone, timezone('UTC', opportunity.created_at))
            = date_trunc('day', timezone($time_zone, timezone('UTC', opportunity.created_at))) as is_a_date,
        opportunity.campaign_id,
        opportunity.qualified_by,
        lower(opportunity.lost_reason)             as lost_reason,
        opportunity.product,
        opportunity.probability,
        coalesce(opportunity.is_partner, false)    as is_partner,
        coalesce(opportunity.is_self_serve, false) as is_self_serve,
        opportunity.merged_into_id
    from opportunity_key
    join opportunity using (opportunity_id)
),

history as (
    select
        opportunity_no,
        max(case when is_known then 1 else 0 end) as has_history
    from stage_entry
    group by opportunity_no
),

won as (
    select
        opportunity_key.account_id,
        cast(timezone($time_zone, timezone('UTC', stage_entry.from_at)) as date) as won_on
    from stage_entry
    join opportunity_key using (opportunity_no)
    where stage_entry.outcome = 'won'
),

-- A 2023 webinar cannot source a 2026 upsell: looking back stops at the account's last win.
won_before as (
    select
        known.opportunity_no,
        max(won.won_on) as account_last_won_on
    from known
    join won
        on won.account_id = known.account_id
        and won.won_on < known.created_on
    group by known.opportunity_no
),

role as (
    select
        opportunity_id,
        count(*) as roles
    from opportunity_contact_role
    group by opportunity_id
)

select
    known.*,
    -- Touches before it count up to the instant of its creation. A creation at local midnight is a
    -- date without a time: then the whole day counts.
    case
        when known.is_a_date
            then cast(epoch(timezone('UTC', timezone($time_zone, cast(known.created_on + cast(1 as integer) as timestamp)))) as bigint) * 10
        else cast(epoch(known.created_at) as bigint) * 10 + 10
    end                                  as until_code,
    coalesce(history.has_history, 0) = 1 as has_history,
    won_before.account_last_won_on,
    coalesce(role.roles, 0)              as roles
from known
left join history using (opportunity_no)
left join won_before using (opportunity_no)
left join role using (opportunity_id)
