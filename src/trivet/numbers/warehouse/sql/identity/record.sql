-- Every account and every person as one source knows them, with what can tell that two sources
-- mean the same: the CRM's id, an account's domain, a person's e-mail address. A record that was
-- merged away points at the survivor of its chain, and a lead that was converted at its contact. A
-- chain that goes round in a circle has no survivor, so its records stay themselves.
--   is_duplicate   somewhere on the way it was merged away; a conversion alone makes no duplicate
create or replace table identity.record as
with recursive
merged as (
    select
        'account'      as kind,
        source,
        account_id     as source_id,
        merged_into_id as into_id,
        true           as is_merge
    from latest.account
    where merged_into_id <> account_id

    union all

    select
        'contact'      as kind,
        source,
        contact_id     as source_id,
        coalesce(merged_into_id, converted_into_id) as into_id,
        merged_into_id is not null as is_merge
    from latest.contact
    where coalesce(merged_into_id, converted_into_id) <> contact_id
),

walk as (
    select
        kind,
        source,
        source_id,
        into_id as reached_id,
        is_merge
    from merged

    union

    select
        walk.kind,
        walk.source,
        walk.source_id,
        merged.into_id as reached_id,
        walk.is_merge or merged.is_merge as is_merge
    from walk
    join merged
        on merged.kind = walk.kind
        and merged.source = walk.source
        and merged.source_id = walk.reached_id
),

survivor as (
    select
        walk.kind,
        walk.source,
        walk.source_id,
        min(walk.reached_id)      as survivor_id,
        bool_or(walk.is_merge)    as is_duplicate
    from walk
    left join merged
        on merged.kind = walk.kind
        and merged.source = walk.source
        and merged.source_id = walk.reached_id
    where merged.source_id is null
    group by
        walk.kind,
        walk.source,
        walk.source_id
),

known as (
    select
        'account'                as kind,
        account.source,
        account.account_id       as source_id,
        account.crm_id,
        website.domain           as shared_key,
        cast(null as varchar)    as mail_domain
    from latest.account as account
    left join identity.registrable_domain as website
        on website.written = lower(trim(account.website))

    union all

    select
        'contact'                as kind,
        contact.source,
        contact.contact_id       as source_id,
        contact.crm_id,
        case when contact.email like '%_@_%' then lower(trim(contact.email)) end as shared_key,
        mail.domain              as mail_domain
    from latest.contact as contact
    left join identity.registrable_domain as mail
        on mail.written = lower(trim(split_part(contact.email, '@', -1)))
)

select
    known.kind,
    known.source,
    source.system,
    source.source_rank,
    known.source_id,
    coalesce(survivor.survivor_id, known.source_id) as survivor_id,
    coalesce(survivor.is_duplicate, false)          as is_duplicate,
    known.crm_id,
    known.shared_key,
    known.mail_domain
from known
join setting.source as source
    on source.source = known.source
left join survivor
    on survivor.kind = known.kind
    and survivor.source = known.source
    and survivor.source_id = known.source_id
