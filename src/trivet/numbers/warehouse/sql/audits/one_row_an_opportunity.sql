-- Every opportunity has one row, in the canonical table and in the facts; none was lost and none counted twice.
-- Test records, and those of test accounts, are in no fact.
select
    coalesce(canonical.opportunity_id, fact.opportunity_id) as opportunity_id,
    coalesce(canonical.rows, 0)                             as canonical_rows,
    coalesce(fact.rows, 0)                                  as fact_rows
from (
    select
        opportunity.opportunity_id,
        count(*) as rows,
        max(case when opportunity.is_test or coalesce(account.is_test, false) then 1 else 0 end) as is_test
    from opportunity
    left join account
        on account.account_id = opportunity.account_id
    group by opportunity.opportunity_id
) as canonical
full join (
    select
        opportunity_id,
        count(*) as rows
    from opportunity_fact
    group by opportunity_id
) as fact
    on fact.opportunity_id = canonical.opportunity_id
where
    coalesce(canonical.rows, 0) <> 1
    or coalesce(fact.rows, 0) <> 1 - canonical.is_test
order by opportunity_id
