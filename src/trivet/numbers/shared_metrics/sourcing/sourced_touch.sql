-- The earliest and the last eligible touch in the window before an opportunity was created.
-- `code` is the time and the function in one number (see touch.sql), so that one minimum finds both.
with looked_back as (
    select
        opportunity_no,
        opportunity_id,
        account_no,
        created_at,
        created_on,
        roles,
        case
            when $lookback_floor = 'last_won' and account_last_won_on >= created_on - cast($lookback_days as integer)
                then account_last_won_on + cast(1 as integer)
            else created_on - cast($lookback_days as integer)
        end as from_on
    from opportunity_fact
    where created_on is not null
),

-- From the first second of a day in the company's time zone up to the instant of creation. A
-- creation at local midnight is a date without a time: then the whole day counts.
bounded as (
    select
        *,
        cast(epoch(timezone('UTC', timezone($time_zone, cast(from_on as timestamp)))) as bigint) * 10                             as from_code,
        case
            when timezone($time_zone, timezone('UTC', created_at)) = cast(created_on as timestamp)
                then cast(epoch(timezone('UTC', timezone($time_zone, cast(created_on + cast(1 as integer) as timestamp)))) as bigint) * 10
            else cast(epoch(created_at) as bigint) * 10 + 10
        end as until_code
    from looked_back
),

role as (
    select
        opportunity_contact_role.opportunity_id,
        contact_key.contact_no,
        contact_key.account_no,
        coalesce(opportunity_contact_role.is_primary, false) as is_primary
    from opportunity_contact_role
    join contact_key using (contact_id)
),

at_the_account as (
    select
        bounded.opportunity_no,
        bounded.opportunity_id,
        bounded.roles,
        touch.contact_no,
        touch.code
    from bounded
    join touch
        on touch.account_no = bounded.account_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and touch.account_no > 0
        -- An activity logged on one opportunity says nothing about another of the same account.
        and (touch.opportunity_no = 0 or touch.opportunity_no = bounded.opportunity_no)
),

-- Somebody with a role may belong to another account, such as a consultant.
elsewhere as (
    select
        bounded.opportunity_no,
        bounded.opportunity_id,
        bounded.roles,
        touch.contact_no,
        touch.code
    from bounded
    join role
        on role.opportunity_id = bounded.opportunity_id
        and coalesce(role.account_no, 0) <> coalesce(bounded.account_no, -1)
    join touch
        on touch.contact_no = role.contact_no
        and touch.code >= bounded.from_code
        and touch.code < bounded.until_code
    where touch.evidence >= case when $eligible_touch = 'responses_only' then 2 else 1 end
        and (touch.opportunity_no = 0 or touch.opportunity_no = bounded.opportunity_no)
),

candidate as (
    select * from at_the_account
    union all
    select * from elsewhere
),

eligible as (
    select
        candidate.opportunity_id,
        candidate.code
    from candidate
    left join role
        on role.opportunity_id = candidate.opportunity_id
        and role.contact_no = candidate.contact_no
    where candidate.contact_no = 0
        or $people = 'all_account_contacts'
        or ($people = 'contact_roles_else_active' and (candidate.roles = 0 or role.contact_no is not null))
        or ($people = 'primary_role_only' and role.is_primary)
)

select
    opportunity_id,
    min(code)                                           as first_code,
    max(code)                                           as last_code,
    max(case when code % 10 = 4 then 1 else 0 end)      as has_marketing,
    min(case when code % 10 = 4 then code end)          as first_marketing_code
from eligible
group by opportunity_id
