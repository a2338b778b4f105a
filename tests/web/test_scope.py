"""What an address asks for is what its page shows, or the page says what it did not understand."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from tests.company import company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, add_opportunity
from tests.web.real_model import show

PERIOD = "2026-Q1"
REGIONS = ("EMEA", None, "APAC")


@pytest.fixture(scope="module")
def made():
    """Nine opportunities of accounts in two regions, every third account in none."""
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        for number in range(9):
            add_opportunity(
                c, f"K{number}", "marketing", "2026-01-05",
                [(("Won", "Lost")[number % 2], "2026-03-10")], 10 + number,
            )  # fmt: skip
            _, account = next(r for r in c.given if r[1].get("account_id") == f"AK{number}")
            account["region"] = REGIONS[number % 3]
        yield c


@pytest.fixture
def real(made, norvik, tmp_path):
    return show(made, norvik, tmp_path)


def rows_of(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_part_that_is_not_filled_in_opens_onto_its_very_rows(client, real):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&by=region").content.decode()
    block = page[page.index('id="segments"') : page.index('id="levers-heading"')]
    [address] = re.findall(r'<a href="([^"]+)"[^>]*>not filled in</a>', block)
    assert html.unescape(address) == f"/metrics/win_rate?period={PERIOD}&region=%28none%29"
    narrowed = client.get(html.unescape(address))
    shown = narrowed.content.decode()
    expected = real.metric("win_rate", PERIOD, where={"region": ""})
    assert f'<span class="number">{float(expected.value) * 100:.1f}</span>' in shown
    assert "Region not filled in</p>" in shown
    assert '<option value="(none)" selected>Region: not filled in</option>' in shown
    download = html.unescape(re.search(r'href="([^"]*rows\.csv[^"]*)"', shown)[1])
    found = client.get(download)
    assert "win_rate_2026-Q1_without-region.csv" in found["Content-Disposition"]
    assert {row["opportunity_id"] for row in rows_of(found)} == {"K1", "K4", "K7"}


def test_a_form_that_leaves_a_filter_open_narrows_nothing(client, real):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&region=&lead_source=").content.decode()
    every = real.metric("win_rate", PERIOD)
    assert f'<span class="number">{float(every.value) * 100:.1f}</span>' in page


@pytest.mark.parametrize(
    ("address", "status", "wrong", "next_step"),
    [
        ("/?regoin=EMEA", 400, "&#x27;regoin&#x27;", "Did you mean &#x27;region&#x27;?"),
        ("/?peroid=2026-Q1", 400, "&#x27;peroid&#x27;", "Did you mean &#x27;period&#x27;?"),
        ("/?region=EMAE", 404, "&#x27;EMAE&#x27;", "Did you mean &#x27;EMEA&#x27;?"),
        ("/?region=EMEA&region=APAC", 400, "&#x27;region&#x27; more than once", "Keep one"),
        ("/?outcome=won", 404, "&#x27;outcome&#x27;", "time_to_close"),
        ("/?metric=win_rat", 404, "&#x27;win_rat&#x27;", "Did you mean &#x27;win_rate&#x27;?"),
        ("/?period=Q1+2026", 400, "&#x27;Q1 2026&#x27;", "Did you mean &#x27;2026-Q1&#x27;?"),
        ("/?grain=quartr", 400, "&#x27;quartr&#x27;", "Did you mean &#x27;quarter&#x27;?"),
        ("/?books=1x", 404, "&#x27;1x&#x27;", "out of the address to see the newest"),
        ("/metrics/win_rate?by=regoin", 404, "&#x27;regoin&#x27;", "&#x27;region&#x27;?"),
        ("/metrics/mql_to_sql?outcome=won", 404, "&#x27;outcome&#x27;", "win_rate"),
        ("/metrics/win_rate/rows.csv?regoin=EMEA", 400, "&#x27;regoin&#x27;", "&#x27;region&#x27;"),
        ("/metrics/win_rat", 404, "&#x27;win_rat&#x27;", "Did you mean &#x27;win_rate&#x27;?"),
    ],
)
def test_an_address_that_is_not_understood_is_answered_with_what_was_meant(
    client, real, address, status, wrong, next_step
):
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert wrong in page
    assert next_step in page


def test_a_value_that_no_record_has_is_said_on_the_page(client, real):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&region=Atlantis").content.decode()
    assert "No record has &#x27;Atlantis&#x27; as its region" in page


def test_what_a_mail_program_hangs_on_an_address_changes_nothing(client, real):
    plain = client.get(f"/metrics/win_rate?period={PERIOD}").content.decode()
    mailed = client.get(f"/metrics/win_rate?period={PERIOD}&utm_source=mail&gclid=x")
    number = re.search(r'<span class="number">[^<]+', plain)[0]
    assert mailed.status_code == 200
    assert number in mailed.content.decode()
