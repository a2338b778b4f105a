-- What a record is called and whose it is. Grouped by its key, so that an engine that sees nobody
-- reads a name leaves the look-up out.
-- Inlined: a figure needs no names, a table of rows does.
select
    opportunity_no,
    episode,
    min(record_id)      as record_id,
    min(opportunity_id) as opportunity_id,
    min(account_id)     as account_id
from opportunity_entry
group by opportunity_no, episode
