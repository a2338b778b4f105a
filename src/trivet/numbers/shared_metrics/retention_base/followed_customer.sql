-- Each followed customer of a window: what it paid at the start and pays at the end, in one
-- currency rate, and what is to be said of it. The cohort is every customer with ARR on the
-- opening day; customers won later are outside it, so new business can never lift retention.
-- A quarter and its last month, a year and its last quarter compare the same two days: each pair
-- of days is one window, looked at once.
with asked_pair as (
    select distinct
        window_no,
        opening_on,
        closing_on
    from asked_window
),

entity_line as (
    select
        window_no,
        entity_no,
        -- A balance below zero is an error of the records, and no ARR.
        cast(greatest(sum(opening_minor), 0) as bigint) as opening_minor,
        cast(greatest(sum(closing_minor), 0) as bigint) as closing_minor,
        cast(sum(price_uplift_minor) as bigint)         as price_uplift_minor,
        max(in_grace)                                   as in_grace,
        max(awaited)                                    as awaited
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
        asked_pair.window_no,
        start_day.entity_no,
        1 as came_back
    from asked_pair
    join start_day
        on start_day.from_on > asked_pair.opening_on
        and start_day.from_on <= asked_pair.closing_on
    where start_day.reached_on < start_day.from_on
    group by asked_pair.window_no, start_day.entity_no
),

earlier as (
    select
        asked_pair.window_no,
        span.entity_no,
        1 as was_customer_before
    from asked_pair
    join paying_span as span on span.until_on <= asked_pair.opening_on
    where $reactivation = 'count_all'
    group by asked_pair.window_no, span.entity_no
),

due as (
    select
        asked_pair.window_no,
        span.entity_no,
        1 as was_due
    from asked_pair
    join subscription_span as span
        on span.due_on > asked_pair.opening_on
        and span.due_on <= asked_pair.closing_on
    where $method = 'renewals_due'
    group by asked_pair.window_no, span.entity_no
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
        asked_pair.window_no,
        doubled.entity_no,
        1 as is_overlapping
    from asked_pair
    join doubled
        on doubled.from_on <= asked_pair.closing_on
        and asked_pair.opening_on < doubled.until_on
    where asked_pair.opening_on >= doubled.from_on
        or asked_pair.closing_on < doubled.until_on
    group by asked_pair.window_no, doubled.entity_no
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
)

select
    window_no,
    entity_no,
    opening_minor,
    case
        when $reactivation = 'treat_as_new' and came_back and opening_minor > 0 then 0
        when $price_increase = 'excluded' then greatest(closing_minor - price_uplift_minor, 0)
        else closing_minor
    end as counted_minor,
    price_uplift_minor,
    in_grace,
    awaited,
    came_back,
    is_overlapping
from followed
