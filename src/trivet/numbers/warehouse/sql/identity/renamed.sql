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
),

-- A bare number of which only one scoped record has the number means that record.
bare as (
    select
        kind,
        source,
        substr(source_id, instr(source_id, ':') + 1) as source_id,
        min(case when place > 1 and length(source_id) < 15 then source || ':' || source_id else source_id end) as resolved_id
    from placed
    where instr(source_id, ':') > 1
    group by 1, 2, 3
    having count(*) = 1
)

select
    kind,
    source,
    source_id,
    source || ':' || source_id as resolved_id
from placed
where place > 1 and length(source_id) < 15

union all

select
    bare.kind,
    bare.source,
    bare.source_id,
    bare.resolved_id
from bare
left join known
    on known.kind = bare.kind
    and known.source_id = bare.source_id
where known.source_id is null
