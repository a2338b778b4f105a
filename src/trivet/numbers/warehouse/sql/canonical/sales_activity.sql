-- An activity is sales' own and goes out to the buyer unless it is mapped otherwise.
create or replace table main.sales_activity as
select
    activity.* replace (
        coalesce(person.resolved_id, activity.contact_id)           as contact_id,
        coalesce(account.resolved_id, activity.account_id)          as account_id,
        coalesce(opportunity.resolved_id, activity.opportunity_id)  as opportunity_id,
        coalesce(doer.resolved_id, activity.user_id)                as user_id,
        coalesce(activity.function, 'sales')                        as function,
        coalesce(activity.direction, 'outbound')                    as direction,
        coalesce(activity.is_automatic, false)                      as is_automatic
    )
from latest.sales_activity as activity
left join identity.contact_named as person
    on person.source = activity.source
    and person.contact_id = activity.contact_id
left join identity.account_named as account
    on account.source = activity.source
    and account.account_id = activity.account_id
left join identity.renamed as opportunity
    on opportunity.kind = 'opportunity'
    and opportunity.source = activity.source
    and opportunity.source_id = activity.opportunity_id
left join identity.renamed as doer
    on doer.kind = 'user'
    and doer.source = activity.source
    and doer.source_id = activity.user_id
