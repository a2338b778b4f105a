-- When each subscription counts, under the asked rules and as known on the asked date: while it is
-- in force, and after it ran out while its renewal is late or awaited.
with renewed as (
    select
        contract.*,
        renewal.renewed_by,
        renewal.renewed_on,
        renewal.known_by
    from contract
    left join renewal using (contract_id)
    where contract.from_on < contract.until_on
)

select
    contract_id,
    account_id,
    product,
    arr_minor,
    price_uplift_minor,
    currency,
    from_on,
    starts_on,
    case
        when until_on > date '9999-01-01' or was_cancelled then until_on
        when renewed_on > until_on + cast($retention_base__late_renewal_grace_days as integer) then until_on
        when renewed_on is not null then greatest(until_on, renewed_on)
        -- Still awaited on the asked date: counted until the grace is over.
        when cast($as_of_on as date) < until_on + cast($retention_base__late_renewal_grace_days as integer)
            then until_on + cast($retention_base__late_renewal_grace_days as integer)
        else until_on
    end as until_on,
    until_on as ran_out_on,
    -- What was to be renewed: it reached its end, whoever had said by then that they leave.
    case when not was_ended_early and arr_minor > 0 then ends_on end as due_on,
    renewed_by,
    known_by
from renewed
