-- The recorded values of an opportunity and since when, under its number: a metric looks them up
-- for each record and period, and a number is found faster than an id.
create or replace table main.opportunity_value as
select
    opportunity_key.opportunity_no,
    history.valid_from,
    history.valid_to as valid_until,
    history.amount_minor,
    history.acv_minor,
    history.net_arr_minor,
    history.tcv_minor,
    history.renewal_base_minor,
    history.close_on,
    history.lead_source,
    history.motion,
    history.evidence,
    history.close_on_is_recorded
from opportunity_history as history
join opportunity_key using (opportunity_id)
