"""A closed figure is official on every page; what counts otherwise since is one click away."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.agreements.books.small_books import NOW
from tests.agreements.books.test_closing import METRIC, april, quarter, reopened
from tests.web.closed_company import Shown, text
from tests.web.signed_in import as_
from trivet.agreements.books.actions.correct import approve, propose_correction
from trivet.agreements.books.models import frozen_figure
from trivet.agreements.books.queries import closed_book
from trivet.numbers.ledger.frozen import Frozen
from trivet.web import closed

__all__ = ["april", "reopened"]


@pytest.fixture
def shown(people, tmp_path, settings, april, reopened, norvik):
    """The first quarter's win rate is closed as 2 of 4; today it is 2 of 3: W4 was reopened."""
    found = Shown(tmp_path, settings)
    found.books.close(april, METRIC, "2026-Q1")
    found.books.compare(reopened)
    found.show(reopened)
    return found


def test_the_page_shows_the_frozen_figure_and_todays_is_one_click_away(shown, people):
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q1")
    assert '<span class="number">50.0</span>' in page
    assert "Closed <time" in page
    assert "Recomputed today: 66.7%" in page
    assert "1 record counts otherwise" in page
    assert 'href="/metrics/win_rate?period=2026-Q1&amp;counted=today"' in page
    today = text(client, "/metrics/win_rate?period=2026-Q1&counted=today")
    assert '<span class="number">66.7</span>' in today
    assert "Go to the official figures" in today


def test_the_dashboard_the_rows_and_the_file_are_the_frozen_ones(shown, people):
    client = as_(people.cro)
    tiles = text(client, "/?period=2026-Q1&metric=win_rate")
    assert "Recomputed today: 66.7%" in tiles
    assert tiles.count("Closed <time") == 1
    assert "Opportunities by source, counted today" in tiles
    page = text(client, "/metrics/win_rate?period=2026-Q1")
    assert 'href="/opportunities/W4?' in page
    assert "Sum over the 4 rows: 2 ÷ 4 = 50.0%, the figure." in page
    file = text(client, "/metrics/win_rate/rows.csv?period=2026-Q1")
    assert len(file.strip().splitlines()) == 1 + 4
    today = text(client, "/metrics/win_rate/rows.csv?period=2026-Q1&counted=today")
    assert len(today.strip().splitlines()) == 1 + 3
    assert "W4" not in today


def test_the_trend_holds_the_official_point_and_every_link_carries_the_way_of_counting(
    shown, people
):
    client = as_(people.cro)
    official = text(client, "/metrics/win_rate?period=2026-Q2")
    assert 'Q1 2026</a></th><td class="num">50.0%</td>' in official
    today = text(client, "/metrics/win_rate?period=2026-Q2&counted=today")
    assert 'Q1 2026</a></th><td class="num">66.7%</td>' in today
    for address in re.findall(r'href="(/metrics/[^"#]*|/\?[^"#]*)"', today):
        is_back = address == "/metrics/win_rate?period=2026-Q2"
        assert "counted=today" in address or is_back, address


def test_what_was_known_on_a_day_is_asked_in_the_address_or_the_form(shown, people):
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q1&counted=2026-04-08")
    assert '<span class="number">50.0</span>' in page
    assert "what was known on" in page
    later = text(client, "/metrics/win_rate?period=2026-Q1&counted=2026-07-01")
    assert '<span class="number">66.7</span>' in later
    assert 'type="date" name="counted"' in later
    assert 'value="2026-07-01"' in later


@pytest.mark.parametrize("way", ["yesterday", "2026-13-01", "20260501", "2031-01-01"])
def test_no_other_way_of_counting_is_guessed(shown, people, way):
    assert "No such way to count" in text(
        as_(people.cro), f"/metrics/win_rate?period=2026-Q1&counted={way}", status=400
    )


def test_the_parts_of_a_closed_period_add_up_to_its_official_figure(shown, people):
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q1&by=segment")
    assert re.search(r">SMB</a></th><td class=\"num\"><a[^>]*>50.0%</a>", page)
    part = text(client, "/metrics/win_rate?period=2026-Q1&segment=SMB")
    assert '<span class="number">50.0</span>' in part
    assert "Sum over the 4 rows" in part
    lost = text(client, "/metrics/win_rate?period=2026-Q1&outcome=lost")
    assert '<span class="number">0.0</span>' in lost


def test_a_book_without_the_dimension_says_so_and_is_not_mixed_with_todays_parts(
    shown, people, monkeypatch
):
    bare = Frozen._bare
    whole = closed.frozen

    def without(book):
        found = whole(book)
        return replace(found, table=bare(found, found.table))

    monkeypatch.setattr("trivet.web.counting.frozen", without)
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q1&by=segment")
    assert "This book was frozen without this dimension" in page
    assert "counted=today&amp;by=segment#segments" in page
    part = text(client, "/metrics/win_rate?period=2026-Q1&segment=SMB")
    assert "This book was frozen without this dimension" in part
    assert "Count it today" in part


