-- What is open with each account at the asked instant: qualified, and of a kind that counts.
select
    named.account_id,
    count(*)                                 as opportunities,
    cast(sum(base.amount_minor) as bigint)   as pipeline_minor
from pipeline_base as base
join record_name as named
    on named.opportunity_no = base.opportunity_no
    and named.episode = base.episode
where base.role = 'open'
    and base.is_counted
    and base.stage_is_qualified
    and named.account_id is not null
group by named.account_id
