-- Of the opportunities that ever stood at a stage and have closed, the share that was won.
select
    state.position,
    cast(
        round(sum(case when entry.outcome = 'won' then 1 else 0 end) * 1000000 / count(*), 0) as decimal(18, 6)
    ) / 1000000 as won_share
from (
    select distinct
        opportunity_no,
        position
    from opportunity_state
    where outcome = 'open'
) as state
join opportunity_entry as entry using (opportunity_no)
where entry.outcome <> 'open'
    and $weighting = 'historical'
group by state.position
