-- Which contracts may be the renewal of which, where no source says it: the same account and
-- product, begun after it, at most the days of grace before or after it ran out. Who said that they
-- leave is not waited for.
with told as (
    select renewed.contract_id
    from contract as renewing
    join contract as renewed
        on renewed.contract_id = renewing.renewal_of
        and renewed.contract_id <> renewing.contract_id
    where renewing.from_on < renewing.until_on
)

select
    renewed.contract_id,
    renewed.until_on        as ran_out_on,
    renewed.from_on,
    renewing.contract_id as renewed_by,
    renewing.from_on        as renewed_on
from contract as renewed
join contract as renewing
    on renewing.account_id = renewed.account_id
    and renewing.product = renewed.product
    and renewing.sign = renewed.sign
    and renewing.from_on > renewed.from_on
    and renewing.from_on >= renewed.until_on - cast($retention_base__late_renewal_grace_days as integer)
    and renewing.from_on <= renewed.until_on + cast($retention_base__late_renewal_grace_days as integer)
where $retention_base__renewal_match = 'contract_line'
    and renewed.until_on = renewed.ends_on
    and renewed.until_on < date '9999-01-01'
    and renewed.from_on < renewed.until_on
    -- Signed after its own end it was never in force, and renews nothing.
    and renewing.from_on < renewing.until_on
    and not renewed.was_cancelled
    and renewed.contract_id not in (select contract_id from told)
    -- Who names a contract renews that one or none.
    and (renewing.renewal_of is null or renewing.renewal_of not in (select contract_id from contract))
