-- Of the pairs of renewal_pair those in which one of the two has another choice: who takes which is
-- decided in order of dates (renewals.py). Everything else is decided by itself.
with choice as (
    select
        *,
        count(*) over (partition by contract_id) as choices,
        count(*) over (partition by renewed_by)   as suitors
    from renewal_pair
)

select
    contract_id,
    ran_out_on,
    from_on,
    renewed_by,
    renewed_on
from choice
where choices > 1 or suitors > 1
