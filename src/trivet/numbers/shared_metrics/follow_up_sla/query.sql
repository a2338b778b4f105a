-- One row a lead that was due in the period; its numerator is 1 if it was followed up in time.
select
    asked_day.period_key,
    'contact'                                         as record_kind,
    concat(lead_clock.contact_id, '#', cast(lead_clock.lead_no as varchar)) as record_id,
    cast(null as varchar)                             as opportunity_id,
    lead_clock.account_id,
    lead_clock.contact_id,
    lead_clock.due_on                                 as happened_on,
    lead_clock.due_on                                 as dimension_on,
    case when lead_clock.result = 'met' then 1 else 0 end as numerator,
    1                                                 as denominator,
    lead_clock.result,
    lead_clock.lead_type,
    lead_clock.user_id,
    lead_clock.mql_at,
    lead_clock.started_at,
    lead_clock.due_at,
    lead_clock.touched_at,
    lead_clock.is_same_day
from lead_clock
join asked_day on asked_day.day = lead_clock.due_on
where lead_clock.result <> 'pending'
    and (not $touched_only or lead_clock.touched_at is not null)
