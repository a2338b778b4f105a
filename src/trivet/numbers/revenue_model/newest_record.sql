-- The newest day on which anything happened, as the data has it. When an export was made says
-- nothing about it: the dump of a system that was left years ago is made today.
-- A day that is still to come is a plan: an expected close, the end of a contract.
with happened as (
    select max(created_at) as happened_at from opportunity where created_at < cast($until as timestamp)
    union all
    select max(closed_at) from opportunity where closed_at < cast($until as timestamp)
    union all
    select max(cast(close_on as timestamp)) from opportunity where close_on < cast($until as timestamp)
    union all
    select max(entered_at) from opportunity_stage_history
    where evidence = 'recorded' and entered_at < cast($until as timestamp)
    union all
    select max(touched_at) from touchpoint where touched_at < cast($until as timestamp)
    union all
    select max(happened_at) from sales_activity where happened_at < cast($until as timestamp)
    union all
    select max(entered_at) from lifecycle_stage_history where entered_at < cast($until as timestamp)
    union all
    select max(assigned_at) from lead_assignment where assigned_at < cast($until as timestamp)
    union all
    select max(cast(starts_on as timestamp)) from subscription where starts_on < cast($until as timestamp)
    union all
    select max(cast(invoiced_on as timestamp)) from invoice_line where invoiced_on < cast($until as timestamp)
    union all
    select max(cast(moved_on as timestamp)) from arr_movement where moved_on < cast($until as timestamp)
)

select cast(max(happened_at) as date) as newest_on
from happened
