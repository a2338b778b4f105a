-- One row a subject and criterion: 1 where the test is known to hold, 0 where it is known not to,
-- -1 where nothing is known. A subject is an account at an instant, for evidence the account of an
-- opportunity when that was created. The criteria are rows of a table, so that one text answers
-- every profile.
with value_found as (
    select
        asked_subject.subject_no,
        asked_condition.condition_no,
        asked_condition.compares,
        asked_condition.low,
        asked_condition.below,
        lower(trim(known.text_value)) as text_value,
        concat(';', replace(replace(lower(trim(known.text_value)), '; ', ';'), ' ;', ';'), ';') as listed_value,
        known.number_value
    from asked_condition
    join record_attribute as known
        on known.attribute = asked_condition.attribute
    join asked_subject
        on asked_subject.account_id = known.account_id
    where known.valid_from <= asked_subject.on_day
        and asked_subject.on_day < known.valid_until
        and (known.known_from is null or known.known_from <= asked_subject.at)
        -- Of an opportunity's own fields only those of the one in question tell about it.
        and (
            known.record_kind <> 'opportunity'
            or asked_subject.opportunity_id is null
            or known.opportunity_id = asked_subject.opportunity_id
        )
),

value_told as (
    select
        value_found.subject_no,
        value_found.condition_no,
        max(case when value_found.compares <> 'band' or value_found.number_value is not null then 1 else 0 end) as is_known,
        max(
            case
                when value_found.compares = 'band'
                    and value_found.number_value >= coalesce(value_found.low, value_found.number_value)
                    and (value_found.below is null or value_found.number_value < value_found.below) then 1
                when value_found.compares = 'equal' and value_found.text_value = asked_member.value then 1
                when value_found.compares = 'contains'
                    and strpos(value_found.listed_value, concat(';', asked_member.value, ';')) > 0 then 1
                else 0
            end
        ) as is_found
    from value_found
    left join asked_member
        on asked_member.condition_no = value_found.condition_no
    group by value_found.subject_no, value_found.condition_no
),

-- What people of the account did before the instant, within the window, by day at the company.
touched as (
    select
        asked_subject.subject_no,
        asked_condition.condition_no,
        case
            when asked_condition.fades or asked_condition.most_a_day is not null
                then asked_subject.on_day - cast(timezone($time_zone, timezone('UTC', touch.touched_at)) as date)
        end      as age,
        count(*) as times
    from asked_condition
    join asked_member
        on asked_member.condition_no = asked_condition.condition_no
    join touch
        on touch.kind = asked_member.value
    join account_key
        on account_key.account_no = touch.account_no
    join asked_subject
        on asked_subject.account_id = account_key.account_id
        and touch.touched_at < asked_subject.at
        and touch.touched_at >= asked_subject.at - to_days(asked_condition.within_days)
    where asked_condition.compares = 'touchpoint'
        and touch.evidence > 0
    group by 1, 2, 3
),

person as (
    select
        account_key.account_id,
        contact_key.contact_id,
        contact.title,
        contact.created_at
    from contact_key
    join contact on contact.contact_id = contact_key.contact_id
    join account_key on account_key.account_no = contact_key.account_no
),

acquainted as (
    select
        asked_subject.subject_no,
        count(*)                                                as people,
        sum(case when person.title is not null then 1 else 0 end) as titles
    from asked_subject
    join person
        on person.account_id = asked_subject.account_id
        and coalesce(person.created_at, asked_subject.at) <= asked_subject.at
    group by asked_subject.subject_no
),

first_seen as (
    select min(touched_at) as touched_at
    from touch
),

used as (
    select
        asked_subject.subject_no,
        asked_condition.condition_no,
        asked_subject.on_day - product_usage.used_on as age,
        sum(product_usage.quantity)                  as times
    from asked_condition
    join asked_member
        on asked_member.condition_no = asked_condition.condition_no
    join product_usage
        on lower(product_usage.measure) = asked_member.value
    join asked_subject
        on asked_subject.account_id = product_usage.account_id
        and product_usage.used_on < asked_subject.on_day
        and cast(product_usage.used_on as timestamp) >= asked_subject.at - to_days(asked_condition.within_days)
    where asked_condition.compares = 'product_usage'
    group by 1, 2, 3
),

-- Of who never used anything usage says nothing.
user_known as (
    select
        asked_subject.subject_no,
        1 as is_known
    from asked_subject
    join product_usage
        on product_usage.account_id = asked_subject.account_id
        and product_usage.used_on < asked_subject.on_day
    group by asked_subject.subject_no
),

-- Customer success signals what customers do: of who never was one it says nothing.
was_customer as (
    select
        asked_subject.subject_no,
        1 as is_known
    from asked_subject
    join first_revenue
        on first_revenue.account_id = asked_subject.account_id
        and first_revenue.first_on <= asked_subject.on_day
    group by asked_subject.subject_no
),

