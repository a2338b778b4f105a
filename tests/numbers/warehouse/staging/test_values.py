from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.numbers.exports import CRM, feed, quarantine, rows, staged, workbook, workspace
from trivet.vocabulary.money import Money


def read(
    tmp_path, table: str, column: str, texts: Iterable[str], rule: str = '"X"', **settings: str
) -> dict[str, object]:
    """Stage a row for each text; gives the column's values, or the rules that were broken."""
    texts = list(texts)
    base = {
        "opportunity": {"opportunity_id": '"Id"', "stage": '{ constant = "Proposal" }'},
        "account": {"account_id": '"Id"'},
        "subscription": {
            "subscription_id": '"Id"',
            "account_id": '"Id"',
            "arr": '{ constant = "1" }',
            "starts_on": '{ constant = "2020-01-01" }',
        },
    }[table]
    lines = []
    for number, text in enumerate(texts):
        cell = text.replace('"', '""')
        lines.append(f'{number},"{cell}"\n')
    of = workspace(
        tmp_path,
        feed(table, {**base, column: rule}, exported_on="2027-01-01", **settings),
        {"x.csv": "Id,X\n" + "".join(lines)},
        source=CRM + 'time_zone = "Europe/Berlin"\n',
    )
    connection = staged(of, now=datetime(2027, 1, 1, 12, tzinfo=UTC))
    stored = f"{column}_minor" if column in ("amount", "arr") else column
    found = dict(rows(connection, f"select file_row, {stored} from staged.{table}"))
    found |= dict(rows(connection, "select file_row, rule from quarantine"))
    return {text: found[number] for number, text in enumerate(texts, start=1)}


def check(tmp_path, table: str, column: str, expected: dict[str, object], **how: str) -> None:
    assert read(tmp_path, table, column, expected, **how) == expected


def test_an_amount_is_read_as_people_write_it(tmp_path):
    expected = {
        "1234.5": 123450,
        "1,234.50": 123450,
        "$1,234": 123400,
        "USD 1,234.00": 123400,
        "(12)": -1200,
        "$(1,234.50)": -123450,
        "12-": -1200,
        "−5": -500,
        "1'234.50": 123450,
        "1\u202f234.50": 123450,
        "12,34,567.00": 123456700,
        "1.2E+4": 1200000,
        "0": 0,
        "": None,
        "   ": None,
        "\u00a0": None,
    }
    check(tmp_path, "opportunity", "amount", expected)


NO_AMOUNTS = (
    "N/A", "-", "n.a.", "TBD", "1,23", "1.234,50", "1 2", "$", "12 000 00", "nan", "inf",
    "1e30", "=1+1", "0x10", "1.2.3", "()", "€ 12", "EUR 12", "--5", "-(5)", "-5-", "(5", "5)",
    "(-5)", "++5", "1_000", "1 000,000", "1,000 000", "1e", "5k", "1.5M", "5%", "½", "١٢", "１２",
    "1\u200b000", "#5", "infinity5", "3/4", "1;5",
)  # fmt: skip


def test_what_is_no_amount_is_put_aside_and_never_becomes_zero(tmp_path):
    check(tmp_path, "opportunity", "amount", dict.fromkeys(NO_AMOUNTS, "unreadable_number"))


@pytest.mark.parametrize(
    ("currency", "own", "others"),
    [
        (
            "EUR",
            ("€5", "5 €", "EUR5", "5EUR", "eur 5", "€5 EUR"),
            ("USD5", "$5", "CHF5", "5CHF", "¥5", "5kr", "R$ 5", "US$5", "£5", "Fr. 5", "€5 USD"),
        ),
        ("USD", ("$5", "US$5", "USD5", "$5 USD", "-$5.00"), ("A$5", "CA$5", "C$5", "R$5", "€5")),
        ("CAD", ("$5", "CA$5", "5 CAD"), ("US$5", "A$5", "€5")),
        ("JPY", ("¥5", "￥5", "5 JPY"), ("$5", "CN¥5", "元5")),
        ("CNY", ("¥5", "5元", "CN¥5"), ("JP¥5", "$5")),
        ("SEK", ("5 kr", "kr5", "5 kr.", "SEK 5"), ("5 Ft", "£5")),
        ("PLN", ("5 zł", "5zł"), ("5 Kč", "$5")),
        ("INR", ("₹5", "Rs 500", "Rs.500"), ("$5",)),
    ],
)
def test_an_amount_in_another_currency_never_counts_as_the_rows_own(
    tmp_path, currency, own, others
):
    texts = dict.fromkeys(others, "unreadable_number")
    how = {"currency": f'"{currency}"'}
    found = read(tmp_path, "opportunity", "amount", [*own, *others], **how)
    assert {text: found[text] for text in others} == texts
    digits = {text: Decimal("".join(c for c in text if c.isdigit())) for text in own}
    assert {text: found[text] for text in own} == {
        text: Money.of(-number / 100 if "-" in text else number, currency).minor
        for text, number in digits.items()
    }


