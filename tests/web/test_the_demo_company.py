"""A crawler over the demo company's pages: sums over rows equal figures, links lead somewhere.

The pages are the real ones, the build is what `trivet demo` makes.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from trivet.numbers.revenue_model import RevenueModel
from trivet.vocabulary.period import Grain
from trivet.web import published
from trivet.web.metrics_shown import EVERY, SHARED
from trivet.web.published import PublishedBuilds

pytestmark = pytest.mark.slow

MOST_PAGES = 150
"""Enough for every kind of page many times over; the address space itself has no end."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company's workspace, built once."""
    from trivet.demo_company import write_company
    from trivet.jobs.run import run
    from trivet.numbers.workspace.workspace import Workspace

    folder = tmp_path_factory.mktemp("demo")
    write_company(folder, seed=7, scale=1)
    run(Workspace.open(folder), lambda _: None)
    return folder


@pytest.fixture(scope="module")
def model(demo: Path) -> Iterator[RevenueModel]:
    found = RevenueModel.open(demo)
    yield found
    found.close()


@pytest.fixture
def visitor(demo: Path, norvik: PublishedBuilds, demo_builds: PublishedBuilds) -> Client:
    published.use(demo_builds)
    return Client()


@pytest.fixture(scope="module")
def demo_builds(demo: Path) -> PublishedBuilds:
    return PublishedBuilds(demo)


def proof_of(page: str) -> tuple[str, str]:
    found = re.search(r'<p class="proof (\w+)">.*?<span>(.*?)</span></p>', page, re.DOTALL)
    assert found, "the page states no sum"
    return found[1], html.unescape(found[2])


@pytest.mark.parametrize("metric", [metric.id for metric in EVERY])
def test_the_rows_add_up_to_the_figure_in_every_period_and_segment(visitor, model, metric):
    calendar = model.settings.calendar
    quarter = model.latest_period(Grain.QUARTER)
    scopes = [
        f"period={quarter.key}",
        f"period={calendar.before(quarter).key}",
        f"period={calendar.after(quarter).key}",
        f"period={model.latest_period(Grain.MONTH).key}",
        f"period={model.latest_period(Grain.YEAR).key}",
        f"period={quarter.start}..{quarter.end}",
    ]
    for dimension in model.dimensions(metric):
        scopes += [f"period={quarter.key}&{dimension.name}={v}" for v in dimension.values[:1]]
    for scope in scopes:
        page = visitor.get(f"/metrics/{metric}?{scope}").content.decode()
        tone, says = proof_of(page)
        shown = re.search(r'<p class="figure big">.*?class="number(?: none)?">(.*?)</span>', page)
        assert shown is not None
        if shown[1] == "\N{EN DASH}":
            assert tone == "flat", (scope, says)
        else:
            assert tone == "good", (scope, says)
            assert shown[1] in says, (scope, says)


@pytest.mark.parametrize("metric", [metric.id for metric in EVERY])
def test_the_parts_of_every_split_add_up_to_the_whole_and_open_onto_their_rows(
    visitor, model, metric
):
    quarter = model.latest_period(Grain.QUARTER)
    whole = model.metric(metric, quarter)
    page = visitor.get(f"/metrics/{metric}?period={quarter.key}").content.decode()
    pills = re.search(r'aria-label="Split by">(.*?)</nav>', page, re.DOTALL)
    assert pills is not None
    offered = re.findall(r"[?&]by=(\w+)", html.unescape(pills[1]))
    company = [dimension.name for dimension in model.dimensions(metric)]
    assert sorted(offered) == sorted([*company, *model.row_dimensions(metric)])
    for by in offered:
        parts = model.metric(metric, quarter, by=by).segments
        # A target stands at its own segment only: the company's whole is not split by it.
        if metric != "pipeline_coverage" or by != "segment":
            assert sum(part.records for part in parts) == whole.records, by
            for side in ("numerator", "denominator"):
                total = sum(getattr(part, side) for part in parts)
                assert total == getattr(whole, side), (by, side)
        split = visitor.get(f"/metrics/{metric}?period={quarter.key}&by={by}").content.decode()
        block = split[split.index('id="segments"') : split.index('id="levers-heading"')]
        rows = re.findall(
            r'<th scope="row"><a href="([^"]*)".*?<td class="num"><a [^>]*>(.*?)</a></td>', block
        )
        assert len(rows) == len(parts)
        if not rows:
            continue
        address, amount = rows[0]
        narrowed = visitor.get(html.unescape(address)).content.decode()
        tone, _ = proof_of(narrowed)
        assert tone == ("flat" if amount == "\N{EN DASH}" else "good"), (by, address)
        shown = re.search(
            r'<p class="figure big">.*?class="number(?: none)?">(.*?)</span>', narrowed
        )
        assert shown is not None
        assert html.unescape(amount).startswith(shown[1]), (by, address)


def test_the_dashboard_and_the_metrics_own_page_show_the_same_number(visitor):
    dashboard = visitor.get("/").content.decode()
    for metric in SHARED:
        tile = dashboard[dashboard.index(f'href="/metrics/{metric.id}#rows"') :]
        page = visitor.get(f"/metrics/{metric.id}").content.decode()
        number = r'class="number">(.*?)</span>'
        assert re.search(number, tile)[1] == re.search(number, page)[1]


@pytest.mark.parametrize("metric", [metric.id for metric in EVERY])
def test_the_csv_has_a_line_for_every_record_of_the_figure(visitor, model, metric):
    quarter = model.latest_period(Grain.QUARTER)
    answer = visitor.get(f"/metrics/{metric}/rows.csv?period={quarter.key}")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().split("\r\n")
    assert len(lines) - 1 == model.row_page(metric, quarter, limit=1).total


def test_every_link_leads_to_a_page(visitor, db):
    seen, waiting = {"/"}, deque(["/"])
    kinds: dict[str, int] = {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        if answer.streaming:
            assert b"".join(answer.streaming_content), address
            continue
        page = answer.content.decode()
        assert "Please report this" not in page, address
        for link in re.findall(r'href="(/[^"]*)"', page):
            target = html.unescape(link).partition("#")[0]
            if target.startswith("/static/") or target in seen:
                continue
            # A few of each kind: a crawl by breadth alone would only ever turn pages of filters.
            kind = re.sub(
                r"=[^&]*", "=", re.sub(r"(/(?:opportunities|accounts)/)[^?]*", r"\1", target)
            )
            if kinds.setdefault(kind, 0) >= 2:
                continue
            kinds[kind] += 1
            seen.add(target)
            waiting.append(target)
    assert len(seen) > 100
