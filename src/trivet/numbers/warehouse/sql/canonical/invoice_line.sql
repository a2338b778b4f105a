create or replace table main.invoice_line as
select
    invoice_line.* replace (
        coalesce(account.resolved_id, invoice_line.account_id) as account_id,
        coalesce(invoice_line.revenue_kind, 'recurring')       as revenue_kind
    )
from latest.invoice_line as invoice_line
left join identity.account_named as account
    on account.source = invoice_line.source
    and account.account_id = invoice_line.account_id
left join setting.unpriced_currency as unpriced
    on unpriced.currency = invoice_line.currency
where unpriced.currency is null
order by
    account_id,
    invoice_line_id
