-- One row a followed customer and window: what it paid at the start and pays at the end, in one
-- currency rate, and how it moved. The cohort is every customer with ARR on the opening day;
-- customers won later are outside it, so new business can never lift retention.
-- Inlined: a figure adds up two of its columns, a page shows them all.
with entity_line as (
    select
        window_no,
        entity_no,
        -- A balance below zero is an error of the records, and no ARR.
        greatest(sum(case when side = 'opening' then arr_minor else 0 end), 0) as opening_minor,
        greatest(sum(case when side = 'closing' then arr_minor else 0 end), 0) as closing_minor,
        sum(price_uplift_minor)                                   as price_uplift_minor,
        max(in_grace)                                             as in_grace,
        max(awaited)                                              as awaited
    from window_arr
    group by window_no, entity_no
),

-- The days on which a customer started to pay, and up to when what was before reached.
start_day as (
    select
        entity_no,
        from_on,
        max(max(until_on)) over (
            partition by entity_no
            order by from_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from paying_span
    group by entity_no, from_on
),

-- Had ARR, then a day without any, then ARR again.
returned as (
    select
        asked_window.window_no,
        start_day.entity_no,
        1 as came_back
    from asked_window
    join start_day
        on start_day.from_on > asked_window.opening_on
        and start_day.from_on <= asked_window.closing_on
    where start_day.reached_on < start_day.from_on
    group by asked_window.window_no, start_day.entity_no
),

earlier as (
    select
        asked_window.window_no,
        span.entity_no,
        1 as was_customer_before
    from asked_window
    join paying_span as span on span.until_on <= asked_window.opening_on
    where $reactivation = 'count_all'
    group by asked_window.window_no, span.entity_no
),

due as (
    select
        asked_window.window_no,
        span.entity_no,
        1 as was_due
    from asked_window
    join subscription_span as span
        on span.due_on > asked_window.opening_on
        and span.due_on <= asked_window.closing_on
    where $method = 'renewals_due'
    group by asked_window.window_no, span.entity_no
),

-- Two contracts of one account for one product in force on one day: added up, and said.
doubled as (
    select
        one.entity_no,
        greatest(one.from_on, other.from_on) as from_on,
        least(one.until_on, other.until_on)  as until_on
    from subscription_span as one
    join subscription_span as other
        on other.account_id = one.account_id
        and other.product = one.product
        and other.currency = one.currency
        and other.subscription_id > one.subscription_id
        and other.from_on < one.until_on
        and one.from_on < other.until_on
    where $basis = 'subscriptions'
),

overlapping as (
    select
        asked_window.window_no,
        doubled.entity_no,
        1 as is_overlapping
    from asked_window
    join doubled
        on doubled.from_on <= asked_window.closing_on
        and asked_window.opening_on < doubled.until_on
    where asked_window.opening_on >= doubled.from_on
        or asked_window.closing_on < doubled.until_on
    group by asked_window.window_no, doubled.entity_no
),

followed as (
    select
        entity_line.*,
        coalesce(returned.came_back, 0) = 1           as came_back,
        coalesce(overlapping.is_overlapping, 0) = 1   as is_overlapping
    from entity_line
    left join returned using (window_no, entity_no)
    left join overlapping using (window_no, entity_no)
    left join earlier using (window_no, entity_no)
    left join due using (window_no, entity_no)
    where ($method <> 'renewals_due' or due.was_due = 1)
        and (
            entity_line.opening_minor > 0
            or (
                entity_line.opening_minor = 0
                and $reactivation = 'count_all'
                and earlier.was_customer_before = 1
            )
            or (entity_line.opening_minor = 0 and $new_logos)
        )
),

counted as (
    select
        *,
        case
            when $reactivation = 'treat_as_new' and came_back and opening_minor > 0 then 0
            when $price_increase = 'excluded' then greatest(closing_minor - price_uplift_minor, 0)
            else closing_minor
        end as counted_minor
    from followed
)

select
    counted.window_no,
    counted.entity_no,
    asked_window.window_key,
    asked_window.period_key,
    named.entity_id,
    asked_window.opening_on,
    asked_window.closing_on,
    opening_minor,
    counted_minor                                            as closing_minor,
    least(opening_minor, counted_minor)                      as kept_by_customer_minor,
    -- A customer who is new again kept nothing of any product.
    $reactivation = 'treat_as_new' and came_back and opening_minor > 0 as is_new_again,
    in_grace = 1                                             as is_in_grace,
    awaited = 1                                              as is_awaited,
    is_overlapping,
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
join asked_window on asked_window.window_no = counted.window_no
left join (
    select
        entity_no,
        min(entity_id) as entity_id
    from customer
    group by entity_no
) as named on named.entity_no = counted.entity_no
