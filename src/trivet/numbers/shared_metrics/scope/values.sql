-- The value of every asked dimension, row by row.
select
    period_key,
    record_id,
    dimension,
    value
from dimension_of
