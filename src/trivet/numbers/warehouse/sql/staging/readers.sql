-- How the text of a cell becomes a value. A text that is not what its column holds becomes
-- null here, and staging sends its row to the quarantine: nothing unreadable turns into 0.
--
-- What stands twice in an expression (x in ('a', 'b') says x twice) DuckDB computes beforehand, for
-- every row, also where it stands in a branch that hardly a row takes. So such a branch says
-- everything once.

-- A cell as people mean it: without blanks around it (also the no-break ones and the marks of
-- direction that web pages and workbooks leave), null when nothing is left. Most cells begin and end with a letter or a
-- digit: looking at both costs a third of trimming.
create or replace temp macro read_cell(raw) as
    case
        when ascii(raw) between 33 and 126 and ascii(substr(raw, -1)) between 33 and 126 then raw
        else nullif(
            trim(
                raw,
                ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8199) || chr(8201) || chr(8203)
                || chr(8206) || chr(8207) || chr(8234) || chr(8236) || chr(8239) || chr(8288)
                || chr(8294) || chr(8297) || chr(12288) || chr(65279)
            ),
            ''
        )
    end;

-- What a spreadsheet writes where it has no value: #REF!, #N/A, German #BEZUG!, a formula that
-- nobody calculated. It is neither a word nor "not filled in".
create or replace temp macro is_spreadsheet_error(said) as
    case
        when instr(said, '#') > 0
            then regexp_full_match(
                said, '#[\x{a1}\x{bf}]?[A-Z\x{c0}-\x{de}0-9/_ ]{2,20}[!?]|#N/[A-Z]|#NV|#GETTING_DATA'
            )
    end;

-- The same within a text that was put together from several cells.
create or replace temp macro has_spreadsheet_error(said) as
    case
        when instr(said, '#') > 0
            then regexp_matches(
                said, '#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|NOT CALCULATED!|ERROR!)'
            )
    end;

-- 1.23E+15 stands for many ids: a spreadsheet took a long number for a quantity, and its last digits
-- are gone. Letters that nobody sees make another id of one that looks the same; and a line break
-- makes one id of two, where a stray quote stands before the first.
create or replace temp macro is_mangled_id(said) as
    case
        when instr(said, '+') > 0 and regexp_full_match(said, '\d([.,]\d+)?[eE]\+\d{2,3}') then true
        when length(said) <> strlen(said)
            then regexp_matches(
                said,
                '[\x{00}-\x{1f}\x{7f}-\x{9f}\x{ad}\x{34f}\x{61c}\x{180b}-\x{180f}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{e0000}-\x{e0fff}]'
            )
        else instr(said, chr(10)) > 0 or instr(said, chr(13)) > 0 or instr(said, chr(0)) > 0
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

-- A day, alone or with a time of the 24-hour clock and a zone that leaves no doubt. DuckDB's own
-- cast drops what follows a time: 11:30 PM would be half past eleven in the morning, and a time in
-- CET or PST one of the source's own zone. No zone is more than 14 hours ahead, and 24:00 is a
-- day that nobody can be sure of.
create or replace temp macro is_iso_instant(said) as
    regexp_full_match(
        said,
        '\d{4,6}[-/]\d{1,2}[-/]\d{1,2}(?:(?:T| {1,3})(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?: ?(?:[Zz]|UTC|GMT|[-+](?:0\d|1[0-3])(?::?[0-5]\d)?|[-+]14(?::?00)?))?)?'
    );

create or replace temp macro says_its_zone(said) as
    instr(said, ':') > 0
    and (
        instr('ZzCT', right(said, 1)) > 0
        or instr('+-', substr(said, -6, 1)) > 0
        or instr('+-', substr(said, -5, 1)) > 0
        or instr('+-', substr(said, -3, 1)) > 0
    );

