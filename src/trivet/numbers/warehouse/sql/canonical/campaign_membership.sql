-- Two records of one person on the same list are one membership: the one that responded,
-- and responded first.
create or replace table main.campaign_membership as
with version as (
    select
        membership.* replace (
            coalesce(campaign.resolved_id, membership.campaign_id) as campaign_id,
            coalesce(person.resolved_id, membership.contact_id)    as contact_id,
            coalesce(membership.responded, false)                  as responded
        )
    from latest.campaign_membership as membership
    left join identity.renamed as campaign
        on campaign.kind = 'campaign'
        and campaign.source = membership.source
        and campaign.source_id = membership.campaign_id
    left join identity.contact_named as person
        on person.source = membership.source
        and person.contact_id = membership.contact_id
),

placed as (
    select
        version.*,
        row_number() over (
            partition by
                campaign_id,
                contact_id
            order by
                responded desc,
                first_responded_at nulls last,
                created_at nulls last,
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
    campaign_id,
    contact_id
