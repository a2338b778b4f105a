-- The contracts that are known on the asked date, each from when to when it is in force under the
-- asked rules. ARR is in force, never a total contract value; a trial is no ARR; usage is its own
-- question. A line below zero is a discount or a credit, and lies on its own line of contracts: it
-- renews no contract above zero, and no such contract renews it.
select
    -- Two systems may give two contracts the same number.
    concat(source, ' ', subscription_id) as contract_id,
    subscription_id,
    source,
    account_id,
    coalesce(product, '') as product,
    case when arr_minor < 0 then -1 else 1 end as sign,
    arr_minor,
    coalesce(price_uplift_minor, 0) as price_uplift_minor,
    currency,
    -- Signed after its start it counts from the signature; under `contracted` even before.
    case
        when signed_at is null then starts_on
        when $retention_base__not_started = 'contracted' then cast(timezone($time_zone, timezone('UTC', signed_at)) as date)
        else greatest(starts_on, cast(timezone($time_zone, timezone('UTC', signed_at)) as date))
    end as from_on,
    starts_on,
    case $retention_base__churn_date
        when 'notice' then least(coalesce(ends_on, date '9999-12-31'), coalesce(notice_on, date '9999-12-31'))
        when 'billing_cancelled' then least(coalesce(ends_on, date '9999-12-31'), coalesce(billing_cancelled_on, date '9999-12-31'))
        else coalesce(ends_on, date '9999-12-31')
    end as until_on,
    coalesce(ends_on, date '9999-12-31') as ends_on,
    notice_on is not null or billing_cancelled_on is not null as was_cancelled,
    billing_cancelled_on is not null as was_ended_early,
    case when renewal_of_id is not null then concat(source, ' ', renewal_of_id) end as renewal_of
from subscription
where arr_minor <> 0
    and not coalesce(is_trial, false)
    and (
        coalesce(revenue_kind, 'recurring') = 'recurring'
        or (revenue_kind = 'committed_usage' and $retention_base__usage_revenue <> 'excluded')
    )
    -- What nobody had signed by then was not known; without a signature date, the start tells.
    and coalesce(signed_at, cast(starts_on as timestamp)) <= cast($as_of_at as timestamp)
