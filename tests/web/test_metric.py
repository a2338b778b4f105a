"""A metric's page: the figure, its parts, its rows, and how it is counted."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction

import pytest

from tests.web.norvik import Norvik
from trivet.web.metrics_shown import EVERY

PERIOD = "2026-Q3"


def rows_of(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.id)
def test_every_metric_has_a_page_and_its_rows_add_up_to_the_figure(client, metric):
    response = client.get(f"/metrics/{metric.id}?period={PERIOD}")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Please report this" not in page
    computable = Norvik().metric(metric.id, PERIOD).value is not None
    assert (", the figure." in page or "The figure, " in page) == computable


def test_rows_that_do_not_add_up_to_the_figure_are_called_out(client, monkeypatch):
    honest = Norvik._rows
    monkeypatch.setattr(
        Norvik, "row_page", lambda self, m, p, **asked: _one_short(honest, self, m, p, asked)
    )
    page = client.get(f"/metrics/win_rate?period={PERIOD}").content.decode()
    assert "which is not the figure" in page


def _one_short(honest, model, metric, period, asked):
    from trivet.numbers.revenue_model import RowPage

    rows = honest(model, metric, period, asked.get("where"))[1:]
    columns = (
        ("opportunity_id", "id:opportunity"),
        ("numerator", "number"),
        ("denominator", "number"),
    )
    sums = [Fraction(sum(row[side] for row in rows)) for side in ("numerator", "denominator")]
    return RowPage(columns, tuple(rows[:25]), len(rows), *sums)


def test_the_segments_are_links_that_narrow_the_page(client):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&by=region").content.decode()
    assert f'href="/metrics/win_rate?period={PERIOD}&amp;region=EMEA"' in page
    narrowed = client.get(f"/metrics/win_rate?period={PERIOD}&region=EMEA").content.decode()
    figure = Norvik().metric("win_rate", PERIOD, where={"region": "EMEA"})
    assert f'<span class="number">{float(figure.value) * 100:.1f}</span>' in narrowed


def pills_of(page: str) -> list[str]:
    found = re.search(r'aria-label="Split by">(.*?)</nav>', page, re.DOTALL)
    return re.findall(r">([^<>]+)</a>", found[1]) if found else []


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.id)
def test_a_metric_is_split_by_what_its_rows_carry_and_by_nothing_they_do_not(client, metric):
    own = {"sourced_by": "Sourced by", "outcome": "Outcome"}
    carried = [own[name] for name in Norvik().row_dimensions(metric.id)]
    page = client.get(f"/metrics/{metric.id}?period={PERIOD}").content.decode()
    assert pills_of(page) == ["Segment", "Region", "Industry", *carried]


def test_a_split_by_the_rows_own_dimension_is_in_words_and_narrows_the_page(client):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&by=outcome").content.decode()
    block = page[page.index('id="segments"') : page.index('id="levers-heading"')]
    assert 'aria-current="true">Outcome</a>' in block
    assert (
        f'href="/metrics/win_rate?period={PERIOD}&amp;outcome=won" title="Show only Won"' in block
    )
    narrowed = client.get(f"/metrics/win_rate?period={PERIOD}&outcome=won").content.decode()
    assert '<span class="number">100.0</span>' in narrowed
    assert "· Won</p>" in narrowed
    assert '<option value="won" selected>Won</option>' in narrowed
    functions = client.get("/metrics/marketing_sourced_pipeline?by=sourced_by").content.decode()
    assert ">Customer success</a></th>" in functions


def test_what_only_one_metrics_rows_carry_does_not_follow_to_other_pages(client):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&region=EMEA&outcome=won").content.decode()
    assert f'href="/metrics/mql_to_sql?period={PERIOD}&amp;region=EMEA"' in page
    assert f'href="/data?period={PERIOD}&amp;region=EMEA"' in page
    assert f"/metrics/win_rate/rows.csv?period={PERIOD}&amp;region=EMEA&amp;outcome=won" in page
    elsewhere = client.get(f"/metrics/mql_to_sql?period={PERIOD}&outcome=won").content.decode()
    assert not re.search(r'href="[^"]*outcome=won', elsewhere)
    assert "· Won</p>" not in elsewhere


def test_a_share_says_what_each_part_of_it_counts(client):
    page = client.get("/metrics/win_rate?period=2026-Q3&by=outcome").content.decode()
    figure = Norvik().metric("win_rate", PERIOD, by="outcome")
    counted = re.findall(r'<td class="num soft">([\d,]+) of ([\d,]+)</td>', page)
    assert [sum(int(side) for side in sides) for sides in zip(*counted, strict=True)] == [
        figure.numerator,
        figure.denominator,
    ]


def test_a_product_shows_what_it_is_multiplied_from_on_its_page_and_in_its_parts(client):
    """Its two sums were shown as one divided by the other: an average deal and days."""
    page = client.get(f"/metrics/deal_velocity?period={PERIOD}&by=region").content.decode()
    product = r"[\d.]+ × [\d.]+% × \$[\d,]+ ÷ [\d.]+ days"
    short = r"[\d.]+ × [\d.]+% × \$[\d.]+K ÷ \d+ days"
    assert re.search(rf'<dt>Made of</dt><dd><a href="#rows">{short}</a>', page)
    assert len(re.findall(rf'<td class="num soft made">{short}</td>', page)) == 3
    assert re.search(rf"Made of the [\d,]+ rows: {product} = \$[\d,]+ a day, the figure\.", page)


def test_days_are_told_with_their_unit_wherever_they_are_added_up(client):
    page = client.get(f"/metrics/time_to_close?period={PERIOD}").content.decode()
    assert re.search(r'<dd><a href="#rows">[\d,]+ days over [\d,]+ records</a>', page)


def test_a_figure_of_few_records_comes_with_its_interval(client):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&region=EMEA").content.decode()
    assert "18.4–88.2%" in page
    assert "read the interval, not the number" in page


def test_how_it_is_counted_is_the_definition_in_sentences(client):
    page = client.get("/metrics/win_rate").content.decode()
    for sentence in Norvik().definition("win_rate").says:
        assert sentence.replace("'", "&#x27;") in page


def test_each_function_sees_what_it_brings_to_the_number(client):
    page = client.get("/metrics/net_revenue_retention").content.decode()
    for text in Norvik().definition("net_revenue_retention").levers.values():
        assert text in page


def test_the_sql_is_shown_as_text(client):
    assert "where amount &lt; 10 &amp; true" in client.get("/metrics/win_rate").content.decode()


def test_the_text_filter_leaves_the_rows_that_hold_it_and_says_their_sum(client):
    page = client.get(
        f"/metrics/marketing_sourced_pipeline?period={PERIOD}&q=osprey"
    ).content.decode()
    body = page[page.index('id="rows"') :]
    shown = body[body.index("<tbody>") : body.index("</tbody>")]
    assert shown.count("<tr>") > 0
    assert shown.count("<tr>") == shown.lower().count(">osprey") / 2
    assert "make the figure" in body


def test_a_filter_that_finds_nothing_offers_the_way_back(client):
    page = client.get("/metrics/win_rate?q=zzz").content.decode()
    assert "No row holds “zzz”" in page
    assert "Show all rows" in page


def test_rows_are_ordered_by_the_column_asked_for_and_say_so(client):
    page = client.get(f"/metrics/win_rate?period={PERIOD}&sort=happened_on").content.decode()
    assert 'aria-sort="ascending"' in page
    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', page[page.index('id="rows"') :])
    assert days == sorted(days)


def test_an_unknown_order_or_page_is_no_error(client):
    assert client.get("/metrics/win_rate?sort=;drop&page=abc").status_code == 200
    assert client.get("/metrics/win_rate?page=99999").status_code == 200


def test_pages_of_rows_do_not_overlap_and_leave_nothing_out(client):
    address = "/metrics/net_revenue_retention?period=2026-Q3"
    seen: list[str] = []
    for number in (1, 2, 3):
        page = client.get(f"{address}&page={number}").content.decode()
        seen += re.findall(r'href="/opportunities/(\d+)', page[page.index('id="rows"') :])
    total = Norvik().metric("net_revenue_retention", "2026-Q3").records
    assert len(seen) == len(set(seen)) == total


def test_a_part_of_the_page_that_asks_gets_only_the_rows(client):
    response = client.get(
        "/metrics/win_rate?q=a", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    page = response.content.decode()
    assert page.lstrip().startswith('<section id="rows"')
    assert "<html" not in page
    assert "HX-Request" in response["Vary"]


class TestTheCsv:
    def test_it_holds_exactly_the_rows_behind_the_figure(self, client):
        found = rows_of(client.get(f"/metrics/win_rate/rows.csv?period={PERIOD}"))
        figure = Norvik().metric("win_rate", PERIOD)
        at = found[0].index("numerator")
        assert len(found) - 1 == figure.records
        assert sum(int(row[at]) for row in found[1:]) == figure.numerator

    def test_it_holds_only_the_rows_that_the_filter_leaves(self, client):
        address = f"/metrics/marketing_sourced_pipeline/rows.csv?period={PERIOD}&q=osprey"
        found = rows_of(client.get(address))
        assert len(found) > 1
        assert all("osprey" in ",".join(row).lower() for row in found[1:])

    def test_money_is_in_major_units_and_the_heading_names_the_currency(self, client):
        found = rows_of(client.get(f"/metrics/marketing_sourced_pipeline/rows.csv?period={PERIOD}"))
        at = found[0].index("denominator_usd")
        figure = Norvik().metric("marketing_sourced_pipeline", PERIOD)
        assert sum(Fraction(row[at]) for row in found[1:]) * 100 == figure.denominator

    def test_no_text_in_it_can_become_a_formula(self, client):
        found = rows_of(client.get("/metrics/net_revenue_retention/rows.csv?period=2026-Q3"))
        cells = [cell for row in found for cell in row]
        assert any(cell.startswith("'=HYPERLINK") for cell in cells)
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)

    def test_its_name_says_metric_period_and_scope(self, client):
        response = client.get(f"/metrics/win_rate/rows.csv?period={PERIOD}&region=EMEA")
        assert 'filename="win_rate_2026-Q3_EMEA.csv"' in response["Content-Disposition"]
