-- How far back the touches of each opportunity are looked at, and whether they are known so far.
with touches as (
    select max(first_on) as known_from
    from known_from
    where table_name in ('touchpoint', 'sales_activity')
),

win as (
    select
        closing.opportunity_no,
        fact.account_id,
        case when $closed_on = 'close_date' then closing.closed_on else closing.recorded_on end as won_on
    from closing
    join opportunity_fact as fact using (opportunity_no)
    where closing.outcome = 'won'
        and closing.known_from <= cast($as_of_at as timestamp)
        and cast($as_of_at as timestamp) < closing.known_until
        and $lookback_floor = 'last_won'
),

-- A 2023 webinar cannot source a 2026 upsell: looking back stops at the account's last win, as it was
-- known on the asked date. Its own win, dated before it was created, ends nobody's interest in it.
won as (
    select
        fact.opportunity_no,
        max(win.won_on) as last_won_on
    from opportunity_fact as fact
    join win
        on win.account_id = fact.account_id
        and win.opportunity_no <> fact.opportunity_no
        and win.won_on < fact.created_on
        and win.won_on >= fact.created_on - cast($lookback_days as integer)
    group by fact.opportunity_no
),

bounded as (
    select
        fact.opportunity_no,
        fact.account_no,
        fact.until_code,
        fact.claim_until_code,
        fact.roles,
        case
            when won.last_won_on is not null then won.last_won_on + cast(1 as integer)
            else fact.created_on - cast($lookback_days as integer)
        end as from_on
    from opportunity_fact as fact
    left join won using (opportunity_no)
    where fact.created_on is not null
)

select
    bounded.opportunity_no,
    bounded.account_no,
    bounded.until_code,
    bounded.claim_until_code,
    bounded.roles,
    bounded.from_on,
    coalesce(bounded.from_on < touches.known_from, false) as is_uncovered
from bounded
cross join touches
