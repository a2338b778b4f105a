-- What is known of each account, by the name it is asked by: a dimension's value with since when,
-- the size and the CRM's type, and what its opportunities and people carry. A value that the
-- warehouse keeps no history of stands for all time, and the evidence says so.
-- Inlined: a profile asks a few of the attributes.
select
    account_key.account_id,
    dimension_value.dimension as attribute,
    'account'                 as record_kind,
    cast(null as varchar)     as opportunity_id,
    cast(null as timestamp)   as known_from,
    dimension_value.valid_from,
    dimension_value.valid_until,
    dimension_value.value     as text_value,
    try_cast(dimension_value.value as decimal(28, 6)) as number_value
from dimension_value
join account_key on account_key.account_id = dimension_value.record_id
where dimension_value.record_kind = 'account'
    and dimension_value.dimension not in ('employees', 'type')
union all
select
    account.account_id,
    'employees',
    'account',
    null,
    null,
    date '0001-01-01',
    date '9999-12-31',
    cast(account.employees as varchar),
    cast(account.employees as decimal(28, 6))
from account
join account_key using (account_id)
where account.employees is not null
union all
select
    account.account_id,
    'type',
    'account',
    null,
    null,
    date '0001-01-01',
    date '9999-12-31',
    account.type,
    null
from account
join account_key using (account_id)
where account.type is not null
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