def test_the_rows_own_currency_decides_what_may_stand_beside_its_amount(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '{ constant = "Proposal" }',
        "amount": '"Amount"',
        "currency": '"Currency"',
    }
    lines = "Id,Amount,Currency\n1,$5,CAD\n2,$5,EUR\n3,$5,\n4,¥5,CNY\n5,5 kr,DKK\n"
    lines += "6,€5,chf\n7,5 BHD,BHD\n"
    connection = staged(workspace(tmp_path, feed("opportunity", columns), {"x.csv": lines}))
    assert rows(connection, "select file_row, currency from staged.opportunity") == [
        (1, "CAD"), (3, "USD"), (4, "CNY"), (5, "DKK"), (7, "BHD"),
    ]  # fmt: skip
    assert quarantine(connection) == [
        (2, "amount", "$5", "unreadable_number"),
        (6, "amount", "€5", "unreadable_number"),
    ]


def test_a_count_or_a_rate_has_no_currency(tmp_path):
    check(tmp_path, "account", "employees", {"$12": "unreadable_number", "12": 12})


def test_an_old_value_in_another_currency_is_put_aside(tmp_path):
    columns = {n: f'"{n}"' for n in ("opportunity_id", "field", "changed_at", "old_value")}
    lines = "opportunity_id,field,changed_at,old_value\n"
    lines += "a,amount,2026-01-01,$5\nb,amount,2026-01-01,CHF5\nc,name,2026-01-01,CHF5\n"
    feeds = feed("opportunity_field_history", columns)
    connection = staged(workspace(tmp_path, feeds, {"x.csv": lines}))
    assert quarantine(connection) == [(2, "old_value", "CHF5", "unreadable_number")]


GERMAN = ("48.000", "1.500", "€ 12.250", "-3.000", "(4.500)", "500")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (
            {},
            {
                **dict.fromkeys(GERMAN, "ambiguous_number"),
                "500": 500_00,
            },
        ),
        (
            {"decimal_comma": "true"},
            dict(zip(GERMAN, (4800000, 150000, 1225000, -300000, -450000, 50000), strict=True)),
        ),
        (
            {"decimal_comma": "false"},
            dict(zip(GERMAN, (4800, 150, 1225, -300, -450, 50000), strict=True)),
        ),
    ],
)
def test_an_amount_that_may_be_a_thousand_times_larger_is_not_guessed(tmp_path, how, expected):
    check(tmp_path, "opportunity", "amount", expected, currency='"EUR"', **how)


@pytest.mark.parametrize("proof", ["12.5", "1,234.50", "0.500", "1234.000", "1,234,567", "7.25 €"])
def test_one_amount_that_can_only_have_a_decimal_point_settles_its_column(tmp_path, proof):
    found = read(tmp_path, "opportunity", "amount", ["48.000", proof], currency='"EUR"')
    assert found["48.000"] == 4800


def test_three_digits_behind_the_point_are_what_a_dinar_has(tmp_path):
    texts = {"48.000": 48_000, "1.500": 1_500, "7": 7_000}
    check(tmp_path / "point", "opportunity", "amount", texts, currency='"KWD"')
    # Behind a comma they may be either, there.
    texts = {"48,000": "ambiguous_number", "7": 7_000}
    check(tmp_path / "comma", "opportunity", "amount", texts, currency='"KWD"')


def test_a_row_of_dollars_between_dinars_is_not_guessed_either(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '{ constant = "Proposal" }',
        "amount": '"Amount"',
        "currency": '"Currency"',
    }
    lines = "Id,Amount,Currency\n1,48.000,KWD\n2,48.000,USD\n"
    connection = staged(workspace(tmp_path, feed("opportunity", columns), {"x.csv": lines}))
    assert quarantine(connection) == [(2, "amount", "48.000", "ambiguous_number")]


def test_a_headcount_of_a_thousand_is_not_one(tmp_path):
    expected = {"1.000": "ambiguous_number", "12": 12, "12.500": "ambiguous_number"}
    assert read(tmp_path, "account", "employees", expected)["1.000"] == "ambiguous_number"
    found = read(tmp_path / "told", "account", "employees", ["1.000"], decimal_comma="true")
    assert found == {"1.000": 1000}


