-- At every instant exactly one row of an opportunity's history holds.
with step as (
    select
        opportunity_id,
        valid_from,
        valid_to,
        lag(valid_to) over (
            partition by opportunity_id
            order by valid_from
        ) as ended_before
    from opportunity_history
)

select
    opportunity_id,
    valid_from,
    valid_to,
    ended_before
from step
where
    valid_from >= valid_to
    or valid_from <> coalesce(ended_before, timestamp '1970-01-01')
order by
    opportunity_id,
    valid_from
