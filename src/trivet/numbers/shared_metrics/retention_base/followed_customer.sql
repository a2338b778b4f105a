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
        cast(sum(opening_minor) as bigint)                    as opening_minor,
        cast(sum(closing_minor) as bigint)                    as closing_minor,
        cast(sum(price_uplift_minor) as bigint)               as price_uplift_minor,
        max(greatest(opens_below_zero, closes_below_zero))    as below_zero
    from account_line
    group by window_no, entity_no
),

-- Contracts that count on the closing day though they ran out: their renewal is late or awaited.
late as (
    select
        asked_pair.window_no,
        line.entity_no,
        cast(count(*) as integer)                                             as in_grace,
        cast(sum(case when line.renewed_by is null then 1 else 0 end) as integer) as awaited,
        -- Of several the first, with its own renewal.
        min(line.contract_id || ' → ' || coalesce(line.renewed_by, '…'))      as late_renewal
    from asked_pair
    join recurring_line as line
        on line.ran_out_on <= asked_pair.closing_on
        and line.from_on <= asked_pair.closing_on
        and asked_pair.closing_on < line.until_on
    where line.ran_out_on < line.until_on
    group by asked_pair.window_no, line.entity_no
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

-- Contracts say when a renewal was due, whatever recurring revenue is read from.
due as (
    select
        asked_pair.window_no,
        customer.entity_no,
        1 as was_due
    from asked_pair
    join subscription_span as contract
        on contract.due_on > asked_pair.opening_on
        and contract.due_on <= asked_pair.closing_on
    join customer on customer.account_id = contract.account_id
    where $method = 'renewals_due'
    group by asked_pair.window_no, customer.entity_no
),

-- Two contracts of one account for one product in force on one day: added up, and said. One that
-- ends on the day on which the other ends was added to it; one that replaced it would not.
doubled as (
    select
        customer.entity_no,
        greatest(one.from_on, other.from_on) as from_on,
        least(one.until_on, other.until_on)  as until_on
    from subscription_span as one
    join customer on customer.account_id = one.account_id
    join subscription_span as other
        on other.account_id = one.account_id
        and other.product = one.product
        and other.contract_id > one.contract_id
        and other.from_on < one.until_on
        and one.from_on < other.until_on
        and (other.ran_out_on <> one.ran_out_on or one.ran_out_on > date '9999-01-01')
    where $retention_base__basis = 'subscriptions'
        -- A discount beside its contract is no second one.
        and one.arr_minor > 0
        and other.arr_minor > 0
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
        coalesce(late.in_grace, 0)                    as in_grace,
        coalesce(late.awaited, 0)                     as awaited,
        late.late_renewal,
        case
            when $reactivation = 'treat_as_new' and coalesce(returned.came_back, 0) = 1 and entity_line.opening_minor > 0 then 0
            when $price_increase = 'excluded' then greatest(entity_line.closing_minor - entity_line.price_uplift_minor, 0)
            else entity_line.closing_minor
        end                                           as counted_minor,
        coalesce(returned.came_back, 0) = 1           as came_back,
        coalesce(overlapping.is_overlapping, 0) = 1   as is_overlapping
    from entity_line
    left join late using (window_no, entity_no)
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
    counted_minor,
    price_uplift_minor,
    in_grace,
    awaited,
    late_renewal,
    below_zero,
    came_back,
    is_overlapping
from followed
-- Who paid nothing at either end adds nothing.
where opening_minor > 0 or counted_minor > 0
