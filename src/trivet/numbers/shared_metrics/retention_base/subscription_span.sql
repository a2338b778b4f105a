-- When each subscription counts, under the asked rules and as known on the asked date.
-- ARR is in force, never a total contract value; a trial is no ARR; usage is its own question.
with known as (
    select
        subscription_id,
        account_id,
        coalesce(product, '') as product,
        arr_minor,
        coalesce(price_uplift_minor, 0) as price_uplift_minor,
        currency,
        -- Signed after its start it counts from the signature; under `contracted` even before.
        case
            when signed_at is null then starts_on
            when $not_started = 'contracted' then cast(timezone($time_zone, timezone('UTC', signed_at)) as date)
            else greatest(starts_on, cast(timezone($time_zone, timezone('UTC', signed_at)) as date))
        end as from_on,
        starts_on,
        case $churn_date
            when 'notice' then least(coalesce(ends_on, date '9999-12-31'), coalesce(notice_on, date '9999-12-31'))
            when 'billing_cancelled' then least(coalesce(ends_on, date '9999-12-31'), coalesce(billing_cancelled_on, date '9999-12-31'))
            else coalesce(ends_on, date '9999-12-31')
        end as until_on,
        coalesce(ends_on, date '9999-12-31') as ends_on,
        notice_on is not null or billing_cancelled_on is not null as was_cancelled,
        billing_cancelled_on is not null as was_ended_early
    from subscription
    where arr_minor > 0
        and not coalesce(is_trial, false)
        and (
            coalesce(revenue_kind, 'recurring') = 'recurring'
            or (revenue_kind = 'committed_usage' and $usage_revenue <> 'excluded')
        )
        -- What nobody had signed by then was not known; without a signature date, the start tells.
        and coalesce(signed_at, cast(starts_on as timestamp)) <= cast($as_of_at as timestamp)
),

-- The account's next contract that starts within the grace after this one ran out.
renewed_late as (
    select
        known.subscription_id,
        min(successor.from_on) as renewed_on
    from known
    join known as successor
        on successor.account_id = known.account_id
        and successor.subscription_id <> known.subscription_id
        and successor.from_on >= known.until_on
        and successor.from_on <= known.until_on + cast($late_renewal_grace_days as integer)
    where known.until_on < date '9999-01-01'
    group by known.subscription_id
),

-- Renewed before it ran out: the next contract of the same product was already in force.
renewed_early as (
    select
        known.subscription_id,
        true as was_renewed_early
    from known
    join known as successor
        on successor.account_id = known.account_id
        and successor.product = known.product
        and successor.subscription_id <> known.subscription_id
        and successor.from_on < known.until_on
        and successor.until_on > known.until_on
    group by known.subscription_id
),

renewed as (
    select
        known.*,
        renewed_late.renewed_on,
        coalesce(renewed_early.was_renewed_early, false) as was_renewed_early
    from known
    left join renewed_late using (subscription_id)
    left join renewed_early using (subscription_id)
    where known.from_on < known.until_on
)

select
    renewed.subscription_id,
    renewed.account_id,
    customer.entity_no,
    product,
    arr_minor,
    price_uplift_minor,
    currency,
    from_on,
    starts_on,
    case
        when until_on > date '9999-01-01' then until_on
        when was_cancelled or was_renewed_early then until_on
        when renewed_on is not null then greatest(until_on, renewed_on)
        -- Still awaited on the asked date: counted until the grace is over.
        when cast($as_of_on as date) < until_on + cast($late_renewal_grace_days as integer)
            then until_on + cast($late_renewal_grace_days as integer)
        else until_on
    end as until_on,
    until_on as ran_out_on,
    -- What was to be renewed: it reached its end, whoever had said by then that they leave.
    case when not was_ended_early then ends_on end as due_on,
    renewed_on is not null or was_renewed_early as is_renewed
from renewed
join customer using (account_id)
