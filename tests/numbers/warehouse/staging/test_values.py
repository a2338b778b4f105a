from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.numbers.exports import CRM, feed, quarantine, rows, staged, workspace
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
    connection = staged(of)
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
    "N/A", "-", "n.a.", "TBD", "#REF!", "1,23", "1.234,50", "1 2", "$", "12 000 00", "nan", "inf",
    "1e30", "=1+1", "0x10", "1.2.3", "()", "€ 12", "EUR 12",
)  # fmt: skip


def test_what_is_no_amount_is_put_aside_and_never_becomes_zero(tmp_path):
    check(tmp_path, "opportunity", "amount", dict.fromkeys(NO_AMOUNTS, "unreadable_number"))


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
        ('"%d.%m.%Y %H:%M %z"', {"31.03.2026 22:15 +0000": datetime(2026, 3, 31, 22, 15)}),
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
