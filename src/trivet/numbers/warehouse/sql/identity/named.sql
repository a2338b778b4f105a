-- What an id of an account or a person means when a source writes it: the source's own record first,
-- else the record of the first source that knows the id (billing often writes the CRM's account ids).
create or replace table identity.named as
with known as (
    select
        link.kind,
        link.source_id,
        arg_min(link.resolved_id, source.source_rank) as resolved_id
    from main.identity_link as link
    join setting.source as source
        on source.source = link.source
    group by link.kind, link.source_id
),

-- A system that numbers two objects alike keeps them apart by a scope before the number. Where it
-- writes the bare number and only one object has it, that one is meant.
bare as (
    select
        link.kind,
        link.source,
        substr(link.source_id, instr(link.source_id, ':') + 1) as source_id,
        min(link.resolved_id)                                  as resolved_id
    from main.identity_link as link
    where instr(link.source_id, ':') > 1
    group by 1, 2, 3
    having count(distinct link.resolved_id) = 1
)

select
    known.kind,
    source.source,
    known.source_id,
    coalesce(link.resolved_id, known.resolved_id) as resolved_id
from known
cross join setting.source as source
left join main.identity_link as link
    on link.kind = known.kind
    and link.source = source.source
    and link.source_id = known.source_id

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
