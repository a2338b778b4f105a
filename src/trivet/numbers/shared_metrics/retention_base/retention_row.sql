-- One row a followed customer and window: what it paid at the start and pays at the end, in one
-- currency rate, and how it moved. The cohort is every customer with ARR on the opening day;
-- customers won later are outside it, so new business can never lift retention.
with converted as (
    select
        asked_window.window_key,
        asked_window.period_key,
        asked_window.opening_on,
        asked_window.closing_on,
        'opening' as side,
        arr.entity_id,
        arr.product,
        cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint) as arr_minor,
        cast(0 as bigint)                                                                as price_uplift_minor,
        arr.in_grace,
        arr.awaited
    from asked_window
    join arr_on_day as arr on arr.day = asked_window.opening_on
    join fx_span as rate
        on rate.currency = arr.currency
        and rate.kind = case when $fx = 'plan' then 'plan' else 'spot' end
        and rate.valid_from <= asked_window.opening_on
        and asked_window.opening_on < rate.valid_until
    union all
    select
        asked_window.window_key,
        asked_window.period_key,
        asked_window.opening_on,
        asked_window.closing_on,
        'closing',
        arr.entity_id,
        arr.product,
        cast(round(cast(arr.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint),
        cast(round(cast(arr.price_uplift_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint),
        arr.in_grace,
        arr.awaited
    from asked_window
    join arr_on_day as arr on arr.day = asked_window.closing_on
    join fx_span as rate
        on rate.currency = arr.currency
        and rate.kind = case when $fx = 'plan' then 'plan' else 'spot' end
        and rate.valid_from <= case when $fx = 'cohort_start' then asked_window.opening_on else asked_window.closing_on end
        and case when $fx = 'cohort_start' then asked_window.opening_on else asked_window.closing_on end < rate.valid_until
),

product_line as (
    select
        window_key,
        period_key,
        opening_on,
        closing_on,
        entity_id,
        product,
        sum(case when side = 'opening' then arr_minor else 0 end) as opening_minor,
        sum(case when side = 'closing' then arr_minor else 0 end) as closing_minor,
        sum(price_uplift_minor)                                   as price_uplift_minor,
        max(case when side = 'closing' then in_grace else 0 end)  as in_grace,
        max(case when side = 'closing' then awaited else 0 end)   as awaited
    from converted
    group by window_key, period_key, opening_on, closing_on, entity_id, product
),

entity_line as (
    select
        window_key,
        period_key,
        opening_on,
        closing_on,
        entity_id,
        sum(opening_minor)                        as opening_minor,
        sum(closing_minor)                        as closing_minor,
        sum(least(opening_minor, closing_minor))  as kept_by_product_minor,
        sum(price_uplift_minor)                   as price_uplift_minor,
        max(in_grace)                             as in_grace,
        max(awaited)                              as awaited
    from product_line
    group by window_key, period_key, opening_on, closing_on, entity_id
),

-- Had ARR, then a day without any, then ARR again on the closing day.
level_span as (
    select
        case when $entity_level = 'account' then span.account_id else coalesce(account_key.ultimate_parent_id, span.account_id) end as entity_id,
        span.from_on,
        span.until_on,
        span.ran_out_on,
        span.was_cancelled
    from subscription_span as span
    left join account_key using (account_id)
),

gap as (
    select
        entity_line.window_key,
        entity_line.entity_id,
        -- The day before which nothing older than it reaches: a span starts after every earlier one ended.
        max(
            case
                when level_span.from_on > entity_line.opening_on
                    and level_span.from_on <= entity_line.closing_on
                    and not exists (
                        select 1
                        from level_span as other
                        where other.entity_id = level_span.entity_id
                            and other.from_on < level_span.from_on
                            and other.until_on >= level_span.from_on
                    ) then 1
                else 0
            end
        ) as came_back,
        max(case when level_span.until_on <= entity_line.opening_on then 1 else 0 end) as was_customer_before,
        max(case when level_span.ran_out_on > entity_line.opening_on and level_span.ran_out_on <= entity_line.closing_on and not level_span.was_cancelled then 1 else 0 end) as was_due
    from entity_line
    join level_span using (entity_id)
    group by entity_line.window_key, entity_line.entity_id
),

followed as (
    select
        entity_line.*,
        coalesce(gap.came_back, 0) = 1           as came_back,
        coalesce(gap.was_customer_before, 0) = 1 as was_customer_before,
        coalesce(gap.was_due, 0) = 1             as was_due
    from entity_line
    left join gap using (window_key, entity_id)
    where (
        entity_line.opening_minor > 0
        and ($method <> 'renewals_due' or coalesce(gap.was_due, 0) = 1)
    )
        or (
            entity_line.opening_minor = 0
            and $reactivation = 'count_all'
            and coalesce(gap.was_customer_before, 0) = 1
        )
        or (entity_line.opening_minor = 0 and $new_logos)
),

counted as (
    select
        *,
        case
            when $reactivation = 'treat_as_new' and came_back and opening_minor > 0 then 0
            when $price_increase = 'excluded' then greatest(closing_minor - price_uplift_minor, 0)
            else closing_minor
        end as counted_minor,
        case
            when $reactivation = 'treat_as_new' and came_back and opening_minor > 0 then 0
            else kept_by_product_minor
        end as kept_minor
    from followed
)

select
    window_key,
    period_key,
    entity_id,
    opening_on,
    closing_on,
    opening_minor,
    counted_minor                                            as closing_minor,
    least(opening_minor, counted_minor)                      as kept_by_customer_minor,
    least(kept_minor, counted_minor)                         as kept_by_product_minor,
    in_grace = 1                                             as is_in_grace,
    awaited = 1                                              as is_awaited,
    came_back and opening_minor > 0 and counted_minor > 0    as came_back,
    case
        when counted_minor > opening_minor and not (came_back and opening_minor > 0)
            then counted_minor - opening_minor - case
                when $price_increase = 'excluded' then 0
                else least(price_uplift_minor, counted_minor - opening_minor)
            end
        else 0
    end                                                      as expansion_minor,
    case
        when $price_increase <> 'excluded'
            and counted_minor > opening_minor and not (came_back and opening_minor > 0)
            then least(price_uplift_minor, counted_minor - opening_minor)
        else 0
    end                                                      as price_minor,
    case
        when came_back and opening_minor > 0 and counted_minor > 0 then counted_minor - opening_minor
        else 0
    end                                                      as reactivation_minor,
    case
        when counted_minor > 0 and counted_minor < opening_minor and not came_back then counted_minor - opening_minor
        else 0
    end                                                      as contraction_minor,
    case when counted_minor = 0 then -opening_minor else 0 end as churn_minor
from counted
