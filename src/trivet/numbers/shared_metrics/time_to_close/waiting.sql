-- The opportunities that have not closed, with the days they have waited so far, and the lost
-- ones with the days until they were lost: both are censored, they might still have been won.
select
    period_key,
    role,
    outcome,
    date_diff('day', entered_on, case when role = 'open' then cast($waiting_on as date) else closed_on end) as days
from pipeline_base
where entered_on <= case when role = 'open' then cast($waiting_on as date) else closed_on end
    and (role = 'open' or (role = 'closed' and outcome = 'lost'))
    and not ($exclude__renewal_base and coalesce(motion, '') = 'renewal')
