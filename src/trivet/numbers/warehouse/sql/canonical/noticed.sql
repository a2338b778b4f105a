-- What was read all the same and people should know, by source, table and column: amounts that were
-- rounded, records that several rows of a flat file say, and where those rows differ.
-- Counted in every export, as the quarantine is.
create or replace table main.noticed as
select
    source,
    table_name,
    kind,
    column_name,
    cast(sum(number) as bigint) as number
from staged.noticed
group by
    source,
    table_name,
    kind,
    column_name
order by
    source,
    table_name,
    kind,
    column_name
