-- Which canonical columns any source fills: asked before a metric says it cannot be computed.
create or replace table main.mapped_column as
select distinct
    table_name,
    unnest(columns_mapped) as column_name
from setting.feed
order by
    table_name,
    column_name