def test_an_old_value_that_may_be_a_thousand_times_larger_is_put_aside(tmp_path):
    columns = {n: f'"{n}"' for n in ("opportunity_id", "field", "changed_at", "new_value")}
    lines = "opportunity_id,field,changed_at,new_value\n"
    lines += "a,amount,2026-01-01,48.000\nb,name,2026-01-01,v 1.5\nc,amount,2026-01-01,9\n"
    feeds = feed("opportunity_field_history", columns)
    connection = staged(workspace(tmp_path, feeds, {"x.csv": lines}))
    assert quarantine(connection) == [(1, "new_value", "48.000", "ambiguous_number")]


def test_what_a_workbook_or_parquet_keeps_as_a_number_is_no_matter_of_opinion(tmp_path):
    columns = {"opportunity_id": '"Id"', "stage": '{ constant = "Proposal" }', "amount": '"A"'}
    of = workspace(tmp_path, feed("opportunity", columns, "x.xlsx"), {})
    workbook(tmp_path / "x.xlsx", {"S": [["Id", "A"], ["a", 48.125], ["b", 7]]})
    connection = staged(of)
    assert rows(connection, "select amount_minor from staged.opportunity") == [(4812,), (700,)]

    of = workspace(tmp_path / "parquet", feed("opportunity", columns, "x.parquet"), {})
    table = pa.table({"Id": ["a", "b", "c"], "A": [Decimal("48.000"), Decimal("-1.125"), None]})
    pq.write_table(table, tmp_path / "parquet" / "x.parquet")
    connection = staged(of)
    found = rows(connection, "select amount_minor from staged.opportunity")
    assert found == [(4800,), (-112,), (None,)]
    # Told that the comma divides, nobody takes the point of a number for a group of thousands.
    of = workspace(tmp_path, feed("opportunity", columns, "x.xlsx", decimal_comma="true"), {})
    assert quarantine(staged(of)) == [(1, "amount", "48.1250", "unreadable_number")]


def test_a_message_says_how_to_settle_what_a_point_means(tmp_path):
    columns = {"opportunity_id": '"Id"', "stage": '{ constant = "Proposal" }', "amount": '"A"'}
    of = workspace(tmp_path, feed("opportunity", columns), {"x.csv": "Id,A\n1,48.000\n"})
    [(says,)] = rows(staged(of), "select says from quarantine")
    assert "'48.000'" in str(says)
    assert "decimal_comma = true" in str(says)
    assert "decimal_comma = false" in str(says)


def test_a_decimal_comma_is_read_where_the_feed_says_so(tmp_path):
    expected = {
        "1.234,50": 123450,
        "1234,5": 123450,
        "€ 1.234": 123400,
        "1.234.567": 123456700,
        "1 234,50": 123450,
        "12": 1200,
        "(1,5)": -150,
        "1234.50": "unreadable_number",
        "1.23": "unreadable_number",
    }
    how = {"decimal_comma": "true", "currency": '"EUR"'}
    check(tmp_path, "opportunity", "amount", expected, **how)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_minor_units_are_rounded_as_money_is_everywhere_else(tmp_path, currency):
    amounts = ["1.005", "1.015", "2.675", "-1.005", "0.125", "0.5", "1.5", "99999999.995"]
    expected = {amount: Money.of(amount, currency).minor for amount in amounts}
    check(tmp_path, "opportunity", "amount", expected, currency=f'"{currency}"')


def test_the_rows_own_currency_decides_its_minor_units(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '{ constant = "Proposal" }',
        "amount": '"Amount"',
        "currency": '"Currency"',
    }
    of = workspace(
        tmp_path,
        feed("opportunity", columns),
        {"x.csv": "Id,Amount,Currency\n1,100,jpy\n2,100,\n3,100,KWD\n4,100,XYZ\n5,€ 100,EUR\n"},
    )
    connection = staged(of)
    assert rows(connection, "select currency, amount_minor from staged.opportunity") == [
        ("JPY", 100),
        ("USD", 10000),
        ("KWD", 100000),
        ("EUR", 10000),
    ]
    assert quarantine(connection) == [(4, "currency", "XYZ", "unknown_value")]


def test_a_months_amount_becomes_a_years(tmp_path):
    rule = '{ column = "X", times = 12 }'
    check(tmp_path, "subscription", "arr", {"99.99": 119988, "0": 0}, rule=rule)


