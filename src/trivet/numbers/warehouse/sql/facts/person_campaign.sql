-- The campaign that each person last responded to, and from which day on: of those who became MQLs,
-- whom nobody else asks it of.
create or replace table main.person_campaign as
with responded as (
    select
        touchpoint.contact_id,
        touchpoint.campaign_id,
        touchpoint.touched_at,
        cast(timezone($time_zone, timezone('UTC', touchpoint.touched_at)) as date) as responded_on
    from touchpoint
    where touchpoint.campaign_id is not null
        and touchpoint.kind in ('form', 'event_attended', 'content', 'demo_request', 'reply')
        and touchpoint.contact_id in (select contact_id from lifecycle_stage_history where stage = 'mql')
),

daily as (
    select
        *,
        row_number() over (
            partition by contact_id, responded_on
            order by touched_at desc, campaign_id
        ) as place
    from responded
)

select
    contact_id,
    campaign_id,
    responded_on as valid_from,
    coalesce(
        lead(responded_on) over (partition by contact_id order by responded_on),
        date '9999-12-31'
    )            as valid_until
from daily
where place = 1
order by contact_id, responded_on
