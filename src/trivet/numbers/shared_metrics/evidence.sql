-- What the company's own opportunities say about the definitions that read them.
with newest as (
    select max(created_at) as created_at
    from opportunity
),

worth as (
    select
        sum(case when coalesce(amount_minor, acv_minor) > 0 then coalesce(amount_minor, acv_minor) else 0 end) as all_minor,
        sum(
            case
                when lead_source is not null
                    and lower(trim(lead_source)) not in (select lead_source from lead_source_function)
                    and coalesce(amount_minor, acv_minor) > 0 then coalesce(amount_minor, acv_minor)
                else 0
            end
        ) as unlisted_minor,
        sum(case when tcv_minor is not null and amount_minor is not null and tcv_minor > amount_minor then 1 else 0 end) as multi_year,
        count(term_months) as with_term
    from opportunity
)

select
    worth.multi_year > 0 and worth.with_term = 0 as multi_year_without_term,
    case
        when worth.all_minor > 0 then cast(worth.unlisted_minor as decimal(28, 0)) / worth.all_minor
        else 0
    end as unlisted_share,
    (select count(*) from opportunity_history) > 0 as has_amount_history
from worth