signalled as (
    select
        asked_subject.subject_no,
        asked_condition.condition_no,
        case
            when asked_condition.fades or asked_condition.most_a_day is not null
                then
                    asked_subject.on_day
                    - cast(timezone($time_zone, timezone('UTC', expansion_signal.signalled_at)) as date)
        end      as age,
        count(*) as times
    from asked_condition
    join asked_member
        on asked_member.condition_no = asked_condition.condition_no
    join expansion_signal
        on lower(expansion_signal.kind) = asked_member.value
    join asked_subject
        on asked_subject.account_id = expansion_signal.account_id
        and expansion_signal.signalled_at < asked_subject.at
        and expansion_signal.signalled_at >= asked_subject.at - to_days(asked_condition.within_days)
    where asked_condition.compares = 'expansion_signal'
    group by 1, 2, 3
),

happened as (
    select subject_no, condition_no, age, cast(times as decimal(26, 6)) as times from touched
    union all
    select subject_no, condition_no, age, cast(times as decimal(26, 6)) from used
    union all
    select subject_no, condition_no, age, cast(times as decimal(26, 6)) from signalled
),

-- A day counts so much at most, and then less the longer ago it is.
happened_told as (
    select
        happened.subject_no,
        happened.condition_no,
        sum(
            least(happened.times, coalesce(asked_condition.most_a_day, happened.times))
            * case when asked_condition.fades then coalesce(asked_weight.weight, 0) else 1 end
        ) as times
    from happened
    join asked_condition
        on asked_condition.condition_no = happened.condition_no
    left join asked_weight
        on asked_weight.condition_no = happened.condition_no
        and asked_weight.age = happened.age
    group by happened.subject_no, happened.condition_no
),

-- Whole words of a title: "VP" is in "VP, Operations" and not in "MVP programme".
persona_met as (
    select
        asked_subject.subject_no,
        asked_member.condition_no,
        asked_member.part_no
    from asked_member
    join person
        on strpos(
            concat(' ', regexp_replace(lower(person.title), '[[:punct:][:space:]]+', ' ', 'g'), ' '),
            concat(' ', regexp_replace(asked_member.value, '[[:punct:][:space:]]+', ' ', 'g'), ' ')
        ) > 0
    join asked_subject
        on asked_subject.account_id = person.account_id
        and coalesce(person.created_at, asked_subject.at) <= asked_subject.at
    where asked_member.looks_in = 'title'
    union all
    -- A role is given during a sale: of the one in question it would be known too late.
    select
        asked_subject.subject_no,
        asked_member.condition_no,
        asked_member.part_no
    from asked_member
    join opportunity_contact_role as role
        on lower(role.role) = asked_member.value
    join opportunity_key on opportunity_key.opportunity_id = role.opportunity_id
    join opportunity on opportunity.opportunity_id = role.opportunity_id
    join asked_subject
        on asked_subject.account_id = opportunity_key.account_id
        and opportunity.created_at < asked_subject.at
    where asked_member.looks_in = 'buying_role'
),

committee_told as (
    select
        subject_no,
        condition_no,
        count(distinct part_no) as parts
    from persona_met
    group by subject_no, condition_no
)

select
    asked_subject.subject_no,
    asked_condition.condition_no,
    cast(
        case
            when asked_condition.compares in ('band', 'equal', 'contains') then
                case
                    when coalesce(value_told.is_known, 0) = 0 then -1
                    when asked_condition.is_negated then 1 - value_told.is_found
                    else value_told.is_found
                end
            when asked_condition.compares = 'touchpoint' then
                case
                    when coalesce(happened_told.times, 0) >= asked_condition.least then 1
                    -- Nobody is known there, or the window begins before anything was recorded.
                    when acquainted.people is null then -1
                    when first_seen.touched_at is null then -1
                    when asked_subject.at - to_days(asked_condition.within_days) < first_seen.touched_at then -1
                    else 0
                end
            when asked_condition.compares = 'product_usage' then
                case
                    when user_known.is_known is null then -1
                    when coalesce(happened_told.times, 0) >= asked_condition.least then 1
                    else 0
                end
            when asked_condition.compares = 'expansion_signal' then
                case
                    when coalesce(happened_told.times, 0) >= asked_condition.least then 1
                    when was_customer.is_known is null then -1
                    else 0
                end
            else
                case
                    when coalesce(committee_told.parts, 0) >= asked_condition.least then 1
                    when coalesce(acquainted.titles, 0) = 0 then -1
                    else 0
                end
        end as integer
    ) as verdict
from asked_subject
cross join asked_condition
cross join first_seen
left join value_told
    on value_told.subject_no = asked_subject.subject_no
    and value_told.condition_no = asked_condition.condition_no
left join happened_told
    on happened_told.subject_no = asked_subject.subject_no
    and happened_told.condition_no = asked_condition.condition_no
left join user_known
    on user_known.subject_no = asked_subject.subject_no
left join committee_told
    on committee_told.subject_no = asked_subject.subject_no
    and committee_told.condition_no = asked_condition.condition_no
left join acquainted
    on acquainted.subject_no = asked_subject.subject_no
left join was_customer
    on was_customer.subject_no = asked_subject.subject_no
order by asked_subject.subject_no, asked_condition.condition_no
