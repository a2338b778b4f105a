-- The rows of a metric inside the asked scope: every asked dimension has the asked value.
with matched as (
    select
        dimension_of.period_key,
        dimension_of.record_id,
        count(*) as matches
    from dimension_of
    join asked_scope
        on asked_scope.dimension = dimension_of.dimension
        and asked_scope.value = dimension_of.value
    group by dimension_of.period_key, dimension_of.record_id
)

select contribution.*
from contribution
join matched
    on matched.period_key = contribution.period_key
    and matched.record_id = contribution.record_id
where matched.matches = (select count(*) from asked_scope)
