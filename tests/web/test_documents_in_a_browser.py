"""Three leaders agree on one metric and what it rests on, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.web.browser import Complaints
from tests.web.served import seat_leaders, serving
from tests.web.test_people_in_a_browser import (
    PASSWORD,
    add_passkey,
    browser,
    look,
    visitor,
)
from trivet.jobs.run import run

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A workspace whose leaders have their seats, served as `trivet serve` does."""
    workspace = company_folder(tmp_path_factory.mktemp("documents") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    seat_leaders(workspace.folder, PASSWORD)
    with serving(workspace.folder) as site:
        yield site


def come_in(browser: Browser, site: str, name: str) -> Page:
    page = visitor(browser)
    page.goto(f"{site}/sign-in")
    page.get_by_label("Email").fill(f"{name}@norvik.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")
    add_passkey(page, site)
    page.goto(f"{site}/documents")
    return page


def test_three_leaders_agree_on_a_metric_and_what_it_rests_on(
    served: str, browser: Browser
) -> None:
    ada = come_in(browser, served, "ada")
    complaints = Complaints(ada)
    look(ada, "documents-empty")
    ada.get_by_role("button", name="Begin with the drafts").click()
    ada.wait_for_url(f"{served}/documents")
    assert ada.get_by_text("Day 1", exact=True).is_visible()
    look(ada, "documents-begun")

    # Revenue operations words the win rate otherwise, and sees while choosing what it would say.
    ada.get_by_role("row", name="Win rate, marketing-sourced").get_by_role("link", name="v").click()
    ada.get_by_role("link", name="Edit").click()
    look(ada, "definition-form")
    ada.get_by_label("Opportunities count by what they are worth.").check()
    reads = ada.locator("#lint")
    reads.get_by_text("Opportunities count by what they are worth.").wait_for()
    ada.get_by_role("button", name="Keep the edit").click()
    ada.wait_for_url(re.compile(r"/proposals/\d+$"))
    change = ada.url
    ada.locator("li", has=ada.get_by_role("heading", name="Counted by")).locator("summary").click()
    counted = ada.locator("li", has=ada.get_by_role("heading", name="Counted by"))
    counted.get_by_label("Comment").fill("Boards read value.")
    counted.get_by_role("button", name="Say it").click()
    ada.wait_for_url(re.compile("#said-"))
    ada.goto(change)
    look(ada, "proposal")

    # Each of the three reads the whole, and signs it with the two definitions it rests on.
    for name in ("mira", "rune", "vera"):
        leader = come_in(browser, served, name)
        told = Complaints(leader)
        if name == "mira":
            look(leader, "documents-waiting")
            leader.goto(f"{change}/signature")
            look(leader, "signature")
            assert "Exactly what you sign" in leader.content()
            leader.get_by_role("button", name="Sign", exact=True).click()
            leader.wait_for_url(change)
            leader.goto(f"{served}/documents")
            look_at_all = True
        else:
            look_at_all = False
        leader.get_by_role("link", name=re.compile("Read and sign")).click()
        leader.wait_for_url(f"{served}/documents/sign")
        if look_at_all:
            look(leader, "sign-all")
        titles = ["Pipeline base", "Who sourced it"]
        for title in (
            titles if name == "mira" else [*titles, "Win rate, marketing-sourced, by amount"]
        ):
            leader.get_by_label(f"I have read {title} and sign it", exact=True).check()
        leader.get_by_role("button", name="Sign what is ticked").click()
        leader.get_by_role("heading", name=f"{2 if name == 'mira' else 3} signed").wait_for()
        assert told.found == []
    sign_without_a_script(browser, leader, served)

    ada.goto(f"{served}/documents/metric_definition/win_rate")
    assert ada.get_by_text("Version 2, in force").is_visible()
    for person in ("Mira Okafor", "Rune Castell", "Vera Lindqvist"):
        assert ada.get_by_text(person).first.is_visible()
    look(ada, "document-in-force")
    ada.get_by_role("button", name="Compare").click()
    ada.wait_for_url(re.compile("from=1&to=2"))
    look(ada, "difference")
    pdf = ada.request.get(f"{served}/documents/metric_definition/win_rate/versions/2.pdf")
    assert pdf.body().startswith(b"%PDF")
    ada.goto(f"{served}/documents/new/lead_management")
    look(ada, "lead-management-form")
    ada.get_by_label("What is it for?").fill("One process for all three.")
    ada.get_by_role("button", name="Add a row Stages").click()
    ada.get_by_role("button", name="Remove Stage 6").click()
    ada.get_by_role("button", name="Propose it").click()
    ada.wait_for_url(re.compile(r"/proposals/\d+$"))
    look(ada, "process-proposal")
    assert complaints.found == []


def sign_without_a_script(browser: Browser, leader: Page, served: str) -> None:
    state = leader.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    plain.goto(f"{served}/documents")
    waits = plain.locator("section", has=plain.get_by_role("heading", name="Waits for your"))
    waits.locator("a").first.click()
    plain.get_by_role("button", name="Sign", exact=True).click()
    plain.wait_for_url(re.compile(r"/proposals/\d+$"))
    signed = plain.locator(".ballots li", has=plain.get_by_text("Vera Lindqvist"))
    assert signed.locator("time").is_visible()
    assert signed.locator(".open-seat").count() == 0
