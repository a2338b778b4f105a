-- Where a contact's timeline first looks its account up; an index finds the row (facts/make.py).
create or replace table main.contact_key as
with counted as (
    select
        contact.contact_id,
        contact.account_id,
        numbered.contact_no
    from contact
    left join numbered.contact as numbered
        on numbered.contact_id = contact.contact_id
    where contact.contact_id not in (select contact_id from test_contact)
),

last_number as (
    select coalesce(max(contact_no), 0) as contact_no
    from numbered.contact
)

select
    coalesce(
        counted.contact_no,
        last_number.contact_no
        + row_number() over (
            partition by counted.contact_no is null
            order by counted.contact_id
        )
    ) as contact_no,
    counted.contact_id,
    account_key.account_no
from counted
cross join last_number
left join account_key on account_key.account_id = counted.account_id
order by counted.contact_id
