-- Every opportunity that the asked win rate counts, with what its evidence needs: when it was
-- created and closed, whose it is, and how long a won one took.
select
    contribution.record_id,
    contribution.opportunity_id,
    contribution.account_id,
    contribution.numerator > 0        as is_won,
    contribution.deal_type,
    contribution.closed_on,
    fact.created_at,
    fact.created_on
from contribution
join opportunity_fact as fact on fact.opportunity_id = contribution.opportunity_id
where contribution.account_id is not null
    and fact.created_at is not null
    and contribution.outcome in ('won', 'lost')
order by contribution.record_id
