-- By field of accounts, of how many closed opportunities it is known, how many of these are older
-- than the first export that said it, and whether any later export said otherwise.
with field as (
    select
        account_id,
        attribute,
        min(first_on)                                                     as first_on,
        max(case when valid_until < date '9999-12-31' then 1 else 0 end)  as changed
    from account_value_history
    group by
        account_id,
        attribute
)

select
    field.attribute,
    count(*)                                                                   as known,
    sum(case when asked_deal.created_on < field.first_on then 1 else 0 end)    as older,
    max(field.changed) = 1                                                     as changed
from asked_deal
join field
    on field.account_id = asked_deal.account_id
group by field.attribute
