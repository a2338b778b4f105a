-- The earliest and the last eligible touch in the window before an opportunity was created.
-- `code` is the time and the function in one number (see touch.sql), so that one minimum finds both.
-- Marketing claims an opportunity by having been first. Of what has a date and no hour its claim
-- counts with the last second of that day, everybody else's with the first.
-- From the first second of a day in the company's time zone: asked once a day, not once a record.
with first_second as (
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
        looked_back.until_code,
        looked_back.claim_until_code
    from looked_back
    join first_second using (from_on)
),

-- Of the people with a role; one of them may belong to another account, such as a consultant.
of_people as (
    select
        bounded.opportunity_no,
        bounded.claim_until_code,
        touch.code,
        touch.slack
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
        bounded.claim_until_code,
        touch.code,
        touch.slack
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
        bounded.claim_until_code,
        touch.code,
        touch.slack
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
        bounded.claim_until_code,
        touch.code,
        touch.slack
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
),

claimed as (
    select
        opportunity_no,
        code,
        slack,
        code % 10 >= 4                                                  as is_claim,
        code % 10 >= 4 and code + slack >= claim_until_code             as is_too_late
    from eligible
)

select
    opportunity_no,
    min(case when not is_claim then code when not is_too_late then code + slack end) as first_code,
    -- The last one: a claim counts with its first second here, and the others go before it.
    max(
        case
            when not is_claim then cast(floor((code + slack) / 10) as bigint) * 100 + 50 + code % 10
            when not is_too_late then cast(floor(code / 10) as bigint) * 100 + code % 10
        end
    )                                                                    as last_code,
    max(case when code % 10 = 4 and not is_too_late then 1 else 0 end)   as has_marketing,
    min(case when code % 10 = 4 and not is_too_late then code end)       as first_marketing_code,
    -- What it would be if every claim were taken at its earliest.
    min(code)                                                            as hoped_code,
    max(cast(floor((code + slack) / 10) as bigint) * 100 + case when is_claim then 0 else 50 end + code % 10) as hoped_last_code,
    max(case when code % 10 = 4 then 1 else 0 end)                       as hoped_marketing
from claimed
group by opportunity_no
