-- What was known of each opportunity, and from when: one row a set of values.
-- A change the source recorded counts before one we noticed between two exports. Recorded history
-- ends where its last export ends: what a newer export of the opportunities shows is noticed again.
-- A change is carried as a struct, so that "set to nothing" differs from "not changed here".
create or replace table main.opportunity_history as
with version as (
    select
        coalesce(own.resolved_id, version.opportunity_id) as opportunity_id,
        version.exported_at,
        version.load_id,
        version.amount_minor,
        version.acv_minor,
        version.net_arr_minor,
        version.tcv_minor,
        version.renewal_base_minor,
        version.close_on,
        coalesce(owner.resolved_id, version.owner_id) as owner_id,
        version.lead_source,
        version.motion,
        row_number() over (
            partition by
                version.source,
                version.opportunity_id,
                version.exported_at
            order by version.load_id desc
        ) as place
    from staged.opportunity as version
    left join identity.renamed as own
        on own.kind = 'opportunity'
        and own.source = version.source
        and own.source_id = version.opportunity_id
    left join identity.renamed as owner
        on owner.kind = 'user'
        and owner.source = version.source
        and owner.source_id = version.owner_id
    join main.opportunity as kept
        on kept.source = version.source
        and kept.opportunity_id = coalesce(own.resolved_id, version.opportunity_id)
),

snapshot as (
    select
        version.*,
        row_number() over (
            partition by opportunity_id
            order by exported_at
        ) as number
    from version
    where place = 1
),

written as (
    select
        history.opportunity_id,
        case lower(trim(history.field))
            when 'amount_minor' then 'amount'
            when 'acv_minor' then 'acv'
            when 'net_arr_minor' then 'net_arr'
            when 'tcv_minor' then 'tcv'
            when 'renewal_base_minor' then 'renewal_base'
            else lower(trim(history.field))
        end as field,
        history.changed_at,
        history.exported_at,
        nullif(trim(history.old_value), '') as old_text,
        nullif(trim(history.new_value), '') as new_text,
        -- "1.234,50" has a decimal comma; in "1,234.50" commas only group digits.
        case
            when regexp_full_match(regexp_replace(history.old_value, '[^0-9.,-]', '', 'g'), '-?[0-9.]*,[0-9]{1,2}')
                then regexp_replace(replace(history.old_value, ',', '~'), '[^0-9~-]', '', 'g')
            else regexp_replace(history.old_value, '[^0-9.-]', '', 'g')
        end as old_digits,
        case
            when regexp_full_match(regexp_replace(history.new_value, '[^0-9.,-]', '', 'g'), '-?[0-9.]*,[0-9]{1,2}')
                then regexp_replace(replace(history.new_value, ',', '~'), '[^0-9~-]', '', 'g')
            else regexp_replace(history.new_value, '[^0-9.-]', '', 'g')
        end as new_digits,
        coalesce(currency.minor_per_unit, 100) as minor_per_unit
    from main.opportunity_field_history as history
    join main.opportunity as kept
        on kept.opportunity_id = history.opportunity_id
    left join setting.currency as currency
        on currency.currency = kept.currency
),

read as (
    select
        written.opportunity_id,
        written.field,
        written.changed_at,
        written.exported_at,
        old_text,
        new_text,
        cast(round(try_cast(replace(old_digits, '~', '.') as decimal(30, 6)) * minor_per_unit) as bigint) as old_minor,
        cast(round(try_cast(replace(new_digits, '~', '.') as decimal(30, 6)) * minor_per_unit) as bigint) as new_minor,
        coalesce(
            try_cast(left(old_text, 10) as date),
            cast(try_strptime(old_text, ['%m/%d/%Y', '%d.%m.%Y']) as date)
        ) as old_on,
        coalesce(
            try_cast(left(new_text, 10) as date),
            cast(try_strptime(new_text, ['%m/%d/%Y', '%d.%m.%Y']) as date)
        ) as new_on
    from written
),

-- A new value that cannot be read says only that something changed: the step is left out, so
-- that it is not taken for "set to nothing".
recorded as (
    select
        *,
        row_number() over (
            partition by
                opportunity_id,
                field
            order by changed_at
        ) as number
    from read
    where
        new_text is null
        or field not in ('amount', 'acv', 'net_arr', 'tcv', 'renewal_base', 'close_on')
        or (field = 'close_on' and new_on is not null)
        or (field <> 'close_on' and new_minor is not null)
),

