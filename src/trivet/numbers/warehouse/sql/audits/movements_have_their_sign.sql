-- Of the ARR movements a company brings, contraction and churn are negative and every other kind is positive.
-- An export that writes churn as a positive number is mapped with `times = -1`.
select
    account_id,
    moved_on,
    kind,
    amount_minor
from arr_movement
where
    (kind in ('contraction', 'churn') and amount_minor > 0)
    or (kind in ('new', 'expansion', 'price', 'reactivation') and amount_minor < 0)
order by
    account_id,
    moved_on
