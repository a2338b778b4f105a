-- Everything that happened with a person or an account, marketing's and sales', in one compact
-- table sorted by account and time, so that zone maps find an account's rows without an index.
--
-- evidence  2 a response or a human activity, 1 exposure (sent, opened, visited), 0 automatic or
--           with a test person
-- contact_no  who it was with; 0 nobody, or somebody who is not loaded: then it is the account's
-- opportunity_no  what it is about; 0 nothing, -1 an opportunity that does not count
-- code      epoch seconds * 10 + rank of the function. The smallest code of a set is its earliest
--           touch; at the same second marketing ranks last, because a marketing source must
--           come before the first sales activity, not with it.
-- slack     how much later in that measure it may have been: a day for what only has a date
create or replace table main.touch as
with marketing_touch as (
    select
        coalesce(contact_key.account_no, 0) as account_no,
        contact_key.contact_no,
        0 as opportunity_no,
        touchpoint.touched_at,
        coalesce(touchpoint.touched_at_is_day, false) as is_day,
        coalesce(touchpoint.function, 'marketing') as function,
        touchpoint.kind,
        true as is_response,
        case
            when touchpoint.kind in ('form', 'event_attended', 'content', 'demo_request', 'reply') then 2
            else 1
        end as evidence,
        touchpoint.channel,
        touchpoint.content,
        touchpoint.campaign_id,
        touchpoint.source
    from touchpoint
    join contact_key using (contact_id)
),

sales_touch as (
    select
        -- What is logged on an opportunity happened there, whatever account it names.
        coalesce(
            contact_key.account_no,
            case when opportunity_key.opportunity_no is not null then coalesce(opportunity_key.account_no, 0) end,
            account_key.account_no,
            0
        ) as account_no,
        coalesce(contact_key.contact_no, 0) as contact_no,
        coalesce(opportunity_key.opportunity_no, case when sales_activity.opportunity_id is not null then -1 else 0 end) as opportunity_no,
        sales_activity.happened_at as touched_at,
        coalesce(sales_activity.happened_at_is_day, false) as is_day,
        coalesce(sales_activity.function, 'sales') as function,
        sales_activity.kind,
        false as is_response,
        case
            when coalesce(sales_activity.is_automatic, false) or test_contact.contact_id is not null then 0
            else 2
        end as evidence,
        sales_activity.direction as channel,
        sales_activity.subject as content,
        null as campaign_id,
        sales_activity.source
    from sales_activity
    left join contact_key using (contact_id)
    left join test_contact on test_contact.contact_id = sales_activity.contact_id
    left join account_key on account_key.account_id = sales_activity.account_id
    left join opportunity_key on opportunity_key.opportunity_id = sales_activity.opportunity_id
),

every_touch as (
    select * from marketing_touch
    union all
    select * from sales_touch
)

select
    cast(account_no as integer)      as account_no,
    cast(contact_no as integer)      as contact_no,
    cast(opportunity_no as integer)  as opportunity_no,
    cast(epoch(touched_at) as bigint) * 10
        + case function
            when 'sales' then 1
            when 'customer_success' then 2
            when 'partner' then 3
            -- What marketing itself did is no response to it.
            when 'marketing' then case when is_response then 4 else 5 end
            else 0
        end                          as code,
    cast(
        case
            when is_day then (
                cast(epoch(timezone('UTC', timezone($time_zone, timezone($time_zone, timezone('UTC', touched_at)) + interval 1 day))) as bigint)
                - cast(epoch(touched_at) as bigint)
            ) * 10 - 10
            else 0
        end as integer
    )                                as slack,
    cast(evidence as tinyint)        as evidence,
    cast(touched_at as timestamp)    as touched_at,
    function,
    kind,
    channel,
    content,
    campaign_id,
    source
from every_touch
order by account_no, touched_at, contact_no, code
