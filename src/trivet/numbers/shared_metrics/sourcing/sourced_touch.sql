-- The earliest and the last eligible touch in the window before an opportunity was created.
-- `code` is the time and the function in one number (see touch.sql), so that one minimum finds both.
with looked_back as (
    select
        opportunity_no,
        account_no,
        until_code,
        roles,
        case
            when $lookback_floor = 'last_won' and account_last_won_on >= created_on - cast($lookback_days as integer)
                then account_last_won_on + cast(1 as integer)
            else created_on - cast($lookback_days as integer)
        end as from_on
    from opportunity_fact
    where created_on is not null
),

-- From the first second of a day in the company's time zone: asked once a day, not once a record.
first_second as (
    select
        from_on,
        cast(epoch(timezone('UTC', timezone($time_zone, cast(from_on as timestamp)))) as bigint) * 10 as from_code
    from (select distinct from_on from looked_back) as day
),

bounded as (
    select
        looked_back.opportunity_no,
        looked_back.account_no,
        looked_back.roles,
        first_second.from_code,
        looked_back.until_code
    from looked_back
    join first_second using (from_on)
),

-- Of the people with a role; one of them may belong to another account, such as a consultant.
of_people as (
    select
        bounded.opportunity_no,
        touch.code
    from bounded
    join opportunity_role as role using (opportunity_no)
    join touch
        on touch.contact_no = role.contact_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and ($people <> 'primary_role_only' or role.is_primary)
        -- An activity logged on one opportunity says nothing about another of the same account.
        and (touch.opportunity_no = 0 or touch.opportunity_no = bounded.opportunity_no)
),

-- Of everybody at the account, where nobody has a role or roles are not asked for.
of_everybody as (
    select
        bounded.opportunity_no,
        touch.code
    from bounded
    join touch
        on touch.account_no = bounded.account_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where ($people = 'all_account_contacts' or ($people = 'contact_roles_else_active' and bounded.roles = 0))
        and touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and touch.account_no > 0
        and (touch.opportunity_no = 0 or touch.opportunity_no = bounded.opportunity_no)
),

-- Of the account itself, with nobody named: a call logged on the account.
of_nobody as (
    select
        bounded.opportunity_no,
        touch.code
    from bounded
    join touch
        on touch.account_no = bounded.account_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where touch.contact_no = 0
        and touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and touch.account_no > 0
        and (touch.opportunity_no = 0 or touch.opportunity_no = bounded.opportunity_no)
),

-- Of the opportunity itself, where neither it nor the person is of any account.
of_itself as (
    select
        bounded.opportunity_no,
        touch.code
    from bounded
    join touch
        on touch.opportunity_no = bounded.opportunity_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where touch.account_no = 0
        and touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and (
            touch.contact_no = 0
            or $people = 'all_account_contacts'
            or ($people = 'contact_roles_else_active' and bounded.roles = 0)
        )
),

eligible as (
    select * from of_people
    union all
    select * from of_everybody
    union all
    select * from of_nobody
    union all
    select * from of_itself
)

select
    opportunity_no,
    min(code)                                           as first_code,
    max(code)                                           as last_code,
    max(case when code % 10 = 4 then 1 else 0 end)      as has_marketing,
    min(case when code % 10 = 4 then code end)          as first_marketing_code
from eligible
group by opportunity_no
