-- Money in a currency that has no rate to the company's cannot be added up with the rest.
-- The row goes to the quarantine; it is never counted as zero.
insert into main.quarantine
with unpriced as (
    select
        'opportunity' as table_name,
        source, file, file_row, load_id, currency
    from latest.opportunity
    where coalesce(amount_minor, acv_minor, net_arr_minor, tcv_minor, renewal_base_minor, one_off_minor) is not null

    union all

    select
        'crm_campaign' as table_name,
        source, file, file_row, load_id, currency
    from latest.crm_campaign
    where cost_minor is not null

    union all

    select
        'subscription' as table_name,
        source, file, file_row, load_id, currency
    from latest.subscription

    union all

    select
        'invoice_line' as table_name,
        source, file, file_row, load_id, currency
    from latest.invoice_line

    union all

    select
        'arr_movement' as table_name,
        source, file, file_row, load_id, currency
    from latest.arr_movement

    union all

    select
        'target' as table_name,
        source, file, file_row, load_id, currency
    from latest.target
)

select
    unpriced.source,
    unpriced.table_name,
    unpriced.file,
    unpriced.file_row,
    'currency'              as column_name,
    unpriced.currency       as value,
    'currency_without_rate' as rule,
    'There is no rate from ' || unpriced.currency || ' to ' || company.currency
    || '. Map a table of rates to fx_rate.' as says,
    unpriced.load_id
from unpriced
join setting.unpriced_currency as missing
    on missing.currency = unpriced.currency
cross join setting.company as company
