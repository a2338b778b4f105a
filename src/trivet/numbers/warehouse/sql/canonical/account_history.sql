-- The segment and region of each account, and from which day: a customer's segment at the start of
-- a period is not the one it has grown into since. Each column follows the first system that ever
-- fills it, so two systems that name segments differently do not look like a change.
create or replace table main.account_history as
with version as (
    select
        link.resolved_id as account_id,
        dense_rank() over (
            partition by link.resolved_id
            order by
                record.source_id <> record.survivor_id,
                record.source_rank,
                record.source_id = link.resolved_id desc,
                record.source_id
        ) as pick,
        cast(timezone(company.time_zone, timezone('UTC', version.exported_at)) as date) as exported_on,
        version.exported_at,
        version.load_id,
        version.segment,
        version.region
    from staged.account as version
    cross join setting.company as company
    join identity.record as record
        on record.kind = 'account'
        and record.source = version.source
        and record.source_id = version.account_id
    join main.identity_link as link
        on link.kind = 'account'
        and link.source = version.source
        and link.source_id = version.account_id
),

speaker as (
    select
        account_id,
        coalesce(min(case when segment is not null then pick end), 1) as segment_pick,
        coalesce(min(case when region is not null then pick end), 1)  as region_pick
    from version
    group by account_id
),

daily as (
    select
        version.*,
        row_number() over (
            partition by
                account_id,
                pick,
                exported_on
            order by
                exported_at desc,
                load_id desc
        ) as place,
        dense_rank() over (
            partition by
                account_id,
                pick
            order by exported_on
        ) as number
    from version
),

change as (
    select
        daily.account_id,
        case when daily.number = 1 then date '1970-01-01' else daily.exported_on end as valid_from,
        case when daily.number = 1 then 'first_known' else 'observed' end            as evidence,
        case when daily.pick = speaker.segment_pick then struct_pack(value := daily.segment) end as segment,
        case when daily.pick = speaker.region_pick then struct_pack(value := daily.region) end   as region
    from daily
    join speaker
        on speaker.account_id = daily.account_id
    where
        daily.place = 1
        and daily.pick in (speaker.segment_pick, speaker.region_pick)
),

day as (
    select
        account_id,
        valid_from,
        max(evidence)      as evidence,
        any_value(segment) as segment,
        any_value(region)  as region
    from change
    group by
        account_id,
        valid_from
),

carried as (
    select
        account_id,
        valid_from,
        evidence,
        last_value(segment ignore nulls) over so_far as segment,
        last_value(region ignore nulls) over so_far  as region
    from day
    window so_far as (
        partition by account_id
        order by valid_from
        rows between unbounded preceding and current row
    )
),

told as (
    select
        carried.*,
        row(segment, region) is not distinct from lag(row(segment, region)) over (
            partition by account_id
            order by valid_from
        ) as says_nothing_new
    from carried
)

select
    account_id,
    valid_from,
    lead(valid_from, 1, date '9999-12-31') over (
        partition by account_id
        order by valid_from
    ) as valid_to,
    segment.value as segment,
    region.value  as region,
    evidence
from told
where not says_nothing_new
order by
    account_id,
    valid_from