-- For a time whose format has a zone. Three letters are the names of several zones, and one that
-- is more than 14 hours ahead is none at all. Months, weekdays and AM and PM are letters too.
create or replace temp macro names_one_zone(said) as
    not regexp_matches(said, '[-+](?:1[5-9]|[2-9]\d):?\d*$')
    and len(
        list_filter(
            regexp_extract_all(said, '[A-Za-z/_]+'),
            lambda word: regexp_full_match(word, '[A-Z]{2,5}') and word not in (
                'UTC', 'GMT', 'AM', 'PM', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUNE', 'JUL', 'JULY',
                'AUG', 'SEP', 'OCT', 'NOV', 'DEC', 'MARCH', 'APRIL', 'MON', 'TUE', 'WED', 'THU', 'FRI',
                'SAT', 'SUN'
            )
        )
    ) = 0;

-- With a zone the cast is strict about all but the hour 24 and the zone itself, so the two ways in
-- which nearly every system writes UTC need no second look. It knows no blank before +02:00, and
-- takes GMT for no zone at all.
create or replace temp macro read_zoned(said) as
    timezone(
        'UTC',
        case
            when substr(said, 12, 2) = '24' then null
            when substr(said, 14, 1) = ':' and (right(said, 1) = 'Z' or right(said, 5) = '+0000')
                then try_cast(said as timestamptz)
            when is_iso_instant(said)
                then try_cast(
                    left(said, 13)
                    || replace(replace(replace(substr(upper(said), 14), ' ', ''), 'UTC', 'Z'), 'GMT', 'Z')
                    as timestamptz
                )
        end
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
        when length(said) <= 10 then utc_from(company_zone, try_cast(read_iso_day(said) as timestamp))
        when length(said) = 13 and try_cast(said as bigint) is not null
            then epoch_ms(try_cast(said as bigint))
        when says_its_zone(said) then read_zoned(said)
        when is_iso_instant(said) then utc_from(zone, try_cast(said as timestamp))
    end;

-- Whether a text that read_iso_instant reads says no hour: a bare day, or its midnight.
create or replace temp macro iso_is_day(said) as
    coalesce(
        starts_with_digit(said)
        and case
            when length(said) = 13 and try_cast(said as bigint) is not null
                then try_cast(said as bigint) % 86400000 = 0
            when length(said) <= 10 then true
            else regexp_matches(substr(said, 12), '^00:00(:00(\.0+)?)?\s*([Zz+-].*|UTC)?$')
        end,
        false
    );

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
        when starts_with_digit(said) and is_iso_instant(said)
            then day_of_local(try_cast(said as timestamp), zone, company_zone)
    end;

-- 9999-12-31 is how some systems write "open-ended"; there is no day after it.
create or replace temp macro day_after(last_day) as
    case when last_day = date '9999-12-31' then last_day else last_day + 1 end;

-- Plain numbers go straight through: digits, a sign, a point, an exponent. DuckDB would also read
-- the 1_000 of programs.
create or replace temp macro read_plain_number(said) as
    case when instr(said, '_') = 0 then try_cast(said as decimal(38, 6)) end;

-- "kr. 5" as "kr 5": the point behind a short word divides nothing, the one of "$.50" does.
-- Spelled out, since every use of a class such as \p{L} takes milliseconds to prepare.
create or replace temp macro without_short_points(said) as
    regexp_replace(said, '([A-Za-z\x{c0}-\x{24f}\x{400}-\x{4ff}])\.', '\1', 'g');

-- The rest has to look like an amount as people write it: what is no digit (a currency's sign or
-- code, here ¤) at either end, groups of digits with one and the same mark between them, and
-- brackets or one minus for a negative. "1,23" is no such amount with a decimal point, so it is
-- never read as 123; nor is "1 000,000", whose comma cannot group as well.
create or replace temp macro read_written_number(said) as
    case
        when regexp_full_match(regexp_replace(said, '[^-−()]', '', 'g'), '[-−]?|\(\)')
            then try_cast(
                case when regexp_matches(said, '[-−(]') then '-' else '' end
                || regexp_replace(
                    regexp_extract(
                        regexp_replace(
                            without_short_points(said),
                            '[^0-9\s\x{a0}\x{2007}\x{2009}\x{202f}.,''’()−+-]+', '¤', 'g'
                        ),
                        '^[-−(]?[\s\x{a0}]?(?:¤[\s\x{a0}\x{202f}]?)?[-−(]?[\s\x{a0}]?'
                        || '((?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:[''’]\d{3})+|\d{1,3}(?:[\s\x{a0}\x{2007}\x{2009}\x{202f}]\d{3})+|\d+)?(?:\.\d+)?)'
                        || '[\s\x{a0}]?[-−)]?(?:[\s\x{a0}\x{202f}]?¤)?[-−)]?$',
                        1
                    ),
                    '[^0-9.]', '', 'g'
                ) as decimal(38, 6)
            )
    end;

-- An amount of 1,000,000,000,000,000 and more is a slip.
create or replace temp macro within_reason(number) as
    try_cast(number as decimal(21, 6))::decimal(38, 6);

create or replace temp macro read_point_number(said) as
    within_reason(coalesce(read_plain_number(said), read_written_number(said)));

-- 1.234,50 is brought to 1'234.50 first. A point that does not stand before three digits is
-- refused there, as a comma is above; the point of "kr." goes.
create or replace temp macro read_comma_number(said) as
    within_reason(
        case
            when instr(said, '.') = 0 and instr(said, ',') = 0
                then coalesce(read_plain_number(said), read_written_number(said))
            else read_written_number(translate(without_short_points(said), '.,', '''.'))
        end
    );

-- What stands beside an amount, in small letters: "US$ 5 USD" has us$ and usd. The letter of an
-- exponent is none.
create or replace temp macro currency_marks(said) as
    case
        when read_plain_number(said) is not null then []::varchar[]
        else
            regexp_extract_all(lower(said), '[^0-9\s\x{a0}\x{2007}\x{2009}\x{202f}.,''’()−+-]+')
    end;

-- An amount's digits, points and commas.
create or replace temp macro digits_and_marks(said) as
    regexp_replace(without_short_points(said), '[^0-9.,]', '', 'g');

-- 48.000 is 48, or 48 thousand, and so is 48,000: one to three digits, a mark, three digits.
-- 0.500 can only be the one.
create or replace temp macro may_be_grouped(said, mark) as
    case
        when instr(said, mark) = 0 or length(said) < instr(said, mark) + 3 then false
        when mark = '.' then regexp_full_match(digits_and_marks(said), '[1-9]\d{0,2}\.\d{3}')
        else regexp_full_match(digits_and_marks(said), '[1-9]\d{0,2},\d{3}')
    end;

-- True for an amount that can only be read with a decimal point: 1,234.50, 1,234,567 or 0.5.
create or replace temp macro shows_decimal_point(said) as
    case
        when instr(said, '.') = 0 and instr(said, ',') = 0 then false
        else
            regexp_matches(digits_and_marks(said), '\.\d|,\d+,\d')
            and not may_be_grouped(said, '.')
            and read_point_number(said) is not null
    end;

create or replace temp macro read_money(number, minor_per_unit) as
    try_cast(round_even(number * minor_per_unit, 0) as bigint);

create or replace temp macro is_rounded(number, minor_per_unit) as
    number * minor_per_unit <> round_even(number * minor_per_unit, 0);

create or replace temp macro read_flag(said) as
    case
        when lower(said) in ('true', '1', 'yes', 'y', 't', 'on', '1.0') then true
        when lower(said) in ('false', '0', 'no', 'n', 'f', 'off', '0.0') then false
    end;

-- "Customer Success" and "customer-success" are customer_success.
create or replace temp macro read_word(said) as
    translate(lower(said), ' -', '__');
