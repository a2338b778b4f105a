-- Who had a role on an opportunity, as numbers.
create or replace table main.opportunity_role as
select
    opportunity_key.opportunity_no,
    contact_key.contact_no,
    contact_key.account_no,
    coalesce(role.is_primary, false) as is_primary
from opportunity_contact_role as role
join opportunity_key using (opportunity_id)
join contact_key using (contact_id)
