-- What an id means when a source writes it, of people.
create or replace table identity.contact_named as
select
    source,
    source_id as contact_id,
    resolved_id
from identity.named
where kind = 'contact'
