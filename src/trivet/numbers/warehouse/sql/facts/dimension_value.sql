-- Every way to slice, in one shape: the value of a dimension on a record, and since when.
-- The segment and region of an account keep their history: a customer who outgrew a segment
-- must not look like churn from it.
-- A record_kind of `customer` is an account as somebody who was won: opportunities do not ask it.
create or replace view main.dimension_value as
select 'segment' as dimension, 'account' as record_kind, account_id as record_id, segment as value, valid_from, valid_to as valid_until
from account_history
where segment is not null
union all
select 'region', 'account', account_id, region, valid_from, valid_to
from account_history
where region is not null
union all
select 'industry', 'account', account_id, industry, date '0001-01-01', date '9999-12-31'
from account
where industry is not null
union all
select 'country', 'account', account_id, country, date '0001-01-01', date '9999-12-31'
from account
where country is not null
union all
select 'product', 'opportunity', opportunity_id, product, date '0001-01-01', date '9999-12-31'
from opportunity
where product is not null
union all
select 'lead_source', 'opportunity', opportunity_id, lead_source, date '0001-01-01', date '9999-12-31'
from opportunity
where lead_source is not null
union all
select 'lead_source', 'contact', contact_id, lead_source, date '0001-01-01', date '9999-12-31'
from contact
where lead_source is not null
union all
select 'owner', 'opportunity', opportunity.opportunity_id, coalesce(user_called.called, opportunity.owner_id), date '0001-01-01', date '9999-12-31'
from opportunity
left join user_called on user_called.user_id = opportunity.owner_id
where opportunity.owner_id is not null
union all
select 'owner', 'account', account.account_id, coalesce(user_called.called, account.owner_id), date '0001-01-01', date '9999-12-31'
from account
left join user_called on user_called.user_id = account.owner_id
where account.owner_id is not null
union all
select
    asked.dimension,
    named.record_kind,
    named.record_id,
    case
        when asked.dimension = 'campaign' then coalesce(campaign.name, named.campaign_id)
        else coalesce(top.name, campaign.name, named.campaign_id)
    end,
    named.valid_from,
    named.valid_until
from (
    select 'campaign' as dimension
    union all
    select 'parent_campaign'
) as asked
cross join (
    select 'opportunity' as record_kind, opportunity_id as record_id, campaign_id, date '0001-01-01' as valid_from, date '9999-12-31' as valid_until
    from opportunity
    where campaign_id is not null
    union all
    select 'contact', contact_id, campaign_id, valid_from, valid_until
    from person_campaign
    union all
    select 'customer', account_id, campaign_id, date '0001-01-01', date '9999-12-31'
    from winning_campaign
) as named
left join crm_campaign as campaign on campaign.campaign_id = named.campaign_id
left join crm_campaign as top on top.campaign_id = campaign.ultimate_parent_id
union all
select dimension, record_kind, record_id, value, date '0001-01-01', date '9999-12-31'
from custom_value
where value is not null
union all
-- What the company declared itself, unless it has the name of one of the above.
select dimension, record_kind, record_id, value, date '0001-01-01', date '9999-12-31'
from declared_value
where dimension not in ('segment', 'region', 'industry', 'country', 'product', 'lead_source', 'owner', 'campaign', 'parent_campaign')
