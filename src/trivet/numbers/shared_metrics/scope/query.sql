-- The rows of a metric inside the asked scope: every asked dimension has the asked value, and has
-- none where the asked value is empty.
with matched as (
    select
        dimension_of.period_key,
        dimension_of.record_id,
        sum(case when asked_scope.value = dimension_of.value then 1 else 0 end) as matches,
        sum(case when asked_scope.value = '' then 1 else 0 end)                 as unwanted
    from dimension_of
    join asked_scope on asked_scope.dimension = dimension_of.dimension
    group by dimension_of.period_key, dimension_of.record_id
)

select contribution.*
from contribution
left join matched
    on matched.period_key = contribution.period_key
    and matched.record_id = contribution.record_id
where coalesce(matched.matches, 0) = (select count(*) from asked_scope where value <> '')
    and coalesce(matched.unwanted, 0) = 0
