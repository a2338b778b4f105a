-- One row a followed customer and period's window: what it paid at the start and pays at the end,
-- and how it moved.
-- Inlined: a figure adds up two of its columns, a page shows them all.
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
    in_grace > 0                                             as is_in_grace,
    awaited > 0                                              as is_awaited,
    is_overlapping,
    below_zero = 1                                           as is_below_zero,
    is_overlapping or below_zero = 1                         as is_contradicted,
    in_grace                                                 as late_contracts,
    late_renewal,
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
from followed_customer as counted
join asked_window on asked_window.window_no = counted.window_no
left join (
    select
        entity_no,
        min(entity_id) as entity_id
    from customer
    group by entity_no
) as named on named.entity_no = counted.entity_no
