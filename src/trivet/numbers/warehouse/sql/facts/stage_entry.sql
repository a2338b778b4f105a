-- Every stage an opportunity entered, in order, with what the company says the stage means and
-- what stood before and after it. Sorted once here: a definition that asks "what was it before"
-- or "until when" reads a column. What is known on an earlier date is a beginning of these rows,
-- so what stood before a row stays true; what follows it has to be asked whether it was known.
create or replace table main.stage_entry as
with recorded as (
    select
        opportunity_key.opportunity_no,
        history.entered_at             as from_at,
        stage.kind                     as outcome,
        stage.position,
        stage.is_qualified,
        stage.is_accepted,
        true                           as is_dated,
        history.evidence in ('recorded', 'observed') as is_known,
        history.known_at,
        history.is_loaded
    from opportunity_stage_history as history
    join opportunity_key using (opportunity_id)
    join stage using (stage)
),

first_stage as (
    select
        opportunity_no,
        min(from_at) as first_stage_at
    from recorded
    group by opportunity_no
),

entry as (
    select * from recorded
    union all
    -- Open from its creation, whatever its first recorded stage says.
    select
        opportunity_key.opportunity_no,
        opportunity.created_at,
        'open',
        0,
        false,
        false,
        true,
        false,
        opportunity.created_at,
        false
    from opportunity_key
    join opportunity using (opportunity_id)
    left join first_stage using (opportunity_no)
    where opportunity.created_at is not null
        and (first_stage.first_stage_at is null or opportunity.created_at < first_stage.first_stage_at)
    union all
    -- Open, and nothing dates it: all that is known is that it was open when it was exported.
    select
        opportunity_key.opportunity_no,
        opportunity.exported_at,
        'open',
        stage.position,
        stage.is_qualified,
        stage.is_accepted,
        false,
        false,
        opportunity.exported_at,
        false
    from opportunity_key
    join opportunity using (opportunity_id)
    join stage using (stage)
    left join first_stage using (opportunity_no)
    where opportunity.created_at is null
        and first_stage.first_stage_at is null
        and stage.kind = 'open'
),

stepped as (
    select
        opportunity_no,
        from_at,
        outcome,
        position,
        is_qualified,
        is_accepted,
        is_dated,
        is_known,
        is_loaded,
        -- A step is not known before the one it follows.
        max(known_at) over (
            partition by opportunity_no
            order by from_at, position
            rows between unbounded preceding and current row
        ) as known_at,
        -- The next step that closed it: of one that is open, what its days end with.
        min(case when outcome <> 'open' then from_at end) over (
            partition by opportunity_no
            order by from_at, position
            rows between current row and unbounded following
        ) as next_closing_at
    from entry
)

select
    opportunity_no,
    from_at,
    outcome,
    position,
    is_qualified,
    is_accepted,
    is_dated,
    is_known,
    is_loaded,
    known_at,
    next_closing_at,
    lag(outcome) over (partition by opportunity_no order by from_at, position)   as outcome_before,
    lag(from_at) over (partition by opportunity_no order by from_at, position)   as from_at_before,
    lead(outcome) over (partition by opportunity_no order by from_at, position)  as outcome_after,
    lead(from_at) over (partition by opportunity_no order by from_at, position)  as until_at,
    lead(known_at) over (partition by opportunity_no order by from_at, position) as until_known_at,
    sum(case when outcome <> 'open' then 1 else 0 end) over (
        partition by opportunity_no
        order by from_at, position
        rows between unbounded preceding and current row
    ) - case when outcome <> 'open' then 1 else 0 end                            as closings_before
from stepped
