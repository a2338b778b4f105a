-- The commonest values of each attribute; a field that lists several holds each of them.
with told as (
    select
        attribute,
        trim(unnest(string_split(text_value, ';'))) as value,
        account_id
    from record_attribute
),

counted as (
    select
        attribute,
        value,
        count(distinct account_id) as accounts
    from told
    where value <> ''
    group by attribute, value
),

placed as (
    select
        counted.*,
        row_number() over (
            partition by attribute
            order by accounts desc, value
        ) as place
    from counted
)

select
    attribute,
    value,
    accounts
from placed
where place <= 50
order by attribute, place
