from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.numbers.exports import COMPANY, CRM, OPPORTUNITY, feed
from trivet.errors import SettingWrong, WorkspaceTooNew
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


def test_one_lead_source_belongs_to_one_function(tmp_path):
    lead_sources = '[lead_sources]\nmarketing = ["Web"]\nsales = ["Web"]\n'
    assert "'Web' belongs to marketing and to sales" in refusal(tmp_path, COMPANY + lead_sources)


def test_two_sources_of_one_name_would_share_a_folder(tmp_path):
    again = CRM.replace('"crm"\nsystem', '"CRM"\nsystem')
    assert "'CRM' is used twice" in refusal(tmp_path, COMPANY + CRM + again)


def test_comments_and_layout_do_not_change_the_hash_but_meaning_does(tmp_path):
    settings = read(tmp_path, COMPANY)
    assert read(tmp_path, COMPANY + "\n# a remark\n").hash == settings.hash
    assert read(tmp_path, COMPANY.replace("USD", "EUR")).hash != settings.hash
