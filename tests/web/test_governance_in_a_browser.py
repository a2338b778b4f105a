"""Deadlocks and new leaders in a browser: light and dark, wide and narrow, and without script."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.web.browser import Complaints, launched, violations
from trivet.jobs.run import run

ROOT = Path(__file__).parents[2]
PICTURES = os.environ.get("TRIVET_PICTURES", "")

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Served:
    """The pages as `trivet serve` serves them, and what is behind them."""

    site: str
    told: dict[str, object]

    def address(self, path: str) -> str:
        return self.site + path.format(**self.told)

    def signed_in(self, browser: Browser, seat: str, **how: object) -> BrowserContext:
        context = browser.new_context(**how)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        sessions = self.told["sessions"]
        assert isinstance(sessions, dict)
        context.add_cookies(
            [{"name": str(self.told["cookie"]), "value": sessions[seat], "url": self.site}]
        )
        return context


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = company_folder(tmp_path_factory.mktemp("governed") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    environment = {**own, "PYTHONPATH": str(ROOT)}
    filled = subprocess.run(
        [sys.executable, "-m", "tests.web.governed_process", str(workspace.folder)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "trivet.cli.main", "serve", str(workspace.folder), "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        port = re.search(r":(\d+)/", process.stdout.readline())
        assert port
        site = f"http://localhost:{port[1]}"
        _wait_for(f"{site}/healthz")
        yield Served(site, json.loads(filled.stdout))
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str) -> None:
    """The address is printed a moment before it answers."""
    for _ in range(100):
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


PAGES = {
    "escalations": ("cmo", "/escalations"),
    "escalation": ("cmo", "/escalations/{question}"),
    "escalate": ("cmo", "/proposals/{rejected}/escalation"),
    "ruling": ("ceo", "/escalations/{question}/ruling"),
    "onboardings": ("cmo", "/onboardings"),
    "onboarding": ("cro", "/onboardings/{onboarding}"),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_a_phone_never_scrolls_sideways(
    browser: Browser, served: Served, name: str
) -> None:
    seat, path = PAGES[name]
    context = served.signed_in(browser, seat, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints = Complaints(page)
    page.goto(served.address(path))
    assert page.get_by_role("heading", level=1).is_visible()
    for theme in ("light", "dark"):
        context.add_cookies([{"name": "theme", "value": theme, "url": served.site}])
        page.reload()
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], f"{name} in {theme} at {width}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{theme}-{width}.png", full_page=True)
    assert complaints.found == []
    context.close()


def test_without_script_a_deadlock_is_put_spoken_to_and_ruled_on(
    browser: Browser, served: Served
) -> None:
    without = {"java_script_enabled": False}
    cmo = served.signed_in(browser, "cmo", **without).new_page()
    cmo.goto(served.address("/proposals/{rejected}/escalation"))
    cmo.get_by_label("The question for the CEO").fill("Which handoff keeps more customers?")
    cmo.get_by_label("Why, in your words").fill("Ours does.")
    cmo.get_by_label("Accounts · Win rate").fill("12")
    cmo.get_by_role("button", name="Put it to the CEO").click()
    assert re.search(r"/escalations/\d+$", cmo.url)

    new = served.signed_in(browser, "cro", **without).new_page()
    new.goto(cmo.url)
    new.get_by_label("The side you stand for").select_option(label="What holds today")
    new.get_by_label("What you have to say for it").fill("Speed wins.")
    new.get_by_role("button", name="Add it").click()
    assert new.get_by_text("Speed wins.").is_visible()

    ceo = served.signed_in(browser, "ceo", **without).new_page()
    ceo.goto(cmo.url)
    ceo.get_by_role("link", name="Rule on it").click()
    ceo.get_by_label("The proposed change takes effect").check()
    ceo.get_by_label("Why; or").fill("Fit before speed.")
    ceo.get_by_role("button", name="Rule", exact=True).click()
    assert ceo.get_by_text("Fit before speed.").is_visible()
    assert ceo.get_by_text("The proposed change takes effect").is_visible()

    new.goto(served.address("/onboardings/{onboarding}"))
    new.get_by_role("button", name="stand by it · Win rate").click()
    assert new.get_by_text("Stood by").is_visible()
    for page in (cmo, new, ceo):
        page.context.close()