def test_an_instant_is_utc_from_its_own_zone_or_the_sources(tmp_path):
    expected = {
        "2026-03-31T10:11:12.000Z": datetime(2026, 3, 31, 10, 11, 12),
        "2026-03-31T10:11:12.000+0000": datetime(2026, 3, 31, 10, 11, 12),
        "2026-03-31 10:11:12+02:00": datetime(2026, 3, 31, 8, 11, 12),
        "2026-03-31 10:11": datetime(2026, 3, 31, 8, 11),
        "2026-01-31 10:11": datetime(2026, 1, 31, 9, 11),
        "1774951872000": datetime(2026, 3, 31, 10, 11, 12),
        "2026-03-31 10:11:12 UTC": datetime(2026, 3, 31, 10, 11, 12),
        "2026-03-31 10:11 GMT": datetime(2026, 3, 31, 10, 11),
        "2026-03-31 10:11:12 +0200": datetime(2026, 3, 31, 8, 11, 12),
        "2026-03-31 10:11:12+14": datetime(2026, 3, 30, 20, 11, 12),
        "2026-03-31T10:11:12.123456789Z": datetime(2026, 3, 31, 10, 11, 12, 123456),
        # The clock went from 2 to 3 that night in Berlin, and from 3 back to 2 in October.
        "2026-03-29 02:30": datetime(2026, 3, 29, 1, 30),
        "2026-10-25 02:30": datetime(2026, 10, 25, 1, 30),
        # A bare day starts at the company's midnight, in New York.
        "2026-03-31": datetime(2026, 3, 31, 4),
        "20260331": datetime(2026, 3, 31, 4),
        "": None,
    }
    check(tmp_path, "account", "created_at", expected)


@pytest.mark.parametrize("column", ["created_at", "close_on"])
def test_a_date_that_cannot_be_is_put_aside(tmp_path, column):
    expected = {
        "2026-02-30": "unreadable_date",
        "31/03/2026": "unreadable_date",
        "yesterday": "unreadable_date",
        "infinity": "unreadable_date",
        "epoch": "unreadable_date",
        "2026-03-31T25:00:00Z": "unreadable_date",
        "N/A": "unreadable_date",
        "2026-03-31 11:30 PM": "unreadable_date",
        "2026-03-31 11:30 CET": "unreadable_date",
        "2026-03-31T11:30:00 PST": "unreadable_date",
        "2026-03-31 11:30 Europe/Berlin": "unreadable_date",
        "2026-03-31 11:30 banana": "unreadable_date",
        "2026-03-31 11:30:00+15:00": "unreadable_date",
        "2026-03-31 11:30:00-99:00": "unreadable_date",
        "2026-03-31 24:00:00": "unreadable_date",
        "2026-03-31 23:59:60": "unreadable_date",
        "2026-03-31 (BC)": "unreadable_date",
        "2026-02-29": "unreadable_date",
        "46112": "unreadable_date",
        "46112.5": "unreadable_date",
        "2026-W14-2": "unreadable_date",
        "0026-03-31": "impossible_date",
        "20226-03-31": "impossible_date",
    }
    check(tmp_path, "opportunity", column, expected)


