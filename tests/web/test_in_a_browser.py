"""The pages in a real browser: accessible, quiet, light, and whole on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import Complaints, launched, violations

pytestmark = pytest.mark.browser

PAGES = {
    "dashboard": "/",
    "dashboard-provisional": "/?period=2026-Q4&metric=win_rate",
    "dashboard-empty": "/?period=2019-Q1",
    "metric": "/metrics/win_rate",
    "metric-few": "/metrics/win_rate?region=EMEA&segment=Enterprise",
    "metric-not-computable": "/metrics/pipeline_coverage",
    "opportunity": "/opportunities/00600500",
    "account": "/accounts/0010005",
    "data": "/data",
    "missing": "/nowhere",
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SMALLEST_TARGET = 24
SMALLEST_TEXT = 10.9
MOST_BYTES, MOST_REQUESTS = 120_000, 5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def page(browser: Browser, site: str, norvik) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_at_wcag_2_2_aa(browser, site, norvik, name, theme):
    context = browser.new_context(base_url=site, viewport=DESK, color_scheme=theme)
    page = context.new_page()
    page.goto(PAGES[name])
    for details in page.query_selector_all("details:not([open]) > summary"):
        if details.is_visible():
            details.click()
    found = violations(page)
    context.close()
    assert found == []


def test_axe_does_find_a_fault_when_there_is_one(page):
    page.goto("/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=\"data:,\">'")
    assert any(line.startswith("image-alt") for line in violations(page))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_refused_or_fails_or_is_complained_about(page, name):
    complaints = Complaints(page)
    page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation',"
        " e => refused.push(e.blockedURI + e.violatedDirective))"
    )
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.refused") == []
    assert [line for line in complaints.found if "status of 404" not in line] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(browser, site, norvik, name):
    context = browser.new_context(base_url=site, viewport=PHONE)
    page = context.new_page()
    page.goto(PAGES[name])
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width == PHONE["width"]


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1440, 1920])
def test_chart_text_is_at_least_eleven_pixels_as_drawn(browser, site, norvik, width):
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto("/")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.drawing svg')]
            .filter(svg => svg.getBoundingClientRect().width > 0)
            .map(svg => 11 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    context.close()
    assert len(sizes) == 4
    assert min(sizes) >= SMALLEST_TEXT


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["dashboard", "metric", "data"])
def test_every_control_is_large_enough_to_hit(browser, site, norvik, name, viewport):
    """WCAG 2.5.8: 24 px, except links inside a sentence and controls another one stands for."""
    context = browser.new_context(base_url=site, viewport=viewport)
    page = context.new_page()
    page.goto(PAGES[name])
    small = page.evaluate(
        """least => [...document.querySelectorAll('a, button, select, input, summary')]
            .filter(node => node.offsetParent && !node.closest('p, td, th, .said, .skip, h2, dd'))
            .map(node => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && (box.height < least || box.width < least))
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)""",
        SMALLEST_TARGET,
    )
    context.close()
    assert small == []


def test_the_dashboard_is_light_enough(page):
    seen: list[tuple[str, int]] = []

    def note(request) -> None:
        if not request.url.startswith("data:"):
            sizes = request.sizes()
            seen.append((urlsplit(request.url).path, sizes["responseBodySize"]))

    page.on("requestfinished", note)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert len(seen) <= MOST_REQUESTS, seen
    assert sum(size for _, size in seen) <= MOST_BYTES, seen


def test_choosing_a_segment_puts_it_in_the_address_and_back_undoes_it(page):
    page.goto("/")
    before = page.locator(".tile .number").first.inner_text()
    page.focus("#pick-segment")
    page.select_option("#pick-segment", "Enterprise")
    page.wait_for_url("**/?*segment=Enterprise*")
    page.wait_for_function(
        "b => document.querySelector('.tile .number').innerText !== b", arg=before
    )
    assert page.evaluate("document.activeElement.id") == "pick-segment"
    assert "segment=Enterprise" in page.locator(".tile .cover").nth(1).get_attribute("href")
    page.go_back()
    page.wait_for_function(
        "b => document.querySelector('.tile .number').innerText === b", arg=before
    )
    assert page.input_value("#pick-segment") == ""


def test_typing_in_the_filter_narrows_the_rows_and_keeps_the_cursor(page):
    complaints = Complaints(page)
    page.goto("/metrics/marketing_sourced_pipeline")
    page.fill("#row-filter", "osprey")
    page.wait_for_url("**q=osprey*")
    page.wait_for_function("document.querySelector('#rows .proof').innerText.includes('all ')")
    assert page.evaluate("document.activeElement.id") == "row-filter"
    assert page.input_value("#row-filter") == "osprey"
    for text in page.locator("#rows tbody tr").all_inner_texts():
        assert "osprey" in text.lower()
    assert complaints.found == []


def test_paging_changes_only_the_rows(page):
    page.goto("/metrics/net_revenue_retention")
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    page.click("#rows .pager a")
    page.wait_for_url("**page=2*")
    page.wait_for_function("document.querySelector('#rows .pager').innerText.startsWith('26')")
    assert page.evaluate("document.querySelector('h1').dataset.same") == "yes"


class TestTheKeys:
    def test_the_first_tab_stop_skips_to_the_numbers(self, page):
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    def test_focus_can_always_be_seen(self, page):
        page.goto("/metrics/win_rate")
        for _ in range(40):
            page.keyboard.press("Tab")
            outlined = page.evaluate(
                """() => { const at = document.activeElement;
                    const seen = n => n && getComputedStyle(n).outlineStyle !== 'none';
                    return at === document.body || seen(at)
                        || seen(at.closest('.tile, .small')); }"""
            )
            assert outlined, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")

    def test_slash_filters_and_j_k_walk_the_rows_and_enter_opens(self, page):
        page.goto("/metrics/win_rate")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "row-filter"
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        first = page.locator("section.rows tbody tr").first
        assert "is-at" in first.get_attribute("class")
        page.keyboard.press("Enter")
        page.wait_for_url("**/opportunities/**")

    def test_question_mark_lists_them_and_they_can_be_switched_off(self, page):
        page.goto("/metrics/win_rate")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.uncheck("#keys-on")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "row-filter"
        page.reload()
        page.keyboard.press("j")
        assert page.locator("tr.is-at").count() == 0

    def test_typing_a_letter_in_a_field_is_typing(self, page):
        page.goto("/metrics/win_rate")
        page.click("#row-filter")
        page.keyboard.type("jk/?")
        assert page.input_value("#row-filter") == "jk/?"
        assert not page.locator("#keys").is_visible()


def test_without_javascript_everything_can_still_be_read_filtered_and_ordered(
    browser, site, norvik
):
    context = browser.new_context(base_url=site, viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.select_option("#pick-segment", "Enterprise")
    page.click(".choose .button")
    assert "segment=Enterprise" in page.url
    page.click(".tile .figure a >> nth=0")
    assert "/metrics/marketing_sourced_pipeline" in page.url
    page.fill("#row-filter", "logistics")
    page.click(".find .button")
    assert "q=logistics" in page.url
    page.click("#rows thead a >> nth=0")
    assert "sort=" in page.url
    context.close()


def test_the_chosen_theme_survives_the_next_page(page):
    page.goto("/")
    page.click("button[value=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.goto("/data")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(11, 12, 15)"


def test_print_leaves_menu_and_controls_out_and_uses_light_ink(browser, site, norvik):
    context = browser.new_context(base_url=site, viewport=DESK, color_scheme="dark")
    page = context.new_page()
    page.goto("/")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.locator(".tile .number").first.is_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(23, 24, 28)"
    )
    context.close()


def test_a_chart_follows_the_theme_without_being_drawn_again(page):
    page.goto("/")
    line = ".drawing:not(.narrow) svg path[stroke='var(--chart-accent)']"

    def stroke() -> str:
        return page.evaluate(f'getComputedStyle(document.querySelector("{line}")).stroke')

    page.emulate_media(color_scheme="light")
    light = stroke()
    page.emulate_media(color_scheme="dark")
    assert re.fullmatch(r"rgb\(.*\)", light)
    assert stroke() != light
