-- Who the accounts (or people) of one source are, once the sources ranked before it are known.
-- Keys are tried from the strongest: the CRM's own id, then the e-mail address or domain as the
-- first source that holds it knows it. A key that fits two records decides nothing: the record
-- stays its own, and the evidence names the candidates.
insert into main.identity_link
with record as (
    select *
    from identity.record
    where kind = $kind and source_rank = $source_rank
),

living as (
    select *
    from record
    where source_id = survivor_id
),

crm_record as (
    select
        link.source_id,
        arg_min(link.resolved_id, source.source_rank) as resolved_id,
        arg_min(link.source, source.source_rank)      as crm
    from main.identity_link as link
    join setting.source as source
        on source.source = link.source
    where link.kind = $kind and source.system = 'crm'
    group by link.source_id
),

-- An id of fifteen characters or more is a vendor's world-wide one: another system that uses it
-- as its own id means the same record. A short number may coincide.
by_crm_id as (
    select
        living.source_id,
        crm_record.resolved_id,
        crm_record.crm
    from living
    join crm_record
        on crm_record.source_id = coalesce(
            living.crm_id,
            case when length(living.source_id) >= 15 then living.source_id end
        )
),

holder as (
    select
        record.shared_key,
        record.source_rank,
        min(record.source)                            as holder,
        count(distinct link.resolved_id)              as records,
        min(link.resolved_id)                         as resolved_id,
        list_sort(list(distinct link.resolved_id))    as candidates
    from identity.record as record
    join main.identity_link as link
        on link.kind = record.kind
        and link.source = record.source
        and link.source_id = record.source_id
    where
        record.kind = $kind
        and record.source_rank < $source_rank
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
            partition by shared_key
            order by source_rank
        ) as place
    from holder
),

taken as (
    select distinct resolved_id
    from main.identity_link
    where kind = $kind
),

found as (
    select
        living.source,
        living.source_id,
        living.crm_id,
        living.shared_key,
        by_crm_id.crm,
        first_holder.holder,
        first_holder.candidates,
        case
            when by_crm_id.resolved_id is not null then by_crm_id.resolved_id
            when first_holder.records = 1          then first_holder.resolved_id
            when living.crm_id is not null and living.system <> 'crm' then living.crm_id
            when taken.resolved_id is not null     then living.source || ':' || living.source_id
            else living.source_id
        end as resolved_id,
        case
            when by_crm_id.resolved_id is not null then 'crm_id'
            when first_holder.records = 1          then case when $kind = 'account' then 'domain' else 'email' end
            when living.crm_id is not null and living.system <> 'crm' then 'crm_id'
            when first_holder.records > 1          then 'ambiguous'
            when living.system = 'crm' or not exists (select 1 from taken) then 'own_id'
            else 'unresolved'
        end as rule
    from living
    left join by_crm_id
        on by_crm_id.source_id = living.source_id
    left join first_holder
        on first_holder.shared_key = living.shared_key
        and first_holder.place = 1
    left join taken
        on taken.resolved_id = living.source_id
)

select
    $kind as kind,
    source,
    source_id,
    resolved_id,
    rule,
    case rule
        when 'crm_id' then
            case
                when crm is null then 'names the CRM record ' || resolved_id || ', which no export holds'
                when crm_id is null then 'its own id is the one ' || crm || ' uses'
                else 'names the CRM record ' || crm_id || ' of ' || crm
            end
        when 'domain' then 'domain ' || shared_key || ' is ' || resolved_id || ' in ' || holder
        when 'email' then 'e-mail ' || shared_key || ' is ' || resolved_id || ' in ' || holder
        when 'ambiguous' then
            shared_key || ' is ' || len(candidates) || ' records in ' || holder || ': '
            || array_to_string(candidates[1:5], ', ')
            || case when len(candidates) > 5 then ' ...' else '' end
        when 'unresolved' then
            case
                when shared_key is null then 'has neither a CRM id nor '
                    || case when $kind = 'account' then 'a company''s own domain' else 'an e-mail address' end
                else 'no other system holds ' || shared_key
            end
        else 'its own id in ' || source
    end as evidence
from found

union all

select
    $kind as kind,
    record.source,
    record.source_id,
    coalesce(found.resolved_id, record.survivor_id) as resolved_id,
    case when record.is_duplicate then 'merged' else 'converted' end as rule,
    case when record.is_duplicate then 'merged into ' else 'converted into ' end
    || record.survivor_id || ' in ' || record.source
    || case when found.source_id is null then ', which no export holds' else '' end as evidence
from record
left join found
    on found.source_id = record.survivor_id
where record.source_id <> record.survivor_id
