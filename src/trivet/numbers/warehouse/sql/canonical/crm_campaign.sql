-- A campaign is marketing's unless it is mapped to somebody else.
create or replace table main.crm_campaign as
with version as (
    select
        campaign.* replace (
            coalesce(own.resolved_id, campaign.campaign_id) as campaign_id,
            coalesce(parent.resolved_id, campaign.parent_id) as parent_id,
            coalesce(campaign.function, 'marketing') as function
        ),
        source.source_rank
    from latest.crm_campaign as campaign
    join setting.source as source
        on source.source = campaign.source
    left join identity.renamed as own
        on own.kind = 'campaign'
        and own.source = campaign.source
        and own.source_id = campaign.campaign_id
    left join identity.renamed as parent
        on parent.kind = 'campaign'
        and parent.source = campaign.source
        and parent.source_id = campaign.parent_id
    left join setting.unpriced_currency as unpriced
        on unpriced.currency = campaign.currency
    where unpriced.currency is null or campaign.cost_minor is null
),

placed as (
    select
        version.*,
        row_number() over (
            partition by campaign_id
            order by source_rank
        ) as place
    from version
)

select * exclude (source_rank, place)
from placed
where place = 1
order by campaign_id
