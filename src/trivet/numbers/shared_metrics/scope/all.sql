-- Every row of a metric.
select contribution.*
from contribution
