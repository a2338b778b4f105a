-- Ordered by contact, so that a contact's timeline first looks its account up here.
create or replace table main.contact_key as
select
    row_number() over (order by contact.contact_id) as contact_no,
    contact.contact_id,
    account_key.account_no
from contact
left join account_key using (account_id)
where not coalesce(contact.is_test, false)
order by contact.contact_id
