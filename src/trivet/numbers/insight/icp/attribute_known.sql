-- Each attribute: whose field it is, of how many accounts it is known, what kind of values it has.
select
    attribute,
    min(record_kind)                                              as record_kind,
    count(distinct account_id)                                    as known,
    count(distinct text_value)                                    as differing,
    max(case when strpos(text_value, ';') > 0 then 1 else 0 end)  as has_lists,
    sum(case when number_value is null then 1 else 0 end)         as without_number,
    min(number_value)                                             as low,
    max(number_value)                                             as high,
    (select count(*) from account_key)                            as accounts
from record_attribute
group by attribute
order by attribute
