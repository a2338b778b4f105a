-- Rates are plan rates unless they are mapped as spot rates. Two sources with a rate for the
-- same day: the first source's counts.
create or replace table main.fx_rate as
with version as (
    select
        rate.* replace (coalesce(rate.kind, 'plan') as kind),
        row_number() over (
            partition by
                rate.currency,
                rate.valid_from,
                coalesce(rate.kind, 'plan')
            order by
                source.source_rank,
                rate.exported_at desc,
                rate.load_id desc,
                rate.file_row
        ) as place
    from latest.fx_rate as rate
    join setting.source as source
        on source.source = rate.source
)

select * exclude (place)
from version
where place = 1
order by
    currency,
    kind,
    valid_from
