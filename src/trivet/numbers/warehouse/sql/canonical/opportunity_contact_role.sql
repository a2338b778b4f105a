create or replace table main.opportunity_contact_role as
with version as (
    select
        role.* replace (
            coalesce(opportunity.resolved_id, role.opportunity_id) as opportunity_id,
            coalesce(person.resolved_id, role.contact_id)          as contact_id,
            coalesce(role.is_primary, false)                       as is_primary
        )
    from latest.opportunity_contact_role as role
    left join identity.renamed as opportunity
        on opportunity.kind = 'opportunity'
        and opportunity.source = role.source
        and opportunity.source_id = role.opportunity_id
    left join identity.contact_named as person
        on person.source = role.source
        and person.contact_id = role.contact_id
),

placed as (
    select
        version.*,
        row_number() over (
            partition by
                opportunity_id,
                contact_id
            order by
                is_primary desc,
                role nulls last,
                source,
                load_id,
                file_row
        ) as place
    from version
)

select * exclude (place)
from placed
where place = 1
order by
    opportunity_id,
    contact_id
