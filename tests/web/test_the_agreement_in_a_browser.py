"""From drafts to figures that carry what was signed: three leaders and a CEO, on the demo company.

What this holds: in a real browser three people agree on every definition and on
whom they sell to; one change is priced, rejected, put to the CEO and ruled on; then every figure of
the dashboard says under which version it counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import Complaints
from tests.web.served import ROOT, own_environment, seat_leaders, serving
from tests.web.test_documents_in_a_browser import come_in
from tests.web.test_people_in_a_browser import PASSWORD, browser, look
from trivet.demo_company import write_company
from trivet.jobs.run import run
from trivet.numbers.shared_metrics.registry import FIVE
from trivet.numbers.workspace.workspace import Workspace

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEADERS = ("mira", "rune", "vera")
FUNCTIONS = {"mira": "marketing", "rune": "sales", "vera": "customer_success"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company with its leaders in their seats."""
    folder = tmp_path_factory.mktemp("agreement") / "norvik"
    write_company(folder, seed=7, scale=1)
    run(Workspace.open(folder), lambda _: None)
    seat_leaders(folder, PASSWORD)
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    with serving(folder) as site:
        yield site


def metric_json(folder: Path, metric: str) -> dict[str, object]:
    """What the command line says of a figure, while the pages are served."""
    told = subprocess.run(
        [sys.executable, "-m", "trivet.cli.main", "metric", metric, str(folder),
         "--period", "2026-Q3", "--today", "--json"],
        cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(told.stdout)
    return found


def test_from_drafts_to_figures_that_carry_what_was_signed(
    folder: Path, served: str, browser: Browser
) -> None:
    people = {name: come_in(browser, served, name) for name in ("ada", *LEADERS, "cato")}
    for page in people.values():
        page.set_default_timeout(60_000)
    complaints = {name: Complaints(page) for name, page in people.items()}
    ada = people["ada"]
    ada.goto(served)
    assert ada.get_by_text("drafts, not yet agreed").is_visible()
    agree_on_every_definition(served, people)
    agree_on_whom_they_sell_to(served, people)
    change = price_and_reject_a_change(served, people)
    rule_on_it(served, people, change)
    every_figure_says_what_it_counts_under(folder, served, people)
    assert {name: told.found for name, told in complaints.items() if told.found} == {}


def agree_on_every_definition(served: str, people: dict[str, Page]) -> None:
    people["ada"].goto(f"{served}/documents")
    people["ada"].get_by_role("button", name="Begin with the drafts").click()
    people["ada"].get_by_text("Day 1", exact=True).wait_for()
    for name in LEADERS:
        leader = people[name]
        leader.goto(f"{served}/documents")
        assert leader.locator("nav .tally:visible", has_text="13").first.is_visible()
        leader.get_by_role("link", name=re.compile("Read and sign")).click()
        ticks = leader.get_by_role("checkbox")
        assert ticks.count() == 13
        for tick in ticks.all():
            tick.check()
        leader.get_by_role("button", name="Sign what is ticked").click()
        leader.get_by_role("heading", name="13 signed").wait_for()
    people["ada"].goto(f"{served}/documents")
    assert people["ada"].get_by_text("Agreed on day 1").is_visible()


def agree_on_whom_they_sell_to(served: str, people: dict[str, Page]) -> None:
    ada = people["ada"]
    ada.goto(f"{served}/icp")
    ada.get_by_role("button", name="Open a workshop").click()
    ada.wait_for_url(re.compile(r"/icp/workshops/\d+$"))
    workshop = ada.url
    for at, name in enumerate(LEADERS):
        leader = people[name]
        leader.goto(f"{workshop}/drafts/{FUNCTIONS[name]}")
        # Each thinks of companies of another size, and worth other points.
        if name == "mira":
            look(leader, "icp-draft")
        leader.locator("select[name='ask-firmographic']").select_option("band:employees")
        leader.get_by_role("button", name="Add a criterion Firmographic").click()
        leader.locator("input[name='c-1-low']").fill(str(100 + 50 * at))
        leader.get_by_role("button", name="Save the draft").click()
        leader.get_by_role("button", name="Hand it in").click()
        leader.wait_for_url(workshop)
    ada.goto(workshop)
    assert ada.get_by_text("each words it otherwise").first.is_visible()
    assert ada.get_by_text(re.compile("Marketing → Sales")).first.is_visible()
    look(ada, "icp-workshop")
    for group in ada.locator("form#merge fieldset").all():
        radios = group.get_by_role("radio")
        if radios.count():
            radios.first.check()
    ada.get_by_label("What is it for?").fill("One customer for all three.")
    ada.get_by_role("button", name="Look at the result").click()
    ada.get_by_role("heading", name="The result").wait_for()
    ada.get_by_role("button", name="Propose it").click()
    ada.wait_for_url(re.compile(r"/proposals/\d+$"))
    look(ada, "icp-proposal")
    for name in LEADERS:
        people[name].goto(f"{ada.url}/signature")
        people[name].get_by_role("button", name="Sign", exact=True).click()
        people[name].wait_for_url(ada.url)
    for path in ("icp", "icp/accounts", "icp/review"):
        ada.goto(f"{served}/{path}")
        assert ada.get_by_role("heading", level=1).is_visible()
        look(ada, path.replace("/", "-"))
    ada.goto(f"{served}/icp")
    assert ada.get_by_text("agreed v1").is_visible()


def price_and_reject_a_change(served: str, people: dict[str, Page]) -> str:
    mira, rune = people["mira"], people["rune"]
    mira.goto(f"{served}/documents/metric_definition/win_rate")
    mira.get_by_role("link", name="Propose a change").click()
    mira.get_by_label("Opportunities count by what they are worth.").check()
    mira.locator("#lint").get_by_text("Opportunities count by what they are worth.").wait_for()
    mira.get_by_label("What is it for?").fill("The board reads value.")
    mira.get_by_role("button", name="Propose it").click()
    mira.wait_for_url(re.compile(r"/proposals/\d+$"))
    change = mira.url
    mira.get_by_text("8 quarters show another figure.").wait_for()
    row = mira.locator("#price tr", has=mira.get_by_role("rowheader", name="Q3 2026"))
    told = re.sub(r"\s+", " ", row.inner_text())
    assert told == "Q3 2026 22.0% 18.5% −3.5 points 91 → 91 91"
    look(mira, "priced-proposal")
    rune.goto(change)
    rune.get_by_label("What would have to be different?").fill("One deal is one decision.")
    rune.get_by_role("button", name="Reject it").click()
    rune.get_by_text("Rune Castell rejected it:").wait_for()
    rune.goto(f"{served}/metrics/win_rate")
    assert rune.locator(".figure.big .number").inner_text() == "22.0"
    return change


def rule_on_it(served: str, people: dict[str, Page], change: str) -> None:
    mira, rune, cato = people["mira"], people["rune"], people["cato"]
    mira.goto(f"{change}/escalation")
    mira.get_by_label("The question for the CEO").fill("Do we count what the board reads?")
    mira.get_by_label("Why, in your words").fill("Value is what the board is shown.")
    mira.get_by_label("Accounts · Win rate").fill("12")
    mira.get_by_role("button", name="Put it to the CEO").click()
    mira.wait_for_url(re.compile(r"/escalations/\d+$"))
    question = mira.url
    rune.goto(question)
    rune.get_by_label("The side you stand for").select_option(label="What holds today")
    rune.get_by_label("What you have to say for it").fill("A seller wins deals.")
    rune.get_by_role("button", name="Add it").click()
    rune.get_by_text("A seller wins deals.").wait_for()
    cato.goto(served)
    assert cato.locator("nav .tally:visible", has_text="1").first.is_visible()
    cato.goto(question)
    assert cato.get_by_text("17:00").is_visible(), "the company's own closing time"
    cato.get_by_role("link", name="Rule on it").click()
    look(cato, "ruling")
    cato.get_by_label("The proposed change takes effect").check()
    cato.get_by_label("Why; or").fill("The board and we read one number.")
    cato.get_by_role("button", name="Rule", exact=True).click()
    cato.get_by_text("The board and we read one number.").wait_for()


def every_figure_says_what_it_counts_under(
    folder: Path, served: str, people: dict[str, Page]
) -> None:
    ada = people["ada"]
    ada.goto(served)
    words = [each.inner_text() for each in ada.locator(".agreed-word").all()]
    assert sorted(words) == ["agreed v1"] * 4 + ["ruled v2"]
    look(ada, "dashboard-agreed")
    for metric in FIVE:
        ada.goto(f"{served}/metrics/{metric}")
        ruled = metric == "win_rate"
        shown = metric_json(folder, metric)
        assert (shown["agreed"], shown["by_ruling"]) == (True, ruled)
        assert shown["agreed_version"] == (2 if ruled else 1)
        ada.goto(f"{served}/documents/metric_definition/{metric}")
        # The hash under the document is the one on the figure.
        assert ada.locator(".clauses-foot").get_by_text(str(shown["definition_hash"])).is_visible()
        if ruled:
            assert shown["units"] == {"numerator": "money", "denominator": "money"}
            assert ada.get_by_text("Not signed by: Chief marketing officer").is_visible()
            look(ada, "document-ruled")
            ada.get_by_role("link", name="The question and the ruling").click()
            ada.get_by_text("The board and we read one number.").wait_for()
        else:
            assert ada.locator(".ballots li").count() == 3
    checked = subprocess.run(
        [sys.executable, "-m", "trivet.cli.main", "verify", str(folder)],
        cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
