-- The newest version of each opportunity. A merged one keeps its row and names the survivor:
-- whether it counts is a definition's decision.
create or replace table main.opportunity as
with version as (
    select
        opportunity.* replace (
            coalesce(own.resolved_id, opportunity.opportunity_id)       as opportunity_id,
            coalesce(account.resolved_id, opportunity.account_id)       as account_id,
            coalesce(campaign.resolved_id, opportunity.campaign_id)     as campaign_id,
            coalesce(owner.resolved_id, opportunity.owner_id)           as owner_id,
            coalesce(survivor.resolved_id, opportunity.merged_into_id)  as merged_into_id,
            coalesce(opportunity.is_partner, false)                     as is_partner,
            coalesce(opportunity.is_self_serve, false)                  as is_self_serve,
            coalesce(opportunity.is_test, false)                        as is_test
        ),
        source.source_rank
    from latest.opportunity as opportunity
    join setting.source as source
        on source.source = opportunity.source
    left join identity.renamed as own
        on own.kind = 'opportunity'
        and own.source = opportunity.source
        and own.source_id = opportunity.opportunity_id
    left join identity.renamed as survivor
        on survivor.kind = 'opportunity'
        and survivor.source = opportunity.source
        and survivor.source_id = opportunity.merged_into_id
    left join identity.account_named as account
        on account.source = opportunity.source
        and account.account_id = opportunity.account_id
    left join identity.renamed as campaign
        on campaign.kind = 'campaign'
        and campaign.source = opportunity.source
        and campaign.source_id = opportunity.campaign_id
    left join identity.renamed as owner
        on owner.kind = 'user'
        and owner.source = opportunity.source
        and owner.source_id = opportunity.owner_id
    left join setting.unpriced_currency as unpriced
        on unpriced.currency = opportunity.currency
    where
        unpriced.currency is null
        or coalesce(
            opportunity.amount_minor,
            opportunity.acv_minor,
            opportunity.net_arr_minor,
            opportunity.tcv_minor,
            opportunity.renewal_base_minor,
            opportunity.one_off_minor
        ) is null
),

placed as (
    select
        version.*,
        row_number() over (
            partition by opportunity_id
            order by source_rank
        ) as place
    from version
)

select * exclude (source_rank, place)
from placed
where place = 1
order by opportunity_id
