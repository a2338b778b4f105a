-- Cohort: one row an MQL of the period, its numerator 1 if it became an SQL inside the window.
-- Same period: one row each MQL (denominator 1) and each SQL (numerator 1) of the period.
with cohort as (
    select
        asked_day.period_key,
        mql_cycle.*,
        date_diff('day', mql_cycle.mql_on, mql_cycle.sql_on) as days_to_sql,
        mql_cycle.mql_on + cast($window_days as integer) <= cast($as_of_on as date) as is_mature
    from mql_cycle
    join asked_day on asked_day.day = mql_cycle.mql_on
    where mql_cycle.kind = 'mql'
        and $method = 'cohort'
),

same_period as (
    select
        asked_day.period_key,
        mql_cycle.*
    from mql_cycle
    join asked_day
        on asked_day.day = case when mql_cycle.kind = 'mql' then mql_cycle.mql_on else mql_cycle.sql_on end
    where $method = 'same_period'
        and (mql_cycle.kind = 'mql' or mql_cycle.has_mql or $sales_created_sql = 'in')
)

select
    period_key,
    'contact'                                                         as record_kind,
    concat(counted_id, '#', cast(cycle as varchar))                   as record_id,
    cast(null as varchar)                                             as opportunity_id,
    account_id,
    contact_id,
    mql_on                                                            as happened_on,
    mql_on                                                            as dimension_on,
    case when days_to_sql <= $window_days then 1 else 0 end           as numerator,
    1                                                                 as denominator,
    mql_on,
    sql_on,
    days_to_sql,
    is_mature
from cohort
union all
select
    period_key,
    'contact',
    concat(counted_id, ' ', kind, '#', cast(cycle as varchar)),
    cast(null as varchar),
    account_id,
    contact_id,
    coalesce(mql_on, sql_on),
    coalesce(mql_on, sql_on),
    case when kind = 'sql' then 1 else 0 end,
    case when kind = 'mql' then 1 else 0 end,
    mql_on,
    sql_on,
    null,
    true
from same_period
