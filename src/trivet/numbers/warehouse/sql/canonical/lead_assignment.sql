create or replace table main.lead_assignment as
with version as (
    select
        assignment.* replace (
            coalesce(person.resolved_id, assignment.contact_id) as contact_id,
            coalesce(owner.resolved_id, assignment.user_id)     as user_id
        ),
        row_number() over (
            partition by
                coalesce(person.resolved_id, assignment.contact_id),
                assignment.assigned_at
            order by
                source.source_rank,
                assignment.load_id,
                assignment.file_row
        ) as place
    from latest.lead_assignment as assignment
    join setting.source as source
        on source.source = assignment.source
    left join identity.contact_named as person
        on person.source = assignment.source
        and person.contact_id = assignment.contact_id
    left join identity.renamed as owner
        on owner.kind = 'user'
        and owner.source = assignment.source
        and owner.source_id = assignment.user_id
)

select * exclude (place)
from version
where place = 1
order by
    contact_id,
    assigned_at
