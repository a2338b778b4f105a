-- What the company's own opportunities say about the definitions that read them.
with newest as (
    select max(created_at) as created_at
    from opportunity
),

-- In one currency, at the plan rate of the day it was created; test records say nothing.
counted as (
    select
        opportunity.*,
        case
            when coalesce(opportunity.amount_minor, opportunity.acv_minor) > 0
                then coalesce(opportunity.amount_minor, opportunity.acv_minor) * rate.minor_rate
            else 0
        end as worth_minor
    from opportunity_fact as fact
    join opportunity using (opportunity_id)
    left join fx_span as rate
        on rate.currency = opportunity.currency
        and rate.kind = 'plan'
        and rate.valid_from <= coalesce(fact.created_on, date '9999-12-30')
        and coalesce(fact.created_on, date '9999-12-30') < rate.valid_until
),

worth as (
    select
        sum(worth_minor) as all_minor,
        sum(
            case
                when lead_source is not null
                    and lower(trim(lead_source)) not in (select lead_source from lead_source_function)
                    then worth_minor
                else 0
            end
        ) as unlisted_minor,
        sum(case when tcv_minor is not null and amount_minor is not null and tcv_minor > amount_minor then 1 else 0 end) as multi_year,
        count(term_months) as with_term
    from counted
)

select
    worth.multi_year > 0 and worth.with_term = 0 as multi_year_without_term,
    case
        when worth.all_minor > 0 then cast(worth.unlisted_minor as decimal(28, 0)) / worth.all_minor
        else 0
    end as unlisted_share,
    (select count(*) from opportunity_history) > 0 as has_amount_history
from worth
