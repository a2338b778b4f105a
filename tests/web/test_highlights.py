"""What to look at says what is true of the figures, and nothing that two periods cannot tell."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.web.norvik import Norvik
from tests.web.signed_in import as_
from trivet.numbers.revenue_model.freshness import Freshness
from trivet.numbers.shared_metrics.figure import Status
from trivet.web import highlights

Q3, Q2 = "2026-Q3", "2026-Q2"


class Told(Norvik):
    """A build whose figures of two quarters are given: (found, of) by metric and period."""

    def __init__(self):
        super().__init__()
        self.counts = {}
        self.status = {}

    def _figure(self, metric_id, period, where):
        figure = super()._figure(metric_id, period, where)
        found = self.counts.get((metric_id, period.key))
        if found is None:
            return figure
        return replace(
            figure, value=Fraction(*found), numerator=Fraction(found[0]),
            denominator=Fraction(found[1]), records=found[1], interval=None, reason="",
            status=self.status.get((metric_id, period.key), Status.FINAL),
        )  # fmt: skip


@pytest.fixture(autouse=True)
def every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that heavier ones would leave no room for."""
    monkeypatch.setattr(highlights, "SHOWN", 50)


def shown(client, norvik, model) -> list[tuple[str, str, str]]:
    """Title, detail and chip of each line."""
    norvik._open = lambda *_: model
    norvik._kept.clear()
    page = client.get(f"/?period={Q3}").content.decode()
    block = page[page.index('id="look-heading"') : page.index('aria-label="Companion metrics"')]
    lines = re.findall(
        r'<li><a href="[^"]*"><span class="what"><b>(.*?)</b><span>(.*?)</span></span>'
        r'<span class="chip \w+">(.*?)</span>',
        block,
    )
    assert block.count("<li>") == len(lines)
    return lines


def of_win_rate(lines):
    return [line for line in lines if line[0].startswith("Win rate")]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        # 40 % to 25 % of a hundred each: the interval of the change is -27 to -2 points.
        ((40, 100), (25, 100), "Win rate, marketing-sourced fell by more than chance"),
        ((25, 100), (40, 100), "Win rate, marketing-sourced rose by more than chance"),
        # 30 % to 25 %: -17 to +7 points.
        ((30, 100), (25, 100), ""),
        # Ten points among twenty records are nothing.
        ((8, 20), (6, 20), ""),
    ],
)
def test_a_share_changed_only_if_the_interval_of_the_change_leaves_out_none(
    client, norvik, before, now, said
):
    model = Told()
    model.counts = {("win_rate", Q2): before, ("win_rate", Q3): now}
    titles = [
        title for title, _, chip in of_win_rate(shown(client, norvik, model)) if chip == "Change"
    ]
    assert titles == ([said] if said else [])


def test_a_change_by_more_than_chance_brings_its_interval(client, norvik):
    model = Told()
    model.counts = {("win_rate", Q2): (40, 100), ("win_rate", Q3): (25, 100)}
    [(_, detail, _)] = of_win_rate(shown(client, norvik, model))
    assert detail == (
        "Now 25.0% · −15.0 pts against Q2 2026 · 95% interval of the change: −27.3 to −2.0 points"
    )


def test_a_kept_share_of_few_records_shows_its_interval_on_the_dashboard(client, norvik):
    """What was measured while the build was made brings no interval along."""
    model = Told()
    model.counts = {("win_rate", Q3): (3, 5)}
    shown(client, norvik, model)
    assert "23.1–88.2%" in client.get(f"/?period={Q3}").content.decode()


def test_a_figure_without_an_interval_is_never_said_to_have_changed(client, norvik):
    """Money and days: two periods do not tell what is usual."""
    lines = shown(client, norvik, Norvik())
    assert not [line for line in lines if "chance" in line[0] and "Win rate" not in line[0]
                and "MQL" not in line[0] and "Follow-up" not in line[0]]  # fmt: skip
    assert not [line for line in lines if "in a row" in line[0] or "got worse" in line[0]]


def test_only_a_final_figure_is_off_target(client, norvik):
    model = Told()
    model.counts = {("win_rate", Q2): (10, 100), ("win_rate", Q3): (10, 100)}
    [(title, _, chip)] = of_win_rate(shown(client, norvik, model))
    assert (title, chip) == (
        "Win rate, marketing-sourced: below target, at least 24%", "Off target",
    )  # fmt: skip
    model.status = {("win_rate", Q3): Status.PROVISIONAL}
    assert [chip for _, _, chip in of_win_rate(shown(client, norvik, model))] != ["Off target"]


def test_figures_that_wait_for_the_same_thing_are_one_line(client, norvik):
    norvik._open = lambda *_: Norvik()
    page = client.get("/?period=2026-Q4").content.decode()
    assert len(re.findall(r"<b>\d+ figures are provisional</b>", page)) == 1


DAILY = "{}he newest export is of 2026-10-13; today is {}; one usually comes every day"


@pytest.mark.parametrize(
    ("today", "title", "detail"),
    [
        (date(2026, 10, 16), None, None),
        # The CRM's export is of the 14th, the others are of the 13th; each comes every day.
        (date(2026, 10, 17), "2 sources have sent nothing new", "T"),
        (date(2026, 10, 24), "3 sources have sent nothing new", "Customer success: t"),
    ],
)
def test_old_exports_are_said_once_with_both_days(client, norvik, today, title, detail):
    """Exports ten days old raised nothing."""
    model = Norvik()
    model.today = today
    found = [line[:2] for line in shown(client, norvik, model) if line[2] == "Old data"]
    assert found == ([(title, DAILY.format(detail, today))] if title else [])
    data = client.get("/data").content.decode()
    assert data.count('<p class="late">') == sum(f.is_stale(today) for f in model.freshness)


def test_an_older_build_is_not_held_to_today(client, norvik):
    model = Norvik()
    model.today = date(2027, 3, 1)
    norvik._open = lambda *_: model
    pinned = "build=b20261014T050000-4c1d"
    assert "has sent nothing new" not in client.get(f"/?{pinned}").content.decode()
    assert '<p class="late">' not in client.get(f"/data?{pinned}").content.decode()


def test_in_the_made_up_company_old_exports_are_no_alarm(client, norvik):
    """Nobody will ever export anything newer for it: said last, and in no colour."""

    class Demo(Norvik):
        today = date(2027, 3, 1)
        is_made_up = True
        freshness = (Freshness("crm", date(2026, 11, 20), None),)

        def data(self):
            return {**super().data(), "quarantine": {"rows": 0, "by_rule": []}}

    lines = shown(client, norvik, Demo())
    page = client.get(f"/?period={Q3}").content.decode()
    told = [at for at, line in enumerate(lines) if line[2] == "Old data"]
    assert told in ([], [len(lines) - 1])
    assert '<span class="chip warn">Old data</span>' not in page


def test_what_waits_for_ones_own_signature_is_said_to_who_signs(people, norvik):
    from datetime import UTC, datetime

    from trivet.agreements.documents.actions.begin_drafts import begin_drafts

    norvik._open = lambda *_: Norvik()
    begin_drafts(by=people.admin, now=datetime.now(UTC))
    assert "agreements wait for your signature" in as_(people.cmo).get("/").content.decode()
    other = as_(people.admin).get("/").content.decode()
    assert "wait for your signature" not in other
