-- Who sourced each opportunity: the first rule of the chain that decides, and its evidence.
with function_of_code as (
    select 1 as rank, 'sales' as function
    union all
    select 2, 'customer_success'
    union all
    select 3, 'partner'
    union all
    select 4, 'marketing'
),

-- The source as it was recorded when the opportunity entered; later edits do not reach back.
recorded as (
    select
        entry.opportunity_id,
        source.function
    from opportunity_entry as entry
    join opportunity_history as history
        on history.opportunity_id = entry.opportunity_id
        and history.valid_from <= coalesce(entry.entered_at, entry.started_at, cast($as_of_at as timestamp))
        and coalesce(entry.entered_at, entry.started_at, cast($as_of_at as timestamp)) < history.valid_to
    join lead_source_function as source on source.lead_source = lower(trim(history.lead_source))
),

-- Somebody of the people whose touches count became an MQL in the same window.
mql as (
    select distinct fact.opportunity_id
    from opportunity_fact as fact
    join contact_key on contact_key.account_no = fact.account_no
    join lifecycle_stage_history as lifecycle
        on lifecycle.contact_id = contact_key.contact_id
        and lifecycle.stage = 'mql'
        and lifecycle.entered_at <= fact.created_at
        and cast(timezone($time_zone, timezone('UTC', lifecycle.entered_at)) as date) >= case
            when $lookback_floor = 'last_won' and fact.account_last_won_on >= fact.created_on - cast($lookback_days as integer)
                then fact.account_last_won_on + cast(1 as integer)
            else fact.created_on - cast($lookback_days as integer)
        end
    left join opportunity_contact_role as role
        on role.opportunity_id = fact.opportunity_id
        and role.contact_id = contact_key.contact_id
    where exists (select 1 from chosen_source_rule where rule = 'mql_before_creation')
        and (
            $people = 'all_account_contacts'
            or ($people = 'contact_roles_else_active' and (fact.roles = 0 or role.contact_id is not null))
            or ($people = 'primary_role_only' and coalesce(role.is_primary, false))
        )
),

decision as (
    select touched.opportunity_id, 'first_touch_lookback' as rule, coalesce(function_of_code.function, 'unknown') as function
    from sourced_touch as touched
    left join function_of_code on function_of_code.rank = touched.first_code % 10
    union all
    select touched.opportunity_id, 'converting_touch', coalesce(function_of_code.function, 'unknown')
    from sourced_touch as touched
    left join function_of_code on function_of_code.rank = touched.last_code % 10
    union all
    select opportunity_id, 'campaign_before_creation', 'marketing'
    from sourced_touch
    where has_marketing = 1
    union all
    select opportunity_id, 'lead_source', function
    from recorded
    union all
    select fact.opportunity_id, 'primary_campaign', coalesce(crm_campaign.function, 'marketing')
    from opportunity_fact as fact
    left join crm_campaign using (campaign_id)
    where fact.campaign_id is not null
    union all
    select opportunity_id, 'mql_before_creation', 'marketing'
    from mql
    union all
    select opportunity_id, 'sales_qualified_source', qualified_by
    from opportunity_fact
    where qualified_by is not null
),

ranked as (
    select
        decision.opportunity_id,
        decision.rule,
        decision.function,
        row_number() over (
            partition by decision.opportunity_id
            order by chosen_source_rule.position, decision.function
        ) as place
    from decision
    join chosen_source_rule on chosen_source_rule.rule = decision.rule
)

select
    fact.opportunity_id,
    fact.opportunity_no,
    -- A partner's own deal is never marketing's, whoever it touched.
    case
        when fact.is_partner then 'partner'
        else coalesce(ranked.function, 'unknown')
    end                                     as sourced_by,
    case
        when fact.is_partner then 'partner deal'
        else coalesce(ranked.rule, 'none')
    end                                     as sourced_rule,
    touched.first_code
from opportunity_fact as fact
left join ranked on ranked.opportunity_id = fact.opportunity_id and ranked.place = 1
left join sourced_touch as touched on touched.opportunity_id = fact.opportunity_id
