-- The days on which each account is a customer: its recurring revenue, credits and discounts
-- taken off, is above zero. Late renewals count while the grace lasts. Retention, expansion and
-- every split read who is a customer here, and nowhere else.
-- Only where something lies below zero has anything to be added up.
with netted as (
    select account_no
    from recurring_line
    group by account_no
    having min(arr_minor) < 0
),

-- In the company's currency at the rate of the day the line began: what is asked is only the sign.
worth as (
    select
        line.account_id,
        line.account_no,
        line.entity_no,
        line.from_on,
        line.until_on,
        cast(round(cast(line.arr_minor as decimal(20, 0)) * rate.minor_rate, 0) as bigint) as arr_minor
    from recurring_line as line
    join netted using (account_no)
    join fx_span as rate
        on rate.currency = line.currency
        and rate.kind = 'plan'
        and rate.valid_from <= line.from_on
        and line.from_on < rate.valid_until
),

change as (
    select account_id, account_no, entity_no, from_on as day, arr_minor
    from worth
    union all
    select account_id, account_no, entity_no, until_on, -arr_minor
    from worth
),

daily as (
    select
        account_id,
        account_no,
        entity_no,
        day,
        sum(arr_minor) as change_minor
    from change
    group by account_id, account_no, entity_no, day
),

balance as (
    select
        account_id,
        entity_no,
        day                                                                                      as from_on,
        sum(change_minor) over (partition by account_no order by day)                            as balance_minor,
        coalesce(lead(day) over (partition by account_no order by day), date '9999-12-31')       as until_on
    from daily
)

select
    account_id,
    entity_no,
    from_on,
    until_on
from recurring_line
where arr_minor > 0
    and account_no not in (select account_no from netted)
union all
select
    account_id,
    entity_no,
    from_on,
    until_on
from balance
where balance_minor > 0
    and from_on < until_on
