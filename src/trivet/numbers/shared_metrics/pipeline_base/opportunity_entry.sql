-- One row a record: when it entered the pipeline, and what became of it.
with milestone as (
    select
        opportunity_no,
        episode,
        min(from_at)                                                  as first_at,
        min(case when outcome = 'open' and is_qualified then from_at end) as qualified_at,
        min(case when outcome = 'open' and is_accepted then from_at end)  as accepted_at
    from opportunity_state
    group by opportunity_no, episode
),

latest as (
    select
        opportunity_no,
        episode,
        outcome,
        position,
        is_qualified,
        run_from_at
    from opportunity_state
    where until_at = timestamp '9999-12-31'
),

record as (
    select
        fact.opportunity_no,
        fact.opportunity_id,
        milestone.episode,
        fact.account_id,
        fact.account_no,
        case when $entity_level = 'account' then fact.account_id else fact.ultimate_parent_id end as entity_id,
        coalesce(fact.merged_into_id, fact.opportunity_id)             as survivor_id,
        fact.merged_into_id,
        fact.has_history,
        fact.currency,
        fact.one_off_minor,
        fact.term_months,
        fact.expansion_type,
        fact.lost_reason,
        fact.product,
        fact.probability,
        fact.is_partner,
        fact.is_self_serve,
        milestone.qualified_at,
        latest.outcome,
        latest.position,
        latest.is_qualified,
        case when latest.outcome <> 'open' then latest.run_from_at end as closed_at,
        case when milestone.episode = 0 then coalesce(fact.created_at, null) else milestone.first_at end as started_at,
        case $entry_event
            when 'created' then null
            when 'sales_accepted' then milestone.accepted_at
            else milestone.qualified_at
        end                                                            as staged_at,
        -- A won opportunity passed every stage, recorded or not; one that arrived already closed,
        -- without a history, cannot show which it passed.
        latest.outcome = 'won' or (latest.outcome = 'lost' and not fact.has_history) as must_have_passed
    from opportunity_fact as fact
    join milestone using (opportunity_no)
    join latest using (opportunity_no, episode)
    where $partner_in or not fact.is_partner
),

entered as (
    select
        *,
        case
            when $entry_event = 'created' then started_at
            when staged_at is not null then staged_at
            when $fallback_when_skipped and must_have_passed then started_at
        end as entered_at,
        $entry_event <> 'created' and staged_at is null and $fallback_when_skipped and must_have_passed as is_fallback
    from record
),

earliest as (
    select
        survivor_id,
        min(entered_at)                                                          as entered_at,
        max(case when qualified_at is not null or must_have_passed then 1 else 0 end) as reached_qualified
    from entered
    group by survivor_id
)

select
    entered.opportunity_no,
    entered.opportunity_id,
    entered.episode,
    case
        when entered.episode = 0 then entered.opportunity_id
        else concat(entered.opportunity_id, '#', cast(entered.episode + 1 as varchar))
    end                                                                  as record_id,
    entered.account_id,
    entered.account_no,
    entered.entity_id,
    entered.currency,
    entered.one_off_minor,
    entered.term_months,
    entered.expansion_type,
    entered.lost_reason,
    entered.product,
    entered.probability,
    entered.is_partner,
    entered.is_self_serve,
    entered.outcome,
    entered.position,
    entered.is_qualified,
    entered.qualified_at is not null
        or entered.must_have_passed
        or ($merge_duplicates and entered.episode = 0 and earliest.reached_qualified = 1) as reached_qualified,
    entered.is_fallback,
    entered.started_at,
    cast(timezone($time_zone, timezone('UTC', entered.started_at)) as date) as started_on,
    case when $merge_duplicates and entered.episode = 0 then earliest.entered_at else entered.entered_at end as entered_at,
    cast(timezone($time_zone, timezone('UTC',
        case when $merge_duplicates and entered.episode = 0 then earliest.entered_at else entered.entered_at end
    )) as date)                                                          as entered_on,
    entered.closed_at,
    cast(timezone($time_zone, timezone('UTC', entered.closed_at)) as date) as closed_on
from entered
left join earliest using (survivor_id)
where not $merge_duplicates or entered.merged_into_id is null
