-- When each opportunity entered each stage.
--   recorded   the source's own history says so, as stage history or as changes of the stage field
--   observed   a later export showed another stage
--   assumed    the first stage we know: an open one since creation, a closed one since it closed
-- known_at is when it was recorded, as far as anybody can tell: a step that a later export showed
-- is known from that export on, whatever day it is dated. is_loaded tells a row of a source's own
-- stage history from one that is made here.
create or replace table main.opportunity_stage_history as
with zone as (
    select time_zone
    from setting.company
),

fed as (
    select
        coalesce(own.resolved_id, history.opportunity_id) as opportunity_id,
        history.stage,
        history.entered_at,
        history.source,
        history.file,
        history.file_row,
        history.load_id,
        history.exported_at,
        true as is_loaded
    from latest.opportunity_stage_history as history
    left join identity.renamed as own
        on own.kind = 'opportunity'
        and own.source = history.source
        and own.source_id = history.opportunity_id
),

field_change as (
    select
        history.opportunity_id,
        trim(history.old_value) as old_stage,
        trim(history.new_value) as stage,
        history.changed_at      as entered_at,
        history.source,
        history.file,
        history.file_row,
        history.load_id,
        history.exported_at,
        false                   as is_loaded,
        row_number() over (
            partition by history.opportunity_id
            order by history.changed_at
        ) as number
    from main.opportunity_field_history as history
    left join (
        select distinct opportunity_id
        from fed
    ) as told
        on told.opportunity_id = history.opportunity_id
    where
        lower(trim(history.field)) = 'stage'
        and told.opportunity_id is null
        and trim(history.new_value) <> ''
),

recorded as (
    select
        *,
        'recorded' as evidence
    from fed

    union all

    select
        * exclude (old_stage, number),
        'recorded' as evidence
    from field_change

    union all

    -- The first change also tells the stage before it, which the opportunity had since creation.
    select
        field_change.opportunity_id,
        field_change.old_stage    as stage,
        opportunity.created_at    as entered_at,
        field_change.source,
        field_change.file,
        field_change.file_row,
        field_change.load_id,
        field_change.exported_at,
        false                     as is_loaded,
        'assumed'                 as evidence
    from field_change
    join main.opportunity as opportunity
        on opportunity.opportunity_id = field_change.opportunity_id
    where
        field_change.number = 1
        and field_change.old_stage <> ''
        and opportunity.created_at < field_change.entered_at
),

history_export as (
    select
        source,
        max(exported_at) as recorded_until
    from (
        select
            source,
            exported_at
        from staged.opportunity_stage_history

        union all

        select
            source,
            exported_at
        from staged.opportunity_field_history
        where lower(trim(field)) = 'stage'
    ) as exported
    group by source
),

last_recorded as (
    select
        recorded.opportunity_id,
        max(recorded.entered_at)               as entered_at,
        arg_max(recorded.stage, recorded.entered_at) as stage,
        max(history_export.recorded_until)     as recorded_until
    from recorded
    join history_export
        on history_export.source = recorded.source
    group by recorded.opportunity_id
),

version as (
    select
        coalesce(own.resolved_id, version.opportunity_id) as opportunity_id,
        version.stage,
        coalesce(stage.outcome, 'open') <> 'open' as is_closed,
        version.created_at,
        coalesce(
            version.closed_at,
            timezone('UTC', timezone(zone.time_zone, cast(version.close_on as timestamp)))
        ) as closed_at,
        version.source,
        version.file,
        version.file_row,
        version.load_id,
        version.exported_at,
        row_number() over (
            partition by
                version.source,
                version.opportunity_id,
                version.exported_at
            order by version.load_id desc
        ) as place
    from staged.opportunity as version
    cross join zone
    left join setting.stage as stage
        on lower(stage.stage) = lower(version.stage)
    left join identity.renamed as own
        on own.kind = 'opportunity'
        and own.source = version.source
        and own.source_id = version.opportunity_id
    join main.opportunity as kept
        on kept.source = version.source
        and kept.opportunity_id = coalesce(own.resolved_id, version.opportunity_id)
),

