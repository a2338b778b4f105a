-- What one minor unit of a currency is worth in minor units of the company's, and when.
-- A company that keeps only one kind of rate has it serve as the other; the first rate of a
-- currency also serves the days before it.
create or replace table main.fx_span as
with kind as (
    select 'plan' as kind
    union all
    select 'spot'
),

offered as (
    select currency, valid_from, rate, coalesce(fx_rate.kind, 'plan') as kind
    from fx_rate
),

used as (
    select
        offered.currency,
        kind.kind,
        offered.valid_from,
        offered.rate
    from offered
    cross join kind
    where offered.kind = kind.kind
        or not exists (
            select 1
            from offered as own
            where own.currency = offered.currency and own.kind = kind.kind
        )
),

digits as (
    select currency, minor_digits
    from currency_digits
)

select
    used.currency,
    used.kind,
    case
        when row_number() over (partition by used.currency, used.kind order by used.valid_from) = 1
            then date '0001-01-01'
        else used.valid_from
    end as valid_from,
    coalesce(
        lead(used.valid_from) over (partition by used.currency, used.kind order by used.valid_from),
        date '9999-12-31'
    ) as valid_until,
    cast(used.rate * power(10, home.minor_digits - digits.minor_digits) as decimal(18, 8)) as minor_rate
from used
join digits on digits.currency = used.currency
join digits as home on home.currency = $currency
where used.currency <> $currency
union all
select
    $currency,
    kind.kind,
    date '0001-01-01',
    date '9999-12-31',
    cast(1 as decimal(18, 8))
from kind
