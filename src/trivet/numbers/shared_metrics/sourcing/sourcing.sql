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

-- Somebody of them became an MQL in the same window. Of a day without an hour it counts with the
-- last second; with the first it may have been before.
mql as (
    select
        fact.opportunity_no,
        max(
            case
                when case
                    when coalesce(lifecycle.entered_at_is_day, false)
                        then cast(epoch(lifecycle.entered_at + interval 1 day) as bigint) * 10 - 10
                    else cast(epoch(lifecycle.entered_at) as bigint) * 10
                end < fact.claim_until_code then 1
                else 0
            end
        ) as is_sure
    from looked_back as fact
    join person on person.opportunity_no = fact.opportunity_no
    join contact_key on contact_key.contact_no = person.contact_no
    join lifecycle_stage_history as lifecycle
        on lifecycle.contact_id = contact_key.contact_id
        and lifecycle.stage = 'mql'
        and cast(epoch(lifecycle.entered_at) as bigint) * 10 < fact.until_code
        and cast(timezone($time_zone, timezone('UTC', lifecycle.entered_at)) as date) >= fact.from_on
    group by fact.opportunity_no
),

-- What each rule says, and what it would say if every claim were taken at its earliest.
decision as (
    select opportunity_no, 'first_touch_lookback' as rule, first_code % 10 as code, hoped_code % 10 as hoped
    from sourced_touch
    where $source_rule__first_touch_lookback
    union all
    select opportunity_no, 'converting_touch', last_code % 10, hoped_last_code % 10
    from sourced_touch
    where $source_rule__converting_touch
    union all
    select opportunity_no, 'campaign_before_creation', case when has_marketing = 1 then 4 end, 4
    from sourced_touch
    where hoped_marketing = 1
        and $source_rule__campaign_before_creation
    union all
    select opportunity_no, 'lead_source', code, code
    from recorded
    union all
    select fact.opportunity_no, 'primary_campaign', function_of_code.code, function_of_code.code
    from opportunity_fact as fact
    left join crm_campaign using (campaign_id)
    join function_of_code on function_of_code.function = coalesce(crm_campaign.function, 'marketing')
    where fact.campaign_id is not null
        and $source_rule__primary_campaign
    union all
    select opportunity_no, 'mql_before_creation', case when is_sure = 1 then 4 end, 4
    from mql
    union all
    select opportunity_no, 'sales_qualified_source', function_of_code.code, function_of_code.code
    from opportunity_fact
    join function_of_code on function_of_code.function = opportunity_fact.qualified_by
    where $source_rule__sales_qualified_source
),

-- The place of the rule in the chain and what it says in one number: the least is the first rule's.
decided as (
    select
        decision.opportunity_no,
        min(chosen_source_rule.position * 10 + decision.code)  as found,
        min(chosen_source_rule.position * 10 + decision.hoped) as hoped
    from decision
    join chosen_source_rule on chosen_source_rule.rule = decision.rule
    group by decision.opportunity_no
),

-- The first rule of the chain that asks for touches: what decides before it owes them nothing.
asks_touches as (
    select min(position) as position
    from chosen_source_rule
    where rule in ('first_touch_lookback', 'converting_touch', 'campaign_before_creation')
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
    touched.first_code,
    -- Touches before a certain day are not loaded, and one of them might have been the first.
    coalesce(
        looked_back.is_uncovered
        and not fact.is_partner
        and floor(coalesce(decided.found, 1000000) / 10) >= asks_touches.position,
        false
    )                                       as is_touches_not_loaded,
    -- Marketing might have been first, and on that day nobody knows.
    coalesce(
        not fact.is_partner
        and coalesce(function_of_code.function, 'unknown') <> 'marketing'
        and decided.hoped % 10 >= 4,
        false
    )                                       as is_same_day
from opportunity_fact as fact
cross join asks_touches
left join decided using (opportunity_no)
left join function_of_code on function_of_code.code = decided.found % 10
left join chosen_source_rule on chosen_source_rule.position = cast(floor(decided.found / 10) as bigint)
left join sourced_touch as touched on touched.opportunity_no = fact.opportunity_no
left join looked_back on looked_back.opportunity_no = fact.opportunity_no