def test_a_day_is_the_companys_day(tmp_path):
    expected = {
        "2026-03-31": date(2026, 3, 31),
        # Midnight is how workbooks and databases write a day.
        "2026-03-31 00:00:00": date(2026, 3, 31),
        "2026-03-31T00:00:00.000Z": date(2026, 3, 31),
        "1774915200000": date(2026, 3, 31),
        # Two in the morning in UTC, or in Berlin, is the evening before in New York.
        "2026-03-31T02:00:00Z": date(2026, 3, 30),
        "2026-03-31 02:00:00": date(2026, 3, 30),
        "9999-12-31": date(9999, 12, 31),
        "": None,
    }
    check(tmp_path, "opportunity", "close_on", expected)


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ('"%m/%d/%Y"', {"4/5/2026": date(2026, 4, 5), "31/03/2026": "unreadable_date"}),
        ('"%d/%m/%Y"', {"4/5/2026": date(2026, 5, 4), "31/03/26": "impossible_date"}),
        ('"%d-%b-%y"', {"31-Mar-26": date(2026, 3, 31)}),
        (
            '["%m/%d/%Y", "%d.%m.%Y"]',
            {
                "31.03.2026": date(2026, 3, 31),
                "2026-03-31": date(2026, 3, 31),
                "3/31/2026 10:15 PM": date(2026, 3, 31),
            },
        ),
        # Were ISO tried too, this would be 31 March: the format says it cannot be.
        ('"%Y-%d-%m"', {"2026-03-31": "unreadable_date"}),
    ],
)
def test_a_regional_date_is_read_as_the_mapping_says(tmp_path, formats, expected):
    check(tmp_path, "opportunity", "close_on", expected, date_format=formats)


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        (
            '"%m/%d/%Y"',
            {
                "3/31/2026": datetime(2026, 3, 31, 4),
                "3/31/2026 10:15 PM": datetime(2026, 3, 31, 20, 15),
                "3/31/2026 22:15": datetime(2026, 3, 31, 20, 15),
            },
        ),
        ('"%d.%m.%Y %H:%M"', {"31.03.2026 22:15": datetime(2026, 3, 31, 20, 15)}),
        (
            '"%d.%m.%Y %H:%M %z"',
            {
                "31.03.2026 22:15 +0000": datetime(2026, 3, 31, 22, 15),
                "31.03.2026 22:15 +1500": "unreadable_date",
            },
        ),
        (
            '"%d %b %Y %I:%M %p %Z"',
            {
                "31 MAR 2026 10:15 PM UTC": datetime(2026, 3, 31, 22, 15),
                "31 Mar 2026 10:15 PM Europe/Berlin": datetime(2026, 3, 31, 20, 15),
                "31 Mar 2026 10:15 PM IST": "unreadable_date",
                "31 Mar 2026 10:15 PM CET": "unreadable_date",
            },
        ),
        (
            '"%Y-%m-%d %I:%M %p"',
            {
                "2026-03-31 11:30 PM": datetime(2026, 3, 31, 21, 30),
                "2026-03-31 13:30 PM": "unreadable_date",
            },
        ),
    ],
)
def test_a_regional_instant_is_read_as_the_mapping_says(tmp_path, formats, expected):
    check(tmp_path, "account", "created_at", expected, date_format=formats)


def test_the_last_day_of_service_becomes_the_first_without(tmp_path):
    expected = {"2026-12-31": date(2027, 1, 1), "9999-12-31": date(9999, 12, 31), "": None}
    rule = '{ column = "X", last_day = true }'
    check(tmp_path, "subscription", "ends_on", expected, rule=rule)


def test_a_flag_is_read_however_the_system_writes_it(tmp_path):
    expected = {
        "true": True, "1": True, "Yes": True, "FALSE": False, "0": False, "no": False, "": None,
        "maybe": "unknown_value",
    }  # fmt: skip
    check(tmp_path, "account", "is_test", expected)


def test_salesforces_empty_checkbox_is_false_when_the_mapping_says_so(tmp_path):
    rule = '{ column = "X", default = "false" }'
    check(tmp_path, "account", "is_test", {"": False, "1": True}, rule=rule)


def test_a_share_may_be_written_in_percent(tmp_path):
    expected = {"0.4": Decimal("0.4"), "40%": Decimal("0.4"), "40 %": Decimal("0.4"), "": None}
    check(tmp_path, "opportunity", "probability", expected)


def test_a_count_is_whole(tmp_path):
    expected = {
        "1,200": 1200, "12.0": 12, "12.5": "unreadable_number", "51-200": "unreadable_number",
    }  # fmt: skip
    check(tmp_path, "account", "employees", expected)


def test_a_word_of_a_closed_set_is_known_in_any_spelling(tmp_path):
    expected = {
        "Expansion": "expansion", "new business": "new_business", "Upsell": "unknown_value",
    }  # fmt: skip
    check(tmp_path, "opportunity", "motion", expected)


def test_a_stage_is_written_as_the_settings_write_it(tmp_path):
    expected = {
        "PROPOSAL": "Proposal",
        " closed won ": "Closed Won",
        "Closed": "unknown_stage",
        "": "missing_required",
    }
    check(tmp_path, "opportunity", "stage", expected)


def test_what_nobody_filled_in_is_not_one_of_the_others(tmp_path):
    rule = '{ column = "X", values = { "New Customer" = "new_business" }, otherwise = "expansion" }'
    expected = {"New Customer": "new_business", "Add-On": "expansion", "": None, "Select": None}
    check(tmp_path, "opportunity", "motion", expected, rule=rule, missing='["select"]')


def test_a_column_may_be_the_first_that_is_filled_or_several_together(tmp_path):
    columns = {
        "contact_id": '{ first_of = ["Contact", "Lead"] }',
        "name": '{ joined = ["First", "Last"] }',
    }
    of = workspace(
        tmp_path,
        feed("contact", columns),
        {"x.csv": "Contact,Lead,First,Last\nc1,l1,Ada,Brask\n,l2,,Dorn\n"},
    )
    found = rows(staged(of), "select contact_id, name from staged.contact order by all")
    assert found == [("c1", "Ada Brask"), ("l2", "Dorn")]
