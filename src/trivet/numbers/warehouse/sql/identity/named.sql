-- What an id means when a source writes it: the source's own record first, else the record of
-- the first source that knows the id (billing often writes the CRM's account ids).
create or replace table identity.account_named as
with known as (
    select
        link.source_id,
        arg_min(link.resolved_id, source.source_rank) as resolved_id
    from main.identity_link as link
    join setting.source as source
        on source.source = link.source
    where link.kind = 'account'
    group by link.source_id
)

select
    source.source,
    known.source_id                               as account_id,
    coalesce(link.resolved_id, known.resolved_id) as resolved_id
from known
cross join setting.source as source
left join main.identity_link as link
    on link.kind = 'account'
    and link.source = source.source
    and link.source_id = known.source_id;

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
    and link.source_id = known.source_id;

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
where place = 1 and accounts = 1;

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