covered as (
    select
        opportunity_id,
        max(exported_at)                                                 as recorded_until,
        coalesce(bool_or(field = 'amount'), false)                       as has_amount,
        coalesce(bool_or(field = 'acv'), false)                          as has_acv,
        coalesce(bool_or(field = 'net_arr'), false)                      as has_net_arr,
        coalesce(bool_or(field = 'tcv'), false)                          as has_tcv,
        coalesce(bool_or(field = 'renewal_base'), false)                 as has_renewal_base,
        coalesce(bool_or(field = 'close_on'), false)                     as has_close_on,
        coalesce(bool_or(field = 'owner_id'), false)                     as has_owner_id,
        coalesce(bool_or(field = 'lead_source'), false)                  as has_lead_source,
        coalesce(bool_or(field = 'motion'), false)                       as has_motion
    from recorded
    group by opportunity_id
),

-- When the source's history was last exported: a quiet opportunity has no row of its own there.
history_export as (
    select
        source,
        max(exported_at) as recorded_until
    from staged.opportunity_field_history
    group by source
),

noticed as (
    select
        snapshot.opportunity_id,
        snapshot.number,
        snapshot.exported_at,
        coalesce(
            snapshot.exported_at > greatest(
                covered.recorded_until,
                coalesce(history_export.recorded_until, covered.recorded_until)
            ),
            false
        ) as is_newer,
        covered.has_amount,
        covered.has_acv,
        covered.has_net_arr,
        covered.has_tcv,
        covered.has_renewal_base,
        covered.has_close_on,
        covered.has_owner_id,
        covered.has_lead_source,
        covered.has_motion,
        struct_pack(value := snapshot.amount_minor)       as amount,
        struct_pack(value := snapshot.acv_minor)          as acv,
        struct_pack(value := snapshot.net_arr_minor)      as net_arr,
        struct_pack(value := snapshot.tcv_minor)          as tcv,
        struct_pack(value := snapshot.renewal_base_minor) as renewal_base,
        struct_pack(value := snapshot.close_on)           as close_on,
        struct_pack(value := snapshot.owner_id)           as owner_id,
        struct_pack(value := snapshot.lead_source)        as lead_source,
        struct_pack(value := snapshot.motion)             as motion
    from snapshot
    join main.opportunity as kept
        on kept.opportunity_id = snapshot.opportunity_id
    left join covered
        on covered.opportunity_id = snapshot.opportunity_id
    left join history_export
        on history_export.source = kept.source
),

change as (
    select
        opportunity_id,
        case when number = 1 then timestamp '1970-01-01' else exported_at end as valid_from,
        case when number = 1 then 'first_known' else 'observed' end           as evidence,
        case when has_amount is not true then amount end             as amount,
        case when has_acv is not true then acv end                   as acv,
        case when has_net_arr is not true then net_arr end           as net_arr,
        case when has_tcv is not true then tcv end                   as tcv,
        case when has_renewal_base is not true then renewal_base end as renewal_base,
        case when has_close_on is not true then close_on end         as close_on,
        case when has_owner_id is not true then owner_id end         as owner_id,
        case when has_lead_source is not true then lead_source end   as lead_source,
        case when has_motion is not true then motion end             as motion
    from noticed

    union all

    select
        opportunity_id,
        exported_at as valid_from,
        'observed'  as evidence,
        case when has_amount then amount end             as amount,
        case when has_acv then acv end                   as acv,
        case when has_net_arr then net_arr end           as net_arr,
        case when has_tcv then tcv end                   as tcv,
        case when has_renewal_base then renewal_base end as renewal_base,
        case when has_close_on then close_on end         as close_on,
        case when has_owner_id then owner_id end         as owner_id,
        case when has_lead_source then lead_source end   as lead_source,
        case when has_motion then motion end             as motion
    from noticed
    where is_newer

    union all

    select
        opportunity_id,
        timestamp '1970-01-01' as valid_from,
        'first_known'          as evidence,
        case when field = 'amount' then struct_pack(value := old_minor) end       as amount,
        case when field = 'acv' then struct_pack(value := old_minor) end          as acv,
        case when field = 'net_arr' then struct_pack(value := old_minor) end      as net_arr,
        case when field = 'tcv' then struct_pack(value := old_minor) end          as tcv,
        case when field = 'renewal_base' then struct_pack(value := old_minor) end as renewal_base,
        case when field = 'close_on' then struct_pack(value := old_on) end        as close_on,
        case when field = 'owner_id' then struct_pack(value := old_text) end      as owner_id,
        case when field = 'lead_source' then struct_pack(value := old_text) end   as lead_source,
        case when field = 'motion' then struct_pack(value := old_text) end        as motion
    from recorded
    where number = 1

    union all

    select
        opportunity_id,
        changed_at as valid_from,
        'recorded' as evidence,
        case when field = 'amount' then struct_pack(value := new_minor) end       as amount,
        case when field = 'acv' then struct_pack(value := new_minor) end          as acv,
        case when field = 'net_arr' then struct_pack(value := new_minor) end      as net_arr,
        case when field = 'tcv' then struct_pack(value := new_minor) end          as tcv,
        case when field = 'renewal_base' then struct_pack(value := new_minor) end as renewal_base,
        case when field = 'close_on' then struct_pack(value := new_on) end        as close_on,
        case when field = 'owner_id' then struct_pack(value := new_text) end      as owner_id,
        case when field = 'lead_source' then struct_pack(value := new_text) end   as lead_source,
        case when field = 'motion' then struct_pack(value := new_text) end        as motion
    from recorded
),

