-- A campaign is marketing's unless it is mapped to somebody else. It is a part of the campaign above
-- it, and so on up to one that is part of none; a circle has no top, so each stays its own.
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
),

one as (
    select * exclude (source_rank, place)
    from placed
    where place = 1
)

select
    one.*,
    coalesce(top.ultimate_parent_id, one.campaign_id) as ultimate_parent_id
from one
left join (
    with recursive climb as (
        select
            campaign_id,
            parent_id as above_id
        from one
        where parent_id <> campaign_id

        union

        select
            climb.campaign_id,
            one.parent_id as above_id
        from climb
        join one
            on one.campaign_id = climb.above_id
            and one.parent_id <> one.campaign_id
    )

    select
        climb.campaign_id,
        min(climb.above_id) as ultimate_parent_id
    from climb
    left join one
        on one.campaign_id = climb.above_id
        and one.parent_id <> one.campaign_id
    where one.campaign_id is null
    group by climb.campaign_id
) as top
    on top.campaign_id = one.campaign_id
order by one.campaign_id
