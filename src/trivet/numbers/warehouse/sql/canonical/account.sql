-- One row an account. Where several systems know it, each column comes from the first of them
-- that fills it, the CRM before the others; what was merged away adds nothing.
create or replace table main.account as
with version as (
    select
        link.resolved_id,
        account.*,
        record.shared_key as domain,
        record.source_id <> record.survivor_id as is_merged,
        row_number() over (
            partition by link.resolved_id
            order by
                record.source_id <> record.survivor_id,
                record.source_rank,
                record.source_id = link.resolved_id desc,
                record.source_id
        ) as pick
    from latest.account as account
    join identity.record as record
        on record.kind = 'account'
        and record.source = account.source
        and record.source_id = account.account_id
    join main.identity_link as link
        on link.kind = 'account'
        and link.source = account.source
        and link.source_id = account.account_id
),

speaking as (
    select version.*
    from version
    join (
        select
            resolved_id,
            is_merged as leading_is_merged
        from version
        where pick = 1
    ) as first_word
        on first_word.resolved_id = version.resolved_id
        and first_word.leading_is_merged = version.is_merged
),

one as (
    select
        speaking.resolved_id                                           as account_id,
        arg_min(speaking.name, pick)                                   as name,
        arg_min(speaking.website, pick)                                as website,
        arg_min(speaking.crm_id, pick)                                 as crm_id,
        arg_min(coalesce(parent.resolved_id, speaking.parent_id), pick) as parent_id,
        cast(null as varchar)                                          as merged_into_id,
        arg_min(speaking.segment, pick)                                as segment,
        arg_min(speaking.region, pick)                                 as region,
        arg_min(speaking.industry, pick)                               as industry,
        arg_min(speaking.employees, pick)                              as employees,
        arg_min(speaking.country, pick)                                as country,
        arg_min(speaking.type, pick)                                   as type,
        arg_min(coalesce(owner.resolved_id, speaking.owner_id), pick)  as owner_id,
        arg_min(coalesce(csm.resolved_id, speaking.csm_id), pick)      as csm_id,
        arg_min(speaking.created_at, pick)                             as created_at,
        coalesce(arg_min(speaking.is_test, pick), false)               as is_test,
        arg_min(speaking.domain, pick)                                 as domain,
        arg_min(speaking.source, pick)                                 as source,
        arg_min(speaking.file, pick)                                   as file,
        arg_min(speaking.file_row, pick)                               as file_row,
        arg_min(speaking.load_id, pick)                                as load_id,
        arg_min(speaking.exported_at, pick)                            as exported_at
    from speaking
    left join identity.account_named as parent
        on parent.source = speaking.source
        and parent.account_id = speaking.parent_id
    left join identity.renamed as owner
        on owner.kind = 'user'
        and owner.source = speaking.source
        and owner.source_id = speaking.owner_id
    left join identity.renamed as csm
        on csm.kind = 'user'
        and csm.source = speaking.source
        and csm.source_id = speaking.csm_id
    group by speaking.resolved_id
),

known_in as (
    select
        link.resolved_id,
        array_to_string(list_sort(list(distinct link.source)), ',') as sources
    from main.identity_link as link
    where link.kind = 'account'
    group by link.resolved_id
),

parentage as (
    select
        account_id,
        parent_id
    from one
    where parent_id <> account_id
),

lineage as (
    select
        one.*,
        known_in.sources
    from one
    left join known_in
        on known_in.resolved_id = one.account_id
)

select
    lineage.account_id,
    name,
    website,
    crm_id,
    lineage.parent_id,
    merged_into_id,
    segment,
    region,
    industry,
    employees,
    country,
    type,
    owner_id,
    csm_id,
    created_at,
    is_test,
    domain,
    coalesce(ultimate_parent.ultimate_parent_id, lineage.account_id) as ultimate_parent_id,
    sources,
    source,
    file,
    file_row,
    load_id,
    exported_at
from lineage
left join (
    -- Up to the account without a parent. A circle of parents has no top: each stays its own.
    with recursive climb as (
        select
            account_id,
            parent_id as above_id
        from parentage

        union

        select
            climb.account_id,
            parentage.parent_id as above_id
        from climb
        join parentage
            on parentage.account_id = climb.above_id
    )

    select
        climb.account_id,
        min(climb.above_id) as ultimate_parent_id
    from climb
    left join parentage
        on parentage.account_id = climb.above_id
    where parentage.account_id is null
    group by climb.account_id
) as ultimate_parent
    on ultimate_parent.account_id = lineage.account_id
order by lineage.account_id
