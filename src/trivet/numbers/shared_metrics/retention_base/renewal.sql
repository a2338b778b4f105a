-- Which contract renewed which, and how that is known.
with told as (
    select
        renewed.contract_id,
        renewing.contract_id as renewed_by,
        renewing.from_on         as renewed_on,
        row_number() over (
            partition by renewed.contract_id
            order by renewing.from_on, renewing.contract_id
        ) as place
    from contract as renewing
    join contract as renewed
        on renewed.contract_id = renewing.renewal_of
        and renewed.contract_id <> renewing.contract_id
    where $retention_base__renewal_match = 'contract_line'
        -- Signed after its own end it was never in force, and renews nothing.
        and renewing.from_on < renewing.until_on
),

choice as (
    select
        *,
        count(*) over (partition by contract_id) as choices,
        count(*) over (partition by renewed_by)   as suitors
    from renewal_pair
),

-- Any contract of the account, taken by as many as ran out.
of_account as (
    select
        renewed.contract_id,
        renewing.contract_id as renewed_by,
        renewing.from_on         as renewed_on,
        row_number() over (
            partition by renewed.contract_id
            order by renewing.from_on, renewing.contract_id
        ) as place
    from contract as renewed
    join contract as renewing
        on renewing.account_id = renewed.account_id
        and renewing.sign = renewed.sign
        and renewing.contract_id <> renewed.contract_id
        and (
            (
                renewing.from_on >= renewed.until_on
                and renewing.from_on <= renewed.until_on + cast($retention_base__late_renewal_grace_days as integer)
            )
            -- Renewed before it ran out: the next contract of the same product was in force.
            or (
                renewing.product = renewed.product
                and renewing.from_on < renewed.until_on
                and renewing.until_on > renewed.until_on
            )
        )
    where $retention_base__renewal_match = 'account'
        and renewing.from_on < renewing.until_on
        and renewed.until_on < date '9999-01-01'
)

select
    contract_id,
    renewed_by,
    renewed_on,
    'renewal id' as known_by
from told
where place = 1
union all
select
    contract_id,
    renewed_by,
    renewed_on,
    'same product'
from choice
where choices = 1 and suitors = 1
union all
select
    matched_renewal.contract_id,
    matched_renewal.renewed_by,
    contract.from_on,
    'same product'
from matched_renewal
join contract on contract.contract_id = matched_renewal.renewed_by
union all
select
    contract_id,
    renewed_by,
    renewed_on,
    'same account'
from of_account
where place = 1
