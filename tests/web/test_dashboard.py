"""The dashboard: five figures that are the build's own, each opening onto its rows."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tests.web.norvik import Norvik
from trivet.vocabulary.period import Grain
from trivet.web import words
from trivet.web.metrics_shown import COMPANIONS, SHARED


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("metric", SHARED, ids=lambda metric: metric.id)
def test_a_tile_shows_the_figure_of_the_latest_complete_quarter_and_links_to_its_rows(
    client, metric
):
    model = Norvik()
    figure = model.metric(metric.id, model.latest_period(Grain.QUARTER))
    shown = words.amount(figure.value, figure.unit, "USD")
    page = client.get("/").content.decode()
    assert f'<span class="number">{shown.number}</span>' in page
    assert f'href="/metrics/{metric.id}#rows"' in page


def test_the_period_and_the_filters_of_the_address_reach_every_link(client):
    page = client.get("/?period=2026-Q1&segment=Enterprise&region=EMEA").content.decode()
    assert "Q1 2026" in page
    for metric in SHARED + COMPANIONS:
        assert f"/metrics/{metric.id}?period=2026-Q1&amp;region=EMEA&amp;segment=Enterprise" in page


def test_choosing_a_tile_changes_the_trend_and_says_which_is_chosen(client):
    page = client.get("/?metric=time_to_close").content.decode()
    assert re.search(r'href="/\?metric=time_to_close" aria-current="true"', page)
    assert re.search(r'id="trend-heading"><a href="/metrics/time_to_close"', page)


def test_a_change_is_good_or_bad_by_the_metric_and_not_by_its_direction():
    model = Norvik()
    now, before = (model.metric("time_to_close", p) for p in ("2026-Q3", "2026-Q2"))
    change = words.change(now, before, rises=False, currency="USD")
    assert (change.arrow, change.tone) == (
        ("up", "bad") if now.value > before.value else ("down", "good")
    )


def test_a_period_that_is_not_over_is_not_compared_with_a_whole_one(client):
    page = text_of(client.get("/?period=2026-Q4"))
    assert "to date, not compared" in page
    assert "Provisional" in page


def test_a_missing_number_is_a_reason_and_never_a_zero(client):
    page = text_of(client.get("/?period=2019-Q1"))
    assert "There are no rows in the period" in page
    assert "0.0 %" not in page


def test_every_figure_says_that_nobody_has_agreed_to_it_yet(client):
    assert text_of(client.get("/")).count("not yet agreed") >= 5


def test_what_to_look_at_names_only_figures_that_are_off_target_or_got_worse(client):
    page = client.get("/").content.decode()
    block = page[page.index('id="look-heading"') : page.index('aria-label="Companion metrics"')]
    assert 0 < block.count("<li>") <= 5
    assert "Expansion pipeline: below target" in block


def test_a_build_that_was_not_published_is_said_above_everything(client, norvik):
    norvik._open = lambda _, build: Norvik(stale_reason="I2 failed: movements do not tie.")
    page = text_of(client.get("/"))
    assert "from the last good build" in page
    assert "I2 failed: movements do not tie." in page


def test_a_change_too_small_to_be_seen_is_no_change():
    model = Norvik()
    now = model.metric("win_rate", "2026-Q3")
    same = words.change(now, now, rises=True, currency="USD")
    assert same.text == "no change"
    assert words.decimal(Fraction(-1, 3), 1) == "−0.3"
