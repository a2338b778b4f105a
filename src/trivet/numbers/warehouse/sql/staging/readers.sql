-- How the text of a cell becomes a value. A text that is not what its column holds becomes
-- null here, and staging sends its row to the quarantine: nothing unreadable turns into 0.

-- A cell as people mean it: without blanks around it (also the no-break ones that web pages
-- and workbooks leave), null when nothing is left. Most cells begin and end with a letter or a
-- digit: looking at both costs a third of trimming.
create or replace temp macro read_cell(raw) as
    case
        when ascii(raw) between 33 and 126 and ascii(substr(raw, -1)) between 33 and 126 then raw
        else nullif(
            trim(raw, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(65279)),
            ''
        )
    end;

-- Salesforce prints an id with 15 letters in reports and with 18 in exports. The three more
-- say which of the 15 are capitals, five at a time.
create or replace temp macro capital(id, place) as
    (substr(id, place, 1) between 'A' and 'Z')::integer;

create or replace temp macro capitals(id, place) as
    substr(
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
        1 + capital(id, place) + 2 * capital(id, place + 1) + 4 * capital(id, place + 2)
        + 8 * capital(id, place + 3) + 16 * capital(id, place + 4),
        1
    );

create or replace temp macro read_salesforce_id(id) as
    case
        when length(id) = 15 and regexp_full_match(id, '[A-Za-z0-9]{15}')
            then id || capitals(id, 1) || capitals(id, 6) || capitals(id, 11)
        else id
    end;

-- Local time of a zone to UTC, and back to the day it is there.
create or replace temp macro utc_from(zone, local_time) as
    case when zone = 'UTC' then local_time else timezone('UTC', timezone(zone, local_time)) end;

create or replace temp macro day_in(zone, instant) as
    cast(case when zone = 'UTC' then instant else timezone(zone, timezone('UTC', instant)) end as date);

-- "epoch" and "infinity" are dates to the database, and to nobody else.
create or replace temp macro starts_with_digit(said) as
    said[1] between '0' and '9';

create or replace temp macro says_its_zone(said) as
    length(said) >= 17
    and (
        right(said, 1) in ('Z', 'z')
        or substr(said, -6, 1) in ('+', '-')
        or substr(said, -5, 1) in ('+', '-')
        or substr(said, -3, 1) in ('+', '-')
        or right(said, 4) = ' UTC'
    );

-- 2026-03-31, 2026/03/31 or 20260331.
create or replace temp macro read_iso_day(said) as
    case
        when not starts_with_digit(said) then null
        when length(said) = 8 and instr(said, '-') = 0 and instr(said, '/') = 0
            then cast(try_strptime(said, '%Y%m%d') as date)
        when length(said) <= 10 then try_cast(said as date)
    end;

-- ISO 8601, Salesforce's 2026-03-31T10:11:12.000+0000, and HubSpot's milliseconds since 1970.
-- Without a zone it is the source's; a bare day starts at midnight of the company.
create or replace temp macro read_iso_instant(said, zone, company_zone) as
    case
        when not starts_with_digit(said) then null
        when says_its_zone(said) then timezone('UTC', try_cast(said as timestamptz))
        when length(said) <= 10 then utc_from(company_zone, cast(read_iso_day(said) as timestamp))
        when length(said) = 13 and try_cast(said as bigint) is not null
            then epoch_ms(try_cast(said as bigint))
        else utc_from(zone, try_cast(said as timestamp))
    end;

-- The company's day of an instant. Midnight is how databases and workbooks write a day, so
-- midnight without a zone, or of UTC, is that day and not the evening before in New York.
create or replace temp macro day_of_local(local_time, zone, company_zone) as
    case
        when local_time = date_trunc('day', local_time) then cast(local_time as date)
        else day_in(company_zone, utc_from(zone, local_time))
    end;

create or replace temp macro day_of_utc(instant, company_zone) as
    case
        when instant = date_trunc('day', instant) then cast(instant as date)
        else day_in(company_zone, instant)
    end;

create or replace temp macro read_iso_date(said, zone, company_zone) as
    case
        when length(said) <= 10 then read_iso_day(said)
        when says_its_zone(said) or length(said) = 13
            then day_of_utc(read_iso_instant(said, zone, company_zone), company_zone)
        when starts_with_digit(said)
            then day_of_local(try_cast(said as timestamp), zone, company_zone)
    end;

-- 9999-12-31 is how some systems write "open-ended"; there is no day after it.
create or replace temp macro day_after(last_day) as
    case when last_day = date '9999-12-31' then last_day else last_day + 1 end;

-- Plain numbers go straight through. The rest has to look like an amount as people write it:
-- a currency's sign or code at one end, groups of digits, brackets or a minus for a negative.
-- "1,23" is no such amount with a decimal point, so it is never read as 123.
create or replace temp macro read_written_number(said) as
    case
        when regexp_full_match(
            said,
            '\(?[-−]?(?:[A-Z]{3}|[A-Z]{0,2}\p{Sc})?\s?[-−(]?(?:\d{1,3}(?:[,''’\s\x{a0}\x{202f}]\d{2,3})*[,''’\s\x{a0}\x{202f}]\d{3}|\d+)?(?:\.\d+)?\s?\x{a0}?(?:[A-Z]{3}|\p{Sc})?[-−]?\)?'
        )
            then try_cast(
                case when regexp_matches(said, '[-−(]') then '-' else '' end
                || regexp_replace(said, '[^0-9.]', '', 'g') as decimal(38, 6)
            )
    end;

create or replace temp macro within_reason(number) as
    case when number between -1e15::decimal(38, 6) and 1e15::decimal(38, 6) then number end;

create or replace temp macro read_point_number(said) as
    within_reason(coalesce(try_cast(said as decimal(38, 6)), read_written_number(said)));

-- 1.234,50 is brought to 1'234.50 first. A point that does not stand before three digits is
-- refused there, as a comma is above.
create or replace temp macro read_comma_number(said) as
    within_reason(
        case
            when instr(said, '.') = 0 and instr(said, ',') = 0
                then coalesce(try_cast(said as decimal(38, 6)), read_written_number(said))
            else read_written_number(translate(said, '.,', '''.'))
        end
    );

-- The currency that an amount says itself, when its sign leaves no doubt.
create or replace temp macro currency_written(said) as
    coalesce(
        nullif(regexp_extract(said, '\b([A-Z]{3})\b', 1), ''),
        case
            when instr(said, '€') > 0 then 'EUR'
            when instr(said, '£') > 0 then 'GBP'
            when instr(said, '₹') > 0 then 'INR'
        end
    );

create or replace temp macro read_money(number, minor_per_unit) as
    try_cast(round_even(number * minor_per_unit, 0) as bigint);

create or replace temp macro read_flag(said) as
    case
        when lower(said) in ('true', '1', 'yes', 'y', 't', 'on', '1.0') then true
        when lower(said) in ('false', '0', 'no', 'n', 'f', 'off', '0.0') then false
    end;

-- "Customer Success" and "customer-success" are customer_success.
create or replace temp macro read_word(said) as
    translate(lower(said), ' -', '__');
