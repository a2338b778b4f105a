-- Where the opportunities created in the period came from, whether they qualified, how they ended.
select
    asked_day.period_key,
    'opportunity'                                                as record_kind,
    entry.record_id,
    entry.opportunity_id,
    entry.account_id,
    cast(null as varchar)                                        as contact_id,
    entry.started_on                                             as happened_on,
    entry.started_on                                             as dimension_on,
    1                                                            as numerator,
    1                                                            as denominator,
    sourcing.sourced_by                                          as from_function,
    case when entry.entered_on is not null then 'qualified' else 'not_qualified' end as reached,
    entry.outcome                                                as ended,
    cast(round(cast(coalesce(history.acv_minor, history.amount_minor, 0) as decimal(20, 0)) * rate.minor_rate, 0) as bigint) as amount_minor
from opportunity_entry as entry
join asked_day on asked_day.day = entry.started_on
join sourcing using (opportunity_no)
left join opportunity_value as history
    on history.opportunity_no = entry.opportunity_no
    and history.valid_from <= cast($as_of_at as timestamp)
    and cast($as_of_at as timestamp) < history.valid_until
join fx_span as rate
    on rate.currency = entry.currency
    and rate.kind = 'plan'
    and rate.valid_from <= entry.started_on
    and entry.started_on < rate.valid_until
