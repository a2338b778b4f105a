-- Every account and person that a source knows is one account or person here, and only one.
with record as (
    select
        'account'  as kind,
        account_id as record_id
    from account

    union all

    select
        'contact'  as kind,
        contact_id as record_id
    from contact
)

select
    link.kind,
    link.source,
    link.source_id,
    count(record.record_id) as records
from identity_link as link
left join record
    on record.kind = link.kind
    and record.record_id = link.resolved_id
group by
    link.kind,
    link.source,
    link.source_id
having count(record.record_id) <> 1
order by
    link.kind,
    link.source,
    link.source_id
