"""Closed figures, books and a ledger as a browser shows them: whole, readable, quiet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from playwright.sync_api import Route

from tests.agreements.books.small_books import NOW
from tests.agreements.books.test_closing import METRIC, april, quarter, reopened
from tests.web.browser import Complaints, launched, violations
from tests.web.closed_company import Shown
from tests.web.signed_in import as_
from trivet.agreements.books.actions.correct import propose_correction
from trivet.agreements.books.queries import closed_book

__all__ = ["april", "reopened"]

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("TRIVET_PICTURES", "")
WIDTHS = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = {
    "dashboard": "/?period=2026-Q1&metric=win_rate",
    "metric": "/metrics/win_rate?period=2026-Q1",
    "seam": "/metrics/win_rate?period=2026-Q2",
    "as-known": "/metrics/win_rate?period=2026-Q1&counted=2026-07-01",
    "books": "/books",
    "ledger": "/books/win_rate/2026-Q1",
    "other-ledger": "/books/time_to_close/2026-Q1",
}


@pytest.fixture
def pages(people, tmp_path, settings, april, reopened, norvik):
    """Every page as a leader is given it, with its headers; a correction waits for them."""
    shown = Shown(tmp_path, settings)
    for metric in (METRIC, "time_to_close", "marketing_sourced_pipeline"):
        shown.books.close(april, metric, "2026-Q1")
    shown.books.compare(reopened)
    shown.show(reopened, win_rate={"sourced": "all"})
    propose_correction(
        book=closed_book(METRIC, quarter(reopened)), recount=shown.books.recount(reopened),
        folder=shown.books.folder, why="W4 was never lost", by=people.admin, now=NOW,
    )  # fmt: skip
    client = as_(people.cmo)
    return {name: client.get(address) for name, address in PAGES.items()}


def given(answer: HttpResponse) -> Callable[[Route], None]:
    """What the pages answered; style sheets and scripts come from the server."""
    return lambda route: route.fulfill(
        status=answer.status_code, headers=dict(answer.headers), body=answer.content
    )


def test_they_are_accessible_quiet_and_whole_in_both_themes_on_desk_and_phone(pages, site):
    wrong = []
    with launched() as browser:
        for name, answer in pages.items():
            for theme in ("light", "dark"):
                for where, size in WIDTHS.items():
                    context = browser.new_context(viewport=size, color_scheme=theme)
                    page = context.new_page()
                    complaints = Complaints(page)
                    address = f"{site}{PAGES[name]}"

                    page.route(lambda url, address=address: url == address, given(answer))
                    page.goto(address)
                    page.wait_for_load_state("networkidle")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    seen = [*complaints.found, *violations(page)]
                    if wide != size["width"]:
                        seen.append(f"is {wide} px wide")
                    wrong += [f"{name} {theme} {where}: {each}" for each in seen]
                    if PICTURES:
                        path = Path(PICTURES) / f"{name}-{theme}-{where}.png"
                        page.screenshot(path=path, full_page=True)
                    context.close()
    assert wrong == []
