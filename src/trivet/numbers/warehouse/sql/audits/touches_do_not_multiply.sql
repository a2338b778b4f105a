-- There are as many touches as the sources recorded with people we know: no join lost or doubled one.
with recorded as (
    select count(*) as rows
    from touchpoint
    join contact
        on contact.contact_id = touchpoint.contact_id
    where contact.contact_id not in (select contact_id from test_contact)

    union all

    select count(*) as rows
    from sales_activity
),

kept as (
    select count(*) as rows
    from touch
)

select
    sum(recorded.rows) as recorded,
    max(kept.rows)     as kept
from recorded
cross join kept
having sum(recorded.rows) <> max(kept.rows)
