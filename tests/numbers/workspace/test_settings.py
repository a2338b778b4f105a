from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.numbers.exports import COMPANY, CRM, OPPORTUNITY, feed
from trivet.errors import SettingWrong, WorkspaceTooNew
from trivet.numbers.workspace.part import Part
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.function import Function


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "trivet.toml"
    path.write_text(text, "utf-8")
    return Settings.load(path)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(SettingWrong) as refused:
        read(tmp_path, text)
    return str(refused.value)


def test_a_whole_file_says_what_the_company_means(tmp_path):
    settings = read(
        tmp_path,
        COMPANY.replace('"America/New_York"', '"America/New_York"\nfiscal_year_starts = 2')
        + 'probability = { Proposal = 0.4 }\n[lead_sources]\nmarketing = ["Webinar"]\n'
        + '[dimensions]\nindustry = "account.industry"\n'
        + 'tier = { table = "account", column = "Customer Tier" }\n'
        + CRM
        + feed("opportunity", OPPORTUNITY),
    )
    assert str(settings.calendar.period("2026").start) == "2025-02-01"
    assert settings.stages.qualified == ("Proposal",)
    assert settings.stages.probability == {"Proposal": Decimal("0.4")}
    assert settings.function_by_lead_source == {"Webinar": Function.MARKETING}
    assert [d.custom for d in settings.dimensions.values()] == [False, True]
    assert settings.sources[0].feeds[0].reads == ("Id", "Stage", "Amount", "Created", "Close")


def test_a_workspace_of_a_newer_trivet_is_not_guessed_at(tmp_path):
    with pytest.raises(WorkspaceTooNew, match="workspace format 2; this Trivet reads up to 1"):
        read(tmp_path, COMPANY.replace("format = 1", "format = 2\nunheard_of = true"))


def test_a_file_that_is_not_toml_names_the_line(tmp_path):
    assert "line 3" in refusal(tmp_path, "format = 1\n[company]\nname = Norvik\n")


@pytest.mark.parametrize(
    ("wrong", "instead", "said"),
    [
        ('currency = "USD"', 'currency = "XBT9"', "company.currency: 'XBT9' is not an ISO 4217"),
        ('"America/New_York"', '"New York"', "'New York' is not an IANA time zone"),
        ('qualified_from = "Proposal"', 'qualified_from = "Proposals"', "did you mean 'Proposal'?"),
        ('won = ["Closed Won"]', 'win = ["Closed Won"]', "stages.win is not a setting"),
        ('won = ["Closed Won"]', 'won = ["proposal"]', "'proposal' is listed twice"),
        ('name = "Norvik Analytics"', "", "company.name is missing"),
        ("format = 1", "format = 0", "format = 0, which is not a workspace format"),
        ("format = 1", "", "format = None"),
        ("[stages]", "fiscal_year_starts = 13\n[stages]", "company.fiscal_year_starts: 13"),
        ("[stages]", 'holidays = "XX"\n[stages]', "'XX' is not a country of public holidays"),
        ("[stages]", 'business_hours = "17:00-09:00"\n[stages]', "'17:00-09:00' is not a span"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_its_value(tmp_path, wrong, instead, said):
    message = refusal(tmp_path, COMPANY.replace(wrong, instead, 1))
    assert said in message
    assert "trivet.toml" in message


@pytest.mark.parametrize(
    ("columns", "settings", "said"),
    [
        ({"stage": '{ colum = "Stage" }'}, {}, "columns.stage.colum is not a setting"),
        ({"stage": '{ column = "S", constant = "T" }'}, {}, "give exactly one of column"),
        ({"stage": '"S"'}, {"date_format": '"%q"'}, "unknown code %q"),
        ({"stage": '"S"'}, {"encoding": '"latin-99"'}, "'latin-99' is not a known encoding"),
        ({"stage": '"S"'}, {"currency": '"dollars"'}, "'dollars' is not an ISO 4217"),
        ({"stage": '"S"'}, {"delimiter": '";;"'}, "delimiter"),
    ],
)
def test_a_wrong_feed_is_named_by_source_and_table(tmp_path, columns, settings, said):
    message = refusal(tmp_path, COMPANY + CRM + feed("opportunity", columns, **settings))
    assert said in message
    assert 'source "crm", feed 1 (opportunity)' in message


@pytest.mark.parametrize("again", ["Web", "web", " WEB", "Paid  search", "paid\tsearch "])
def test_one_lead_source_belongs_to_one_function_however_it_is_written(tmp_path, again):
    first = "Web" if "eb" in again.lower() else "Paid Search"
    lists = f"[lead_sources]\nmarketing = [{first!r}]\nsales = ['Cold', {again!r}]\n"
    said = refusal(tmp_path, COMPANY + lists.replace("\\t", "\t"))
    assert f"{first!r} belongs to marketing and {again.strip()!r} to sales" in said


def test_a_lead_source_written_twice_for_one_function_is_one(tmp_path):
    settings = read(tmp_path, COMPANY + '[lead_sources]\nmarketing = ["Web", "web"]\n')
    assert set(settings.function_by_lead_source.values()) == {Function.MARKETING}


def test_two_sources_of_one_name_would_share_a_folder(tmp_path):
    again = CRM.replace('"crm"\nsystem', '"CRM"\nsystem')
    assert "'CRM' is used twice" in refusal(tmp_path, COMPANY + CRM + again)


def test_comments_and_layout_do_not_change_the_hash_but_meaning_does(tmp_path):
    settings = read(tmp_path, COMPANY)
    assert read(tmp_path, COMPANY + "\n# a remark\n").hash == settings.hash
    assert read(tmp_path, COMPANY.replace("USD", "EUR")).hash != settings.hash


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 20_000 + "]" * 20_000, "nests lists or tables too deeply"),
        ("x = " + "{a=" * 20_000 + "1" + "}" * 20_000, "nests lists or tables too deeply"),
        ("fiscal_year_starts = " + "1" * 5_000, "a number of thousands of digits"),
        ("fiscal_year_starts = 0x" + "f" * 50_000, "at company.fiscal_year_starts that is too"),
        ("# " + "x" * (4 << 20), "bytes, which no settings have"),
        ("fiscal_year_starts = " + repr("9" * 5_000), "'9999"),
    ],
)
def test_a_file_made_to_break_its_reader_is_refused_in_a_short_sentence(tmp_path, text, said):
    message = refusal(tmp_path, COMPANY.replace("[stages]", text + "\n[stages]"))
    assert said in message
    assert len(message) < 600


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0", "would make every value nothing"),
        ("-0.0", "would make every value nothing"),
        ("1e30", "1E+30 is no factor between"),
        ("1e-9", "is no factor between"),
        ("nan", "nan cannot be used"),
        ("inf", "inf cannot be used"),
        ("-inf", "cannot be used"),
        ("true", "true cannot be used"),
        ('"Infinity"', "is not a number"),
        ('"1_000"', "is not a number"),
        ("0.08333333333", "more than 9 decimals"),
    ],
)
def test_a_factor_that_would_empty_or_burst_a_column_is_refused(tmp_path, given, said):
    columns = OPPORTUNITY | {"amount": f'{{ column = "Amount", times = {given} }}'}
    message = refusal(tmp_path, COMPANY + CRM + feed("opportunity", columns))
    assert 'source "crm", feed 1 (opportunity), columns.amount.times' in message
    assert said in message


