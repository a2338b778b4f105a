-- As account_named, for people.
create or replace table identity.contact_named as
with known as (
    select
        link.source_id,
        arg_min(link.resolved_id, source.source_rank) as resolved_id
    from main.identity_link as link
    join setting.source as source
        on source.source = link.source
    where link.kind = 'contact'
    group by link.source_id
)

select
    source.source,
    known.source_id                               as contact_id,
    coalesce(link.resolved_id, known.resolved_id) as resolved_id
from known
cross join setting.source as source
left join main.identity_link as link
    on link.kind = 'contact'
    and link.source = source.source
    and link.source_id = known.source_id
