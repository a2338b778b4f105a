-- When each source exported its opportunities: between two exports nobody looked.
create or replace table main.opportunity_export as
select distinct
    source,
    exported_at
from staged.opportunity
order by
    source,
    exported_at
