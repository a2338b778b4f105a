-- The value of one dimension, row by row.
select
    period_key,
    record_id,
    value as dimension
from dimension_of
