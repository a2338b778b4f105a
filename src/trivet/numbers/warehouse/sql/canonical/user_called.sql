-- What each user is called where figures are split by people. Two of one name stay two people:
-- their address, else their id, tells them apart.
create or replace view main.user_called as
with name_count as (
    select
        name,
        count(*) as users
    from crm_user
    where name is not null
    group by name
)

select
    crm_user.user_id,
    case
        when name_count.users > 1 then concat(crm_user.name, ' (', coalesce(crm_user.email, crm_user.user_id), ')')
        else crm_user.name
    end as called
from crm_user
join name_count using (name)
