-- Ids that need no linking are still the system's own: when two systems use the same short
-- number for different records, the later system's gets its name before it. A long id is
-- world-wide, so there it is the same record.
create or replace table identity.renamed as
with known as (
    select
        'opportunity'  as kind,
        source,
        opportunity_id as source_id
    from latest.opportunity

    union all

    select
        'campaign'  as kind,
        source,
        campaign_id as source_id
    from latest.crm_campaign

    union all

    select
        'user'  as kind,
        source,
        user_id as source_id
    from latest.crm_user
),

placed as (
    select
        known.*,
        row_number() over (
            partition by known.kind, known.source_id
            order by source.source_rank
        ) as place
    from known
    join setting.source as source
        on source.source = known.source
)

select
    kind,
    source,
    source_id,
    source || ':' || source_id as resolved_id
from placed
where place > 1 and length(source_id) < 15
