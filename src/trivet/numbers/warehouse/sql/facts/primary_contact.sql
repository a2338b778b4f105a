-- The one person who stands for an opportunity where a dimension of people is asked of it: the primary
-- role; where none is marked, the only role there is.
create or replace table main.primary_contact as
with placed as (
    select
        opportunity_id,
        contact_id,
        coalesce(is_primary, false) as is_primary,
        row_number() over (
            partition by opportunity_id
            order by coalesce(is_primary, false) desc, contact_id
        ) as place,
        count(*) over (partition by opportunity_id) as roles
    from opportunity_contact_role
)

select
    opportunity_id,
    contact_id
from placed
where place = 1
    and (is_primary or roles = 1)
order by opportunity_id