-- Where history is recorded, only what a newer export shows adds to it; an export made at the
-- same time adds no more than a closing that the history lacks.
unrecorded as (
    select
        version.*,
        last_recorded.entered_at as recorded_at,
        lag(version.stage) over (
            partition by version.opportunity_id
            order by version.exported_at
        ) as stage_before,
        last_recorded.stage as recorded_stage,
        row_number() over (
            partition by version.opportunity_id
            order by version.exported_at
        ) as number
    from version
    left join last_recorded
        on last_recorded.opportunity_id = version.opportunity_id
    where
        version.place = 1
        and (
            last_recorded.opportunity_id is null
            or version.exported_at > last_recorded.recorded_until
            or (version.exported_at = last_recorded.recorded_until and version.is_closed)
        )
),

-- A run of exports that show the same stage. The close date of its last export counts: close
-- dates are corrected after the closing.
run as (
    select
        opportunity_id,
        stage,
        is_closed,
        run_number,
        min(number)                        as number,
        max(recorded_at)                   as recorded_at,
        max(recorded_stage)                as recorded_stage,
        arg_max(created_at, exported_at)   as created_at,
        arg_max(closed_at, exported_at)    as closed_at,
        min(exported_at)                   as first_exported_at,
        arg_min(source, exported_at)       as source,
        arg_min(file, exported_at)         as file,
        arg_min(file_row, exported_at)     as file_row,
        arg_min(load_id, exported_at)      as load_id
    from (
        select
            unrecorded.*,
            cast(
                sum(case when stage is distinct from stage_before then 1 else 0 end) over (
                    partition by opportunity_id
                    order by exported_at
                ) as bigint
            ) as run_number
        from unrecorded
    ) as numbered
    group by
        opportunity_id,
        stage,
        is_closed,
        run_number
),

entry as (
    select
        run.*,
        case when number = 1 and recorded_at is null then 'assumed' else 'observed' end as evidence,
        case
            when recorded_at is null and number = 1 and not is_closed then created_at
            when recorded_at is null and number = 1 then closed_at
            when recorded_at is null and is_closed then coalesce(closed_at, first_exported_at)
            when recorded_at is null then first_exported_at
            -- A close date says no hour: on the day of the last recorded step it comes after it.
            when is_closed and cast(timezone(zone.time_zone, timezone('UTC', closed_at)) as date)
                >= cast(timezone(zone.time_zone, timezone('UTC', recorded_at)) as date)
                then greatest(closed_at, recorded_at + interval 1 microsecond)
            else greatest(first_exported_at, recorded_at + interval 1 microsecond)
        end as entered_at
    from run
    cross join zone
    where not (run.number = 1 and run.stage is not distinct from run.recorded_stage)
),

-- A stage seen in Tuesday's export may lie before a closing that Friday's export dates to Monday:
-- when it was entered is only known to be no later than the next step, so it moves before that.
placed as (
    select
        entry.*,
        min(entered_at - to_microseconds(run_number)) over (
            partition by opportunity_id
            order by run_number
            rows between current row and unbounded following
        ) + to_microseconds(run_number) as placed_at
    from entry
    where entered_at is not null
)

select
    opportunity_id,
    stage,
    entered_at,
    entered_at as known_at,
    evidence,
    source,
    file,
    file_row,
    load_id,
    exported_at,
    is_loaded
from recorded

union all

select
    opportunity_id,
    stage,
    case when recorded_at is null then placed_at else entered_at end as entered_at,
    case
        when evidence = 'observed' then greatest(first_exported_at, entered_at)
        when recorded_at is null then placed_at
        else entered_at
    end as known_at,
    evidence,
    source,
    file,
    file_row,
    load_id,
    first_exported_at as exported_at,
    false as is_loaded
from placed
order by
    opportunity_id,
    entered_at,
    stage
