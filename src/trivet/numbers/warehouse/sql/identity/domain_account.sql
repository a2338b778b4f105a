-- The one account that holds a domain, as the first source that holds it knows it. A domain of
-- two accounts finds neither.
create or replace table identity.domain_account as
with holder as (
    select
        record.shared_key                as domain,
        record.source_rank,
        count(distinct link.resolved_id) as accounts,
        min(link.resolved_id)            as account_id
    from identity.record as record
    join main.identity_link as link
        on link.kind = 'account'
        and link.source = record.source
        and link.source_id = record.source_id
    where
        record.kind = 'account'
        and record.source_id = record.survivor_id
        and record.shared_key is not null
    group by
        record.shared_key,
        record.source_rank
),

first_holder as (
    select
        holder.*,
        row_number() over (
            partition by domain
            order by source_rank
        ) as place
    from holder
)

select
    domain,
    account_id
from first_holder
where place = 1 and accounts = 1
