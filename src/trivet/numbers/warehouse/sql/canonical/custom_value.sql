-- What the exports say of each record in the columns declared as dimensions: the newest word of
-- each source, and the first source's where several speak.
create or replace table main.custom_value as
with newest as (
    select
        value.*,
        source.source_rank,
        row_number() over (
            partition by
                value.dimension,
                value.table_name,
                value.source,
                value.record_id
            order by
                value.exported_at desc,
                value.load_id desc
        ) as place
    from staged.custom_value as value
    join setting.source as source
        on source.source = value.source
),

resolved as (
    select
        newest.dimension,
        newest.table_name as record_kind,
        coalesce(
            account.resolved_id,
            person.resolved_id,
            opportunity.resolved_id,
            newest.record_id
        ) as record_id,
        newest.value,
        row_number() over (
            partition by
                newest.dimension,
                newest.table_name,
                coalesce(
                    account.resolved_id,
                    person.resolved_id,
                    opportunity.resolved_id,
                    newest.record_id
                )
            order by
                newest.source_rank,
                newest.record_id
        ) as place
    from newest
    left join identity.account_named as account
        on newest.table_name = 'account'
        and account.source = newest.source
        and account.account_id = newest.record_id
    left join identity.contact_named as person
        on newest.table_name = 'contact'
        and person.source = newest.source
        and person.contact_id = newest.record_id
    left join identity.renamed as opportunity
        on newest.table_name = 'opportunity'
        and opportunity.kind = 'opportunity'
        and opportunity.source = newest.source
        and opportunity.source_id = newest.record_id
    where newest.place = 1 and newest.value is not null
)

select
    dimension,
    record_kind,
    record_id,
    value
from resolved
where place = 1
order by
    dimension,
    record_kind,
    record_id
