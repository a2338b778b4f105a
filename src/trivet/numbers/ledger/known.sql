-- What a build knows of every record at an instant: one row a fact, as text, so that what was known
-- when a book closed can be laid beside what is known today. A fact that holds nothing is the empty
-- text; a fact that is not there was not known at all. What has a history is as of the instant;
-- what has none is as it was exported.
with value_then as (
    select *
    from opportunity_value
    where valid_from <= $known_at and $known_at < valid_until
),

state_then as (
    select *
    from stage_entry
    where known_at <= $known_at
),

last_state as (
    select
        opportunity_no,
        max(case when until_known_at is null or until_known_at > $known_at then outcome end) as outcome,
        max(case when outcome <> 'open' then from_at end)                        as closed_at,
        min(case when outcome = 'open' and is_qualified and is_dated then from_at end) as qualified_at,
        sum(case when outcome = 'open' and outcome_before <> 'open' then 1 else 0 end) as reopened
    from state_then
    group by opportunity_no
),

touched as (
    select
        fact.opportunity_id,
        count(*)               as touches
    from opportunity_fact as fact
    join touch
        on touch.account_no = fact.account_no
        and touch.touched_at <= fact.created_at
    group by fact.opportunity_id
),

opportunity_known as (
    select
        fact.*,
        value_then.amount_minor,
        value_then.acv_minor,
        value_then.net_arr_minor,
        value_then.tcv_minor,
        value_then.renewal_base_minor,
        value_then.close_on,
        value_then.lead_source,
        value_then.motion,
        last_state.outcome,
        last_state.closed_at,
        last_state.qualified_at,
        last_state.reopened,
        coalesce(touched.touches, 0) as touches
    from opportunity_fact as fact
    left join value_then using (opportunity_no)
    left join last_state using (opportunity_no)
    left join touched using (opportunity_id)
    where fact.created_at is null or fact.created_at <= $known_at
),

subscription_known as (
    select *
    from subscription
    where signed_at is null or signed_at <= $known_at
),

fact as (
    select 'opportunity' as subject, opportunity_id as subject_id, 'there' as fact, 'yes' as said from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'merged into', merged_into_id from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'account', account_id from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'parent', ultimate_parent_id from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'outcome', outcome from opportunity_known
    union all
    -- As the source says it, before [stages] gives it a meaning.
    select 'opportunity', opportunity_id, concat('entered ', stage, ' at ', cast(entered_at as varchar)), 'yes'
    from opportunity_stage_history
    where entered_at <= $known_at
    union all
    select 'opportunity', opportunity_id, 'times reopened', cast(reopened as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'closed', cast(closed_at as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'close date', cast(close_on as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'created', cast(created_at as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'qualified', cast(qualified_at as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'currency', currency from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'amount', cast(amount_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'ACV', cast(acv_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'net ARR', cast(net_arr_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'TCV', cast(tcv_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'renewal base', cast(renewal_base_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'one-off', cast(one_off_minor as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'term', cast(term_months as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'lead source', lead_source from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'campaign', campaign_id from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'type', motion from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'expansion type', expansion_type from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'qualified by', qualified_by from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'lost reason', lost_reason from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'partner', cast(is_partner as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'self-serve', cast(is_self_serve as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, 'touches before creation', cast(touches as varchar) from opportunity_known
    union all
    select 'opportunity', opportunity_id, concat('role of ', contact_id), cast(is_primary as varchar)
    from opportunity_contact_role
    union all
    select 'account', account_id, 'merged into', merged_into_id from account
    union all
    select 'account', account_id, 'parent', ultimate_parent_id from account
    union all
    select kind, resolved_id, concat('record ', source, ' ', source_id), 'yes' from identity_link
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' amount'), cast(arr_minor as varchar)
    from subscription_known
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' price rise'), cast(price_uplift_minor as varchar)
    from subscription_known
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' currency'), currency
    from subscription_known
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' start'), cast(starts_on as varchar)
    from subscription_known
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' end'), cast(ends_on as varchar)
    from subscription_known
    union all
    select 'account', account_id, concat('contract ', subscription_id, ' signed'), cast(signed_at as varchar)
    from subscription_known
    union all
    select
        'account',
        account_id,
        concat('contract ', subscription_id, ' kind'),
        concat(coalesce(revenue_kind, 'recurring'), case when coalesce(is_trial, false) then ', trial' else '' end)
    from subscription_known
    union all
    select 'account', account_id, concat('invoice lines of ', left(cast(invoiced_on as varchar), 7)), cast(count(*) as varchar)
    from invoice_line
    group by account_id, left(cast(invoiced_on as varchar), 7)
    union all
    select
        'account',
        account_id,
        concat('invoiced in ', left(cast(invoiced_on as varchar), 7), ' ', currency),
        cast(sum(amount_minor) as varchar)
    from invoice_line
    group by account_id, left(cast(invoiced_on as varchar), 7), currency
    union all
    select 'contact', contact_id, 'merged into', merged_into_id from contact
    union all
    select
        'contact',
        contact_id,
        concat('became ', stage, ' at ', cast(entered_at as varchar)),
        concat(coalesce(created_by, ''), coalesce(reason, ''))
    from lifecycle_stage_history
    where entered_at <= $known_at
    union all
    select
        'contact',
        contact_id,
        concat('assigned at ', cast(assigned_at as varchar)),
        concat_ws(', ', user_id, lead_type, cast(paused_at as varchar), cast(resumed_at as varchar), pause_reason)
    from lead_assignment
    where assigned_at <= $known_at
    union all
    select
        'contact',
        lead_assignment.contact_id,
        concat('first answered after ', cast(lead_assignment.assigned_at as varchar)),
        cast(min(sales_activity.happened_at) as varchar)
    from lead_assignment
    join sales_activity
        on sales_activity.contact_id = lead_assignment.contact_id
        and sales_activity.happened_at >= lead_assignment.assigned_at
        and sales_activity.happened_at <= $known_at
        and not coalesce(sales_activity.is_automatic, false)
    group by lead_assignment.contact_id, lead_assignment.assigned_at
    union all
    select 'rate', currency, concat(coalesce(kind, 'plan'), ' rate from ', cast(valid_from as varchar)), cast(rate as varchar)
    from fx_rate
    union all
    select
        'target',
        '',
        concat('target from ', cast(starts_on as varchar), ' ', coalesce(segment, ''), ' in ', currency),
        cast(sum(amount_minor) as varchar)
    from target
    group by starts_on, ends_on, segment, currency
)

select
    subject,
    subject_id,
    fact,
    coalesce(said, '') as said
from fact
where subject_id is not null
group by subject, subject_id, fact, coalesce(said, '')
order by subject, subject_id, fact, said