instant as (
    select
        opportunity_id,
        valid_from,
        -- Alphabetical order happens to be the order of strength.
        max(evidence)          as evidence,
        any_value(amount)       as amount,
        any_value(acv)          as acv,
        any_value(net_arr)      as net_arr,
        any_value(tcv)          as tcv,
        any_value(renewal_base) as renewal_base,
        any_value(close_on)     as close_on,
        any_value(owner_id)     as owner_id,
        any_value(lead_source)  as lead_source,
        any_value(motion)       as motion
    from change
    group by
        opportunity_id,
        valid_from
),

carried as (
    select
        opportunity_id,
        valid_from,
        evidence,
        last_value(amount ignore nulls) over so_far       as amount,
        last_value(acv ignore nulls) over so_far          as acv,
        last_value(net_arr ignore nulls) over so_far      as net_arr,
        last_value(tcv ignore nulls) over so_far          as tcv,
        last_value(renewal_base ignore nulls) over so_far as renewal_base,
        last_value(close_on ignore nulls) over so_far     as close_on,
        last_value(owner_id ignore nulls) over so_far     as owner_id,
        last_value(lead_source ignore nulls) over so_far  as lead_source,
        last_value(motion ignore nulls) over so_far       as motion
    from instant
    window so_far as (
        partition by opportunity_id
        order by valid_from
        rows between unbounded preceding and current row
    )
),

told as (
    select
        opportunity_id,
        valid_from,
        evidence,
        amount.value       as amount_minor,
        acv.value          as acv_minor,
        net_arr.value      as net_arr_minor,
        tcv.value          as tcv_minor,
        renewal_base.value as renewal_base_minor,
        close_on.value     as close_on,
        owner_id.value     as owner_id,
        lead_source.value  as lead_source,
        motion.value       as motion,
        row(amount, acv, net_arr, tcv, renewal_base, close_on, owner_id, lead_source, motion)
            is not distinct from lag(
                row(amount, acv, net_arr, tcv, renewal_base, close_on, owner_id, lead_source, motion)
            ) over (
                partition by opportunity_id
                order by valid_from
            ) as says_nothing_new
    from carried
)

select
    told.opportunity_id,
    valid_from,
    lead(valid_from, 1, timestamp '9999-12-31') over (
        partition by told.opportunity_id
        order by valid_from
    ) as valid_to,
    amount_minor,
    acv_minor,
    net_arr_minor,
    tcv_minor,
    renewal_base_minor,
    close_on,
    owner_id,
    lead_source,
    motion,
    evidence,
    -- Whether the source's own history tells of the close date, to the minute.
    coalesce(covered.has_close_on, false) as close_on_is_recorded
from told
left join covered
    on covered.opportunity_id = told.opportunity_id
where not says_nothing_new
order by
    told.opportunity_id,
    valid_from
