"""From nobody to three leaders, in a browser, against the server as `trivet serve` starts it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.web.browser import Complaints, launched, violations
from tests.web.served import serving
from trivet.jobs.run import run

PASSWORD = "seven lanterns over water"
PICTURES = os.environ.get("TRIVET_PICTURES", "")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`http://localhost:PORT`: browsers keep passkeys by name."""
    workspace = company_folder(tmp_path_factory.mktemp("people") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    with serving(workspace.folder) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def visitor(browser: Browser, *, width: int = 1440) -> Page:
    """A browser of their own, with an authenticator that says yes."""
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def look(page: Page, name: str) -> None:
    """Nothing that axe or a narrow screen complains of, light and dark."""
    for theme in ("light", "dark"):
        # For the whole site: one of a page's own folder would lose against it.
        site = "/".join(page.url.split("/")[:3])
        page.context.add_cookies([{"name": "theme", "value": theme, "url": site}])
        page.reload()
        assert violations(page) == [], f"{name} in {theme}"
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}-{theme}-{width}.png", full_page=True)


def add_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/me/passkeys/new")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(re.compile("/me/second-factor"))


def test_a_company_sets_up_its_people(served: str, browser: Browser) -> None:
    admin = visitor(browser)
    complaints = Complaints(admin)
    admin.goto(served)
    assert admin.get_by_role("heading", level=1).first.is_visible()
    admin.get_by_role("link", name="Set up people").first.click()
    look(admin, "first-run")
    admin.get_by_label("Your name").fill("Ada Hale")
    admin.get_by_label("Your e-mail address").fill("ada@norvik.example")
    admin.get_by_label("Password", exact=True).fill(PASSWORD)
    admin.get_by_label("The same password again").fill(PASSWORD)
    admin.keyboard.press("Enter")
    admin.wait_for_url(f"{served}/people")

    # A password alone does not administer.
    admin.get_by_label("Name", exact=True).fill("Mira Okafor")
    admin.get_by_label("E-mail address", exact=True).fill("mira@norvik.example")
    admin.get_by_role("button", name="Make a link").click()
    admin.wait_for_url(re.compile(r"/me/second-factor\?needed"))
    look(admin, "second-factor")
    add_passkey(admin, served)
    admin.get_by_role("link", name="Go on with what you were about to do").click()
    admin.wait_for_url(f"{served}/people")

    admin.get_by_label("Name", exact=True).fill("Mira Okafor")
    admin.get_by_label("E-mail address", exact=True).fill("mira@norvik.example")
    admin.get_by_role("button", name="Make a link").click()
    link = admin.locator("pre").inner_text()
    assert link.startswith(f"{served}/people/invitations/")

    mira = visitor(browser)
    mira.goto(link)
    look(mira, "invitation")
    mira.get_by_label("Password", exact=True).fill(PASSWORD)
    mira.get_by_label("The same password again").fill(PASSWORD)
    mira.get_by_role("button", name="Come in").click()
    mira.wait_for_url(f"{served}/me")
    add_passkey(mira, served)

    admin.goto(f"{served}/people")
    admin.get_by_label("Seat", exact=True).select_option(label="Chief marketing officer")
    admin.get_by_label("Person", exact=True).select_option(label="Mira Okafor")
    admin.get_by_role("button", name="Give the seat").click()
    assert admin.get_by_text("Waits for a second person", exact=True).is_visible()
    look(admin, "people")

    mira.goto(f"{served}/me")
    look(mira, "me")
    mira.get_by_role("button", name="Take the seat").click()
    mira.goto(f"{served}/people")
    assert mira.locator("tr", has_text="Chief marketing officer").get_by_text("Held").is_visible()

    mira.goto(f"{served}/people/story")
    assert mira.get_by_text("Mira Okafor confirmed Mira Okafor").is_visible()
    look(mira, "story")

    # Out, and in again with the passkey alone.
    mira.goto(f"{served}/me")
    mira.get_by_role("button", name="Sign out").click()
    mira.wait_for_url(re.compile("/sign-in"))
    look(mira, "sign-in")
    mira.get_by_role("button", name="Sign in with a passkey").click()
    mira.wait_for_url(f"{served}/")
    assert mira.get_by_role("link", name="Mira Okafor").first.is_visible()
    assert complaints.found == []


def test_without_the_name_a_passkey_is_for_the_page_says_which_to_open(
    served: str, browser: Browser
) -> None:
    page = visitor(browser)
    page.goto(served.replace("localhost", "127.0.0.1") + "/sign-in")
    assert page.get_by_role("link", name="this page as localhost").is_visible()
    assert page.get_by_role("button", name="Sign in with a passkey").is_disabled()
