-- What each source brings, how fresh it is, and what did not get in.
-- `rows` counts records, not lines: the same opportunity in ten exports is one. `derived` counts
-- what no export has.
create or replace table main.source_fact as
with feed as (
    select
        source,
        table_name,
        max(exported_at)                              as data_as_of,
        max(landed_at)                                as landed_at,
        list_sort(list_distinct(list(cast(exported_at as date)))) as exported_on,
        sum(not_applicable_rows)                      as not_applicable,
        list_sort(list_distinct(flatten(list(columns_mapped)))) as mapped_columns
    from setting.feed
    group by
        source,
        table_name
),

rejected as (
    select
        source,
        table_name,
        count(distinct (load_id, file, file_row)) as quarantined
    from main.quarantine
    group by
        source,
        table_name
)

select
    feed.source,
    source.system,
    feed.table_name,
    coalesce(record_count.rows, 0)               as rows,
    coalesce(record_count.derived, 0)            as derived,
    coalesce(rejected.quarantined, 0)            as quarantined,
    cast(coalesce(feed.not_applicable, 0) as bigint) as not_applicable,
    feed.data_as_of,
    feed.landed_at,
    feed.exported_on,
    feed.mapped_columns
from feed
join setting.source as source
    on source.source = feed.source
left join setting.record_count as record_count
    on record_count.source = feed.source
    and record_count.table_name = feed.table_name
left join rejected
    on rejected.source = feed.source
    and rejected.table_name = feed.table_name
order by
    source.source_rank,
    feed.table_name
