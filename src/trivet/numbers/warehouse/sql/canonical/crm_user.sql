create or replace table main.crm_user as
with version as (
    select
        crm_user.* replace (
            coalesce(renamed.resolved_id, crm_user.user_id) as user_id,
            coalesce(crm_user.is_active, true) as is_active
        ),
        source.source_rank
    from latest.crm_user as crm_user
    join setting.source as source
        on source.source = crm_user.source
    left join identity.renamed as renamed
        on renamed.kind = 'user'
        and renamed.source = crm_user.source
        and renamed.source_id = crm_user.user_id
),

placed as (
    select
        version.*,
        row_number() over (
            partition by user_id
            order by source_rank
        ) as place
    from version
)

select * exclude (source_rank, place)
from placed
where place = 1
order by user_id
