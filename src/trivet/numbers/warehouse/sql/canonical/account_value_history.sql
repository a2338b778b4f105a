-- What the fields of each account said, and from which day: industry, country, size, type and the
-- company's own columns. Only the ideal customer profile asks it; metrics slice by what
-- `dimension_value` says. Each field follows the first system that ever fills it, as in
-- account_history, and what its first export says is taken to have been so before.
--   first_on   the day of that first export
create or replace table main.account_value_history as
with stated as (
    select source, account_id, exported_at, load_id, 'industry' as attribute, industry as value from staged.account
    union all
    select source, account_id, exported_at, load_id, 'country', country from staged.account
    union all
    select source, account_id, exported_at, load_id, 'employees', cast(employees as varchar) from staged.account
    union all
    select source, account_id, exported_at, load_id, 'type', type from staged.account
    union all
    select source, record_id, exported_at, load_id, dimension, value from staged.custom_value
    where table_name = 'account'
),

version as (
    select
        link.resolved_id as account_id,
        stated.attribute,
        dense_rank() over (
            partition by link.resolved_id
            order by
                record.source_id <> record.survivor_id,
                record.source_rank,
                record.source_id = link.resolved_id desc,
                record.source_id
        ) as pick,
        cast(timezone(company.time_zone, timezone('UTC', stated.exported_at)) as date) as exported_on,
        stated.exported_at,
        stated.load_id,
        stated.value
    from stated
    cross join setting.company as company
    join identity.record as record
        on record.kind = 'account'
        and record.source = stated.source
        and record.source_id = stated.account_id
    join main.identity_link as link
        on link.kind = 'account'
        and link.source = stated.source
        and link.source_id = stated.account_id
),

speaker as (
    select
        account_id,
        attribute,
        min(pick) as pick
    from version
    where value is not null
    group by
        account_id,
        attribute
),

daily as (
    select
        version.*,
        row_number() over (
            partition by
                version.account_id,
                version.attribute,
                version.exported_on
            order by
                version.exported_at desc,
                version.load_id desc
        ) as place
    from version
    join speaker
        on speaker.account_id = version.account_id
        and speaker.attribute = version.attribute
        and speaker.pick = version.pick
),

compared as (
    select
        account_id,
        attribute,
        exported_on,
        value,
        min(exported_on) over (
            partition by
                account_id,
                attribute
        ) as first_on,
        lag(value) over (
            partition by
                account_id,
                attribute
            order by exported_on
        ) as value_before
    from daily
    where place = 1
)

select
    account_id,
    attribute,
    value,
    case when exported_on = first_on then date '1970-01-01' else exported_on end as valid_from,
    lead(exported_on, 1, date '9999-12-31') over (
        partition by
            account_id,
            attribute
        order by exported_on
    ) as valid_until,
    first_on
from compared
where exported_on = first_on or value is distinct from value_before
order by
    account_id,
    attribute,
    valid_from
