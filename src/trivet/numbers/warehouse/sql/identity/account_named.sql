-- What an id means when a source writes it, of accounts.
create or replace table identity.account_named as
select
    source,
    source_id as account_id,
    resolved_id
from identity.named
where kind = 'account'
