-- Interactions as the marketing platform recorded them, and the responses that the CRM keeps as
-- campaign membership. A touch is its campaign's function's, and marketing's when nobody said.
create or replace table main.touchpoint as
select
    touch.* replace (
        coalesce(person.resolved_id, touch.contact_id)                  as contact_id,
        coalesce(renamed.resolved_id, touch.campaign_id)                as campaign_id,
        coalesce(touch.function, campaign.function, 'marketing')        as function,
        coalesce(touch.channel, campaign.type)                          as channel
    )
from latest.touchpoint as touch
left join identity.contact_named as person
    on person.source = touch.source
    and person.contact_id = touch.contact_id
left join identity.renamed as renamed
    on renamed.kind = 'campaign'
    and renamed.source = touch.source
    and renamed.source_id = touch.campaign_id
left join main.crm_campaign as campaign
    on campaign.campaign_id = coalesce(renamed.resolved_id, touch.campaign_id)

union all by name

select
    'membership:' || membership.campaign_id || ':' || membership.contact_id as touchpoint_id,
    membership.contact_id,
    coalesce(membership.first_responded_at, membership.created_at) as touched_at,
    case
        when membership.first_responded_at is not null then membership.first_responded_at_is_day
        else membership.created_at_is_day
    end as touched_at_is_day,
    -- Salesforce's and HubSpot's own names of campaign types, in any case and spacing.
    case
        when regexp_matches(lower(campaign.type), 'webinar|trade ?show|conference|event|seminar')
            then 'event_attended'
        when regexp_matches(lower(campaign.type), 'content') then 'content'
        else 'form'
    end as kind,
    coalesce(campaign.function, 'marketing') as function,
    membership.campaign_id,
    campaign.type as channel,
    'campaign membership: ' || coalesce(membership.status, 'responded') as content,
    membership.source,
    membership.file,
    membership.file_row,
    membership.load_id,
    membership.exported_at
from main.campaign_membership as membership
left join main.crm_campaign as campaign
    on campaign.campaign_id = membership.campaign_id
where
    membership.responded
    and coalesce(membership.first_responded_at, membership.created_at) is not null
