"""How old what a source sent is, measured by how often it sends: one rule for every door.

The day it is measured on is the caller's: a build knows the days of its exports, not today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from statistics import median_low

from trivet.numbers.shared_metrics.asked import local_day
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.workspace.settings import Settings
from trivet.sentence import Sentence

RHYTHM_OF = 12
"""The newest exports, so many, tell how often a source sends."""

FEWEST_GAPS = 2
LEAST_DAYS = 3
"""A weekend and a day: what is sent every working day is not late on Monday."""

WITHOUT_RHYTHM = 8
"""A week and a day, where there are too few exports to tell."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a source last sent, and how long that may be ago.

    newest_on     the company's day of its newest export
    usual_days    the middle of the gaps between its exports; None where there are too few
    """

    source: str
    newest_on: date
    usual_days: int | None

    @property
    def allowed_days(self) -> int:
        """Twice the usual gap and at least three days; eight where no gap is known."""
        if self.usual_days is None:
            return WITHOUT_RHYTHM
        return max(LEAST_DAYS, 2 * self.usual_days)

    def age_days(self, today: date) -> int:
        return (today - self.newest_on).days

    def is_stale(self, today: date) -> bool:
        """Whether a newer export should be there by now."""
        return self.age_days(today) > self.allowed_days

    def says(self, today: date) -> Sentence:
        """`the newest export is of 2026-11-16; today is 2026-11-26`, and how often one comes."""
        newest = Sentence(
            "the newest export is of %(newest)s; today is %(today)s",
            {"newest": self.newest_on, "today": today},
        )
        if self.usual_days is None:
            return newest
        rhythm = Sentence.counted(
            "one usually comes every day",
            "one usually comes every %(number)s days",
            max(1, self.usual_days),
        )
        return Sentence("%(newest)s; %(rhythm)s", {"newest": newest, "rhythm": rhythm})


def freshness_of(source: str, newest_on: date, export_days: Iterable[date]) -> Freshness:
    """The rhythm of a source from the days on which its exports were made."""
    recent = sorted(set(export_days))[-RHYTHM_OF:]
    gaps = [(later - earlier).days for earlier, later in pairwise(recent)]
    return Freshness(source, newest_on, median_low(gaps) if len(gaps) >= FEWEST_GAPS else None)


def freshness(engine: Engine, settings: Settings) -> tuple[Freshness, ...]:
    """Every source that said when it was exported, in their order."""
    rows = engine.rows(
        "select source, data_as_of, exported_on from source_fact"
        " where data_as_of is not null order by source"
    ).to_pylist()
    newest: dict[str, datetime] = {}
    days: dict[str, list[date]] = {}
    for row in rows:
        source = str(row["source"])
        newest[source] = max(newest.get(source, row["data_as_of"]), row["data_as_of"])
        days.setdefault(source, []).extend(row["exported_on"] or [])
    return tuple(
        freshness_of(source, local_day(settings, at), days[source]) for source, at in newest.items()
    )


def stale(found: Sequence[Freshness], today: date) -> list[Freshness]:
    """The sources that should have sent something newer, the oldest first."""
    late = [each for each in found if each.is_stale(today)]
    return sorted(late, key=lambda each: (each.newest_on, each.source))


def told(late: Sequence[Freshness], today: date) -> list[str]:
    """A sentence for the sources that are late alike: `crm, billing: the newest export is ...`."""
    alike: dict[tuple[date, int | None], list[Freshness]] = {}
    for each in late:
        alike.setdefault((each.newest_on, each.usual_days), []).append(each)
    return [
        f"{', '.join(each.source for each in same)}: {same[0].says(today)}"
        for same in alike.values()
    ]
