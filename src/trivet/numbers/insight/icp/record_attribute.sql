-- What is known of each account, by the name it is asked by: a dimension's value with since when,
-- the size and the CRM's type, and what its opportunities and people carry. What an account's field
-- said before it changed is asked as it was; what it says since is what every page shows today.
-- Inlined: a profile asks a few of the attributes.
with today as (
    select
        dimension_value.record_id as account_id,
        dimension_value.dimension as attribute,
        dimension_value.valid_from,
        dimension_value.valid_until,
        dimension_value.value
    from dimension_value
    where dimension_value.record_kind = 'account'
        and dimension_value.dimension not in ('employees', 'type')
    union all
    select account_id, 'employees', date '0001-01-01', date '9999-12-31', cast(employees as varchar)
    from account
    where employees is not null
    union all
    select account_id, 'type', date '0001-01-01', date '9999-12-31', type
    from account
    where type is not null
),

latest_change as (
    select
        account_id,
        attribute,
        max(valid_from) as valid_from
    from account_value_history
    group by
        account_id,
        attribute
),

of_account as (
    select
        today.account_id,
        today.attribute,
        coalesce(latest_change.valid_from, today.valid_from) as valid_from,
        today.valid_until,
        today.value
    from today
    left join latest_change
        on latest_change.account_id = today.account_id
        and latest_change.attribute = today.attribute
        and latest_change.valid_from > date '1970-01-01'
    union all
    select account_id, attribute, valid_from, valid_until, value
    from account_value_history
    where valid_until < date '9999-12-31' and value is not null
)

select
    account_key.account_id,
    of_account.attribute,
    'account'             as record_kind,
    cast(null as varchar) as opportunity_id,
    cast(null as timestamp) as known_from,
    of_account.valid_from,
    of_account.valid_until,
    of_account.value      as text_value,
    try_cast(of_account.value as decimal(28, 6)) as number_value
from of_account
join account_key using (account_id)
union all
-- Of an opportunity it is known from its creation on.
select
    opportunity_key.account_id,
    dimension_value.dimension,
    'opportunity',
    opportunity_key.opportunity_id,
    opportunity.created_at,
    date '0001-01-01',
    date '9999-12-31',
    dimension_value.value,
    try_cast(dimension_value.value as decimal(28, 6))
from dimension_value
join opportunity_key on opportunity_key.opportunity_id = dimension_value.record_id
join opportunity on opportunity.opportunity_id = opportunity_key.opportunity_id
where dimension_value.record_kind = 'opportunity'
union all
select
    account_key.account_id,
    dimension_value.dimension,
    'contact',
    null,
    contact.created_at,
    date '0001-01-01',
    date '9999-12-31',
    dimension_value.value,
    try_cast(dimension_value.value as decimal(28, 6))
from dimension_value
join contact_key on contact_key.contact_id = dimension_value.record_id
join contact on contact.contact_id = contact_key.contact_id
join account_key on account_key.account_no = contact_key.account_no
where dimension_value.record_kind = 'contact'
