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
        coalesce(opportunity.created_at_is_day, false)
        or timezone($time_zone, timezone('UTC', opportunity.created_at))
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
        min(case when is_known then known_at end) as history_known_at
    from stage_entry
    group by opportunity_no
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
    -- date without a time: then it may have come after anything of that day, and a claim to have
    -- come before it needs the day before.
    case
        when known.is_a_date
            then cast(epoch(timezone('UTC', timezone($time_zone, timezone($time_zone, timezone('UTC', known.created_at)) + interval 1 day))) as bigint) * 10
        else cast(epoch(known.created_at) as bigint) * 10 + 10
    end                                  as until_code,
    case
        when known.is_a_date then cast(epoch(known.created_at) as bigint) * 10
        else cast(epoch(known.created_at) as bigint) * 10 + 10
    end                                  as claim_until_code,
    history.history_known_at,
    coalesce(role.roles, 0)              as roles
from known
left join history using (opportunity_no)
left join role using (opportunity_id)
