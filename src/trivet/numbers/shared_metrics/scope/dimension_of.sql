-- The value of each asked dimension for each row of a metric: its opportunity's own, else its
-- contact's, else its account's, as it was on the day that the metric says. A dimension that only
-- people have is asked of the person with the primary role on an opportunity.
with asked_value as (
    select
        asked_dimension.dimension,
        dimension_value.record_kind,
        dimension_value.record_id,
        dimension_value.value,
        dimension_value.valid_from,
        dimension_value.valid_until
    from dimension_value
    join asked_dimension using (dimension)
),

of_people as (
    select dimension
    from asked_value
    group by dimension
    having min(case when record_kind = 'contact' then 1 else 0 end) = 1
),

found as (
    select
        contribution.period_key,
        contribution.record_id,
        asked_value.dimension,
        asked_value.value,
        1 as preference
    from contribution
    join asked_value on asked_value.record_kind = 'opportunity' and asked_value.record_id = contribution.opportunity_id
    where asked_value.valid_from <= coalesce(contribution.dimension_on, date '9999-12-30')
        and coalesce(contribution.dimension_on, date '9999-12-30') < asked_value.valid_until
    union all
    select
        contribution.period_key,
        contribution.record_id,
        asked_value.dimension,
        asked_value.value,
        2
    from contribution
    join asked_value on asked_value.record_kind = 'contact' and asked_value.record_id = contribution.contact_id
    where asked_value.valid_from <= coalesce(contribution.dimension_on, date '9999-12-30')
        and coalesce(contribution.dimension_on, date '9999-12-30') < asked_value.valid_until
    union all
    select
        contribution.period_key,
        contribution.record_id,
        asked_value.dimension,
        asked_value.value,
        3
    from contribution
    join asked_value on asked_value.record_kind = 'account' and asked_value.record_id = contribution.account_id
    where asked_value.valid_from <= coalesce(contribution.dimension_on, date '9999-12-30')
        and coalesce(contribution.dimension_on, date '9999-12-30') < asked_value.valid_until
    union all
    select
        contribution.period_key,
        contribution.record_id,
        asked_value.dimension,
        asked_value.value,
        2
    from contribution
    join primary_contact on primary_contact.opportunity_id = contribution.opportunity_id
    join asked_value on asked_value.record_kind = 'contact' and asked_value.record_id = primary_contact.contact_id
    join of_people on of_people.dimension = asked_value.dimension
    where asked_value.valid_from <= coalesce(contribution.dimension_on, date '9999-12-30')
        and coalesce(contribution.dimension_on, date '9999-12-30') < asked_value.valid_until
    union all
    select
        contribution.period_key,
        contribution.record_id,
        asked_value.dimension,
        asked_value.value,
        3
    from contribution
    join asked_value on asked_value.record_kind = 'customer' and asked_value.record_id = contribution.account_id
    where contribution.record_kind = 'account'
    union all
    -- A target belongs to the segment it was set for.
    select
        contribution.period_key,
        contribution.record_id,
        asked_dimension.dimension,
        target.segment,
        4
    from contribution
    join target on contribution.record_id = concat('target ', cast(target.starts_on as varchar), coalesce(concat(' ', target.segment), ''))
    join asked_dimension on asked_dimension.dimension = 'segment'
    where contribution.record_kind = 'target'
        and target.segment is not null
),

preferred as (
    select
        *,
        row_number() over (
            partition by period_key, record_id, dimension
            order by preference, value
        ) as place
    from found
)

select
    period_key,
    record_id,
    dimension,
    value
from preferred
where place = 1
