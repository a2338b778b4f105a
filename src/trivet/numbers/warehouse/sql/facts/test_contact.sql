-- Who is no person of the business: a test contact, or anybody at a test account.
create or replace table main.test_contact as
select contact.contact_id
from contact
left join account using (account_id)
where coalesce(contact.is_test, false) or coalesce(account.is_test, false)
order by contact.contact_id
