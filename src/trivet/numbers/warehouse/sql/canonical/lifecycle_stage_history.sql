-- The same step told by two systems, or by two records of one person, is one step. What happened to
-- a lead before it was converted happened to its contact.
create or replace table main.lifecycle_stage_history as
with version as (
    select
        history.* replace (coalesce(person.resolved_id, history.contact_id) as contact_id),
        -- A record that was merged away told it: one more event of a person already counted.
        coalesce(known.is_duplicate, false) as is_duplicate,
        row_number() over (
            partition by
                coalesce(person.resolved_id, history.contact_id),
                history.stage,
                history.entered_at
            order by
                coalesce(known.is_duplicate, false),
                source.source_rank,
                history.load_id,
                history.file_row
        ) as place
    from latest.lifecycle_stage_history as history
    join setting.source as source
        on source.source = history.source
    left join identity.contact_named as person
        on person.source = history.source
        and person.contact_id = history.contact_id
    left join identity.record as known
        on known.kind = 'contact'
        and known.source = history.source
        and known.source_id = history.contact_id
)

select * exclude (place)
from version
where place = 1
order by
    contact_id,
    entered_at,
    stage