@pytest.mark.parametrize(
    "given",
    ["true", "0", "20260701", "86400", "1.5", '"1751328000"', '"2026-13-01"', "0001-01-01",
     "9999-12-31", "2026-07-01T10:00:00Z", "07:32:00", "nan", '"filename "'],
)  # fmt: skip
def test_what_is_no_day_is_not_taken_for_the_day_of_an_export(tmp_path, given):
    message = refusal(tmp_path, COMPANY + CRM + feed("opportunity", OPPORTUNITY, exported_on=given))
    assert "feed 1 (opportunity), exported_on: " in message
    assert 'write for example "2026-07-01"' in message


@pytest.mark.parametrize("given", ["2026-07-01", '"2026-07-01"', "2026-07-01T00:00:00"])
def test_a_day_is_taken_as_toml_and_as_text(tmp_path, given):
    settings = read(tmp_path, COMPANY + CRM + feed("opportunity", OPPORTUNITY, exported_on=given))
    assert str(settings.sources[0].feeds[0].exported_on) == "2026-07-01"


def _parts(part: type[Part] = Part) -> Iterator[type[Part]]:
    for each in part.__subclasses__():
        yield each
        yield from _parts(each)


def test_yes_and_no_never_pass_for_a_number_nor_a_number_for_yes_and_no():
    # A key that somebody adds later is held to it too.
    loose = [
        f"{part.__name__}.{name}"
        for part in _parts()
        if part.__module__.startswith("trivet.")
        for name, field in part.model_fields.items()
        if re.search(r"\b(int|float|bool)\b", str(field.annotation))
        and "strict=True" not in f"{field.annotation}{field.metadata}"
    ]
    assert loose == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[stages]", "fiscal_year_starts = true\n[stages]"),
        ("[stages]", "book_cutoff_business_day = true\n[stages]"),
        ("[stages]", "book_cutoff_business_day = -1\n[stages]"),
        ("format = 1", "format = true"),
        ("[stages]", "[stages]\nprobability = { Proposal = true }"),
        ("[stages]", "[stages]\nprobability = { Proposal = nan }"),
        ("[stages]", "[stages]\norder_is_guessed = 0"),
        ("[stages]", '[stages]\norder_is_guessed = "no"'),
    ],
)
def test_a_number_stands_where_a_number_is_wanted(tmp_path, old, new):
    assert "trivet.toml" in refusal(tmp_path, COMPANY.replace(old, new, 1))


def test_one_text_of_an_export_is_not_given_two_meanings(tmp_path):
    rule = '{ column = "S", values = { "New" = "Prospecting", "New " = "Proposal" } }'
    message = refusal(tmp_path, COMPANY + CRM + feed("opportunity", OPPORTUNITY | {"stage": rule}))
    assert "'New' is listed twice, as 'Prospecting' and as 'Proposal'" in message


@pytest.mark.parametrize("name", ['""', '" "', '"a\\u0000b.csv"'])
def test_what_names_no_file_is_refused(tmp_path, name):
    text = feed("opportunity", OPPORTUNITY).replace('"*.csv"', name)
    assert "is not the name of a file" in refusal(tmp_path, COMPANY + CRM + text)
