-- One row a person. The account is the one a system names, else the only account that holds the
-- domain of the person's e-mail address. A lead that was converted says what its contact leaves open;
-- what was merged away says nothing.
create or replace table main.contact as
with version as (
    select
        link.resolved_id,
        contact.*,
        record.mail_domain,
        record.is_duplicate as is_merged,
        row_number() over (
            partition by link.resolved_id
            order by
                record.is_duplicate,
                record.source_id <> record.survivor_id,
                record.source_rank,
                record.source_id = link.resolved_id desc,
                record.source_id
        ) as pick
    from latest.contact as contact
    join identity.record as record
        on record.kind = 'contact'
        and record.source = contact.source
        and record.source_id = contact.contact_id
    join main.identity_link as link
        on link.kind = 'contact'
        and link.source = contact.source
        and link.source_id = contact.contact_id
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
        speaking.resolved_id                                               as contact_id,
        arg_min(coalesce(account.resolved_id, speaking.account_id), pick)  as account_id,
        arg_min(speaking.crm_id, pick)                                     as crm_id,
        arg_min(speaking.email, pick)                                      as email,
        arg_min(speaking.name, pick)                                       as name,
        arg_min(speaking.title, pick)                                      as title,
        arg_min(speaking.lead_source, pick)                                as lead_source,
        arg_min(speaking.created_at, pick)                                 as created_at,
        cast(null as varchar)                                              as merged_into_id,
        cast(null as varchar)                                              as converted_into_id,
        coalesce(arg_min(speaking.is_test, pick), false)                   as is_test,
        arg_min(speaking.mail_domain, pick)                                as domain,
        arg_min(speaking.source, pick)                                     as source,
        arg_min(speaking.file, pick)                                       as file,
        arg_min(speaking.file_row, pick)                                   as file_row,
        arg_min(speaking.load_id, pick)                                    as load_id,
        arg_min(speaking.exported_at, pick)                                as exported_at
    from speaking
    left join identity.account_named as account
        on account.source = speaking.source
        and account.account_id = speaking.account_id
    group by speaking.resolved_id
)

select
    one.contact_id,
    coalesce(one.account_id, domain_account.account_id) as account_id,
    one.crm_id,
    one.email,
    one.name,
    one.title,
    one.lead_source,
    one.created_at,
    one.merged_into_id,
    one.converted_into_id,
    one.is_test,
    one.domain,
    one.source,
    one.file,
    one.file_row,
    one.load_id,
    one.exported_at
from one
left join identity.domain_account as domain_account
    on domain_account.domain = one.domain
order by one.contact_id