def test_a_permalink_shows_what_was_official_when_it_was_made(shown, people, reopened):
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q1")
    [link] = re.findall(r'href="([^"]*build=[^"]*)"', page)
    link = link.replace("&amp;", "&")
    correction = propose_correction(
        book=closed_book(METRIC, quarter(reopened)), recount=shown.books.recount(reopened),
        folder=shown.books.folder, why="W4 was never lost", by=people.admin, now=NOW,
    )  # fmt: skip
    for person, seat in ((people.cmo, "cmo"), (people.vp_cs, "vp_cs")):
        approve(
            correction=correction, seat=seat, shown_rows=correction.rows_file, by=person, now=NOW
        )
    assert '<span class="number">66.7</span>' in text(client, "/metrics/win_rate?period=2026-Q1")
    assert '<span class="number">50.0</span>' in text(client, link)


def test_a_new_definition_never_rewrites_a_closed_book_and_the_seam_is_drawn(
    shown, people, reopened
):
    shown.show(reopened, win_rate={"sourced": "all"})
    client = as_(people.cro)
    page = text(client, "/metrics/win_rate?period=2026-Q2")
    assert 'Q1 2026</a></th><td class="num">50.0%</td>' in page
    assert "From Q2 2026 on it is counted under v2" in page
    assert "another definition before, not compared" in page
    drawing = page[page.index('class="drawing') : page.index("<figcaption>")]
    assert "v2" in drawing
    first = text(client, "/metrics/win_rate?period=2026-Q1")
    assert "Agreed v1" in first
    # Counted today it is counted under the book's own definition: 2 of 3, as its ledger says.
    assert "Recomputed today: 66.7%" in first


def test_each_figure_is_called_by_the_definition_it_was_counted_under(shown, people, reopened):
    """Closed as marketing's, and agreed since as that of all sources."""
    shown.show(reopened, win_rate={"sourced": "all"})
    client = as_(people.cro)
    for closed_page in ("/metrics/win_rate?period=2026-Q1", "/books/win_rate/2026-Q1"):
        page = text(client, closed_page)
        assert re.search(r"<h1>Win rate, marketing-sourced[,<]", page), closed_page
    assert "<h1>Win rate, all sources</h1>" in text(client, "/metrics/win_rate?period=2026-Q2")
    assert ">Win rate, all sources</a></h2>" in text(client, "/?period=2026-Q2")
    assert ">Win rate, marketing-sourced</a></h2>" in text(client, "/?period=2026-Q1")
    assert "Win rate, all sources" in text(client, "/data")


def test_without_books_a_page_asks_nothing_but_whether_there_are_any(
    people, tmp_path, settings, reopened, norvik
):
    Shown(tmp_path, settings).show(reopened)
    client = as_(people.cro)
    text(client, "/metrics/win_rate?period=2026-Q1")
    with CaptureQueriesContext(connection) as asked:
        page = text(client, "/metrics/win_rate?period=2026-Q1")
    assert len([q for q in asked if "books_" in q["sql"]]) == 1
    assert "Closed <time" not in page


LACKS = "This book was closed before what is counted beside a figure was frozen too"


def test_a_closed_period_has_the_companions_it_had_when_it_was_closed(shown, people):
    page = text(as_(people.cro), "/metrics/win_rate?period=2026-Q1")
    assert "<dt>Created-cohort win rate</dt>" in page
    [amount] = re.findall(r"<dt>By amount</dt><dd>([^<]*)</dd>", page)
    today = text(as_(people.cro), "/metrics/win_rate?period=2026-Q1&counted=today")
    [otherwise] = re.findall(r"<dt>By amount</dt><dd>([^<]*)</dd>", today)
    assert amount != otherwise
    for found in (page, today):
        assert LACKS not in found
        assert "frozen for the whole company only" not in found


def test_a_book_closed_before_they_were_frozen_says_that_it_has_no_more(
    people, tmp_path, settings, april, reopened, norvik, monkeypatch
):
    monkeypatch.setattr(frozen_figure, "_companions_text", lambda _: "")
    found = Shown(tmp_path, settings)
    found.books.close(april, METRIC, "2026-Q1")
    found.show(reopened)
    page = text(as_(people.cro), "/metrics/win_rate?period=2026-Q1")
    assert LACKS in page
    assert "Created-cohort win rate" not in page
    assert 'href="/metrics/win_rate?period=2026-Q1&amp;counted=today">Count it today</a>' in page
