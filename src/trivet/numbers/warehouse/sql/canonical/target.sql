create or replace table main.target as
select target.*
from latest.target as target
left join setting.unpriced_currency as unpriced
    on unpriced.currency = target.currency
where unpriced.currency is null
order by
    starts_on,
    ends_on,
    segment
