-- Who sourced each opportunity: the first rule of the chain that decides, and its evidence.
with function_of_code as (
    select 0 as code, 'unknown' as function
    union all
    select 1, 'sales'
    union all
    select 2, 'customer_success'
    union all
    select 3, 'partner'
    union all
    select 4, 'marketing'
    union all
    select 5, 'marketing'
),

-- The source as it was recorded when the opportunity entered; later edits do not reach back.
recorded as (
    select
        entry.opportunity_no,
        function_of_code.code
    from opportunity_entry as entry
    join opportunity_value as history
        on history.opportunity_no = entry.opportunity_no
        and history.valid_from <= coalesce(entry.entered_at, entry.started_at, cast($as_of_at as timestamp))
        and coalesce(entry.entered_at, entry.started_at, cast($as_of_at as timestamp)) < history.valid_until
    join lead_source_function as source on source.lead_source = lower(trim(history.lead_source))
    join function_of_code using (function)
    where $source_rule__lead_source
),

-- The people whose touches count: those with a role, or everybody at the account.
person as (
    select
        role.opportunity_no,
        role.contact_no
    from opportunity_role as role
    where $source_rule__mql_before_creation
        and ($people <> 'primary_role_only' or role.is_primary)
    union
    select
        fact.opportunity_no,
        contact_key.contact_no
    from opportunity_fact as fact
    join contact_key on contact_key.account_no = fact.account_no
    where $source_rule__mql_before_creation
        and ($people = 'all_account_contacts' or ($people = 'contact_roles_else_active' and fact.roles = 0))
),

-- Somebody of them became an MQL in the same window.
mql as (
    select distinct fact.opportunity_no
    from opportunity_fact as fact
    join person on person.opportunity_no = fact.opportunity_no
    join contact_key on contact_key.contact_no = person.contact_no
    join lifecycle_stage_history as lifecycle
        on lifecycle.contact_id = contact_key.contact_id
        and lifecycle.stage = 'mql'
        and cast(epoch(lifecycle.entered_at) as bigint) * 10 < fact.until_code
        and cast(timezone($time_zone, timezone('UTC', lifecycle.entered_at)) as date) >= case
            when $lookback_floor = 'last_won' and fact.account_last_won_on >= fact.created_on - cast($lookback_days as integer)
                then fact.account_last_won_on + cast(1 as integer)
            else fact.created_on - cast($lookback_days as integer)
        end
),

decision as (
    select opportunity_no, 'first_touch_lookback' as rule, first_code % 10 as code
    from sourced_touch
    where $source_rule__first_touch_lookback
    union all
    select opportunity_no, 'converting_touch', last_code % 10
    from sourced_touch
    where $source_rule__converting_touch
    union all
    select opportunity_no, 'campaign_before_creation', 4
    from sourced_touch
    where has_marketing = 1
        and $source_rule__campaign_before_creation
    union all
    select opportunity_no, 'lead_source', code
    from recorded
    union all
    select fact.opportunity_no, 'primary_campaign', function_of_code.code
    from opportunity_fact as fact
    left join crm_campaign using (campaign_id)
    join function_of_code on function_of_code.function = coalesce(crm_campaign.function, 'marketing')
    where fact.campaign_id is not null
        and $source_rule__primary_campaign
    union all
    select opportunity_no, 'mql_before_creation', 4
    from mql
    union all
    select opportunity_no, 'sales_qualified_source', function_of_code.code
    from opportunity_fact
    join function_of_code on function_of_code.function = opportunity_fact.qualified_by
    where $source_rule__sales_qualified_source
),

-- The place of the rule in the chain and what it says in one number: the least is the first rule's.
decided as (
    select
        decision.opportunity_no,
        min(chosen_source_rule.position * 10 + decision.code) as found
    from decision
    join chosen_source_rule on chosen_source_rule.rule = decision.rule
    group by decision.opportunity_no
)

select
    fact.opportunity_id,
    fact.opportunity_no,
    -- A partner's own deal is never marketing's, whoever it touched.
    case
        when fact.is_partner then 'partner'
        else coalesce(function_of_code.function, 'unknown')
    end                                     as sourced_by,
    case
        when fact.is_partner then 'partner deal'
        else coalesce(chosen_source_rule.rule, 'none')
    end                                     as sourced_rule,
    touched.first_code
from opportunity_fact as fact
left join decided using (opportunity_no)
left join function_of_code on function_of_code.code = decided.found % 10
left join chosen_source_rule on chosen_source_rule.position = cast(floor(decided.found / 10) as bigint)
left join sourced_touch as touched on touched.opportunity_no = fact.opportunity_no
