"""What a page was asked for: period, dimensions and build, all of it in the address."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from trivet.agreements.people.access import standing_of
from trivet.errors import AddressUnclear, DimensionUnknown, PeriodUnknown, RecordUnknown
from trivet.numbers.shared_metrics.metric import ROW_DIMENSIONS
from trivet.numbers.shared_metrics.registry import METRICS, metric_named
from trivet.numbers.shared_metrics.scope.value import read_value, written_value
from trivet.numbers.workspace.part import nearest
from trivet.vocabulary.period import FiscalCalendar, Grain, Period
from trivet.vocabulary.quoted import quoted
from trivet.vocabulary.whole_number import read_whole
from trivet.web import published, words
from trivet.web.answers import Answers
from trivet.web.closed import closed_books, no_books
from trivet.web.counting import Counted, Counting, read_counting

GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)

RESERVED = frozenset(
    {
        "period", "grain", "build", "agreed", "counted", "books", "metric", "by", "q", "sort",
        "page",
    }
)  # fmt: skip
"""Parameters with a meaning of their own; a dimension of that name is asked for as `in-<name>`."""

OF_OTHERS = re.compile(r"utm_\w+|(?:gcl|fbcl|msclk|mc_c|mc_e)id|_hs\w+", re.ASCII)
"""What mail and advertising programs hang on an address: it asks for nothing here."""

FIRST_DIMENSIONS = ("segment", "region")


def parameter(dimension: str) -> str:
    """The name a dimension has in the address."""
    return f"in-{dimension}" if dimension in RESERVED else dimension


@dataclass(frozen=True, slots=True)
class Choice:
    """A dimension, the values a reader may pick, and the one picked ('' for all).

    values   (value, how a person says it)
    """

    name: str
    parameter: str
    title: str
    values: tuple[tuple[str, str], ...]
    picked: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One page's question, without which metric it is about.

    pinned   the build was named in the address: a permalink
    own      dimensions that only the rows of this page's metric carry, such as `outcome`
    metric   of the page, where it is about one
    """

    answers: Counted
    period: Period
    where: Mapping[str, str]
    pinned: bool
    asked_period: bool
    own: tuple[str, ...] = ()
    metric: str = ""

    @property
    def calendar(self) -> FiscalCalendar:
        return self.answers.model.settings.calendar

    @property
    def counting(self) -> Counting:
        return self.answers.counting

    @property
    def before(self) -> Period:
        return self.calendar.before(self.period)

    @property
    def after(self) -> Period:
        return self.calendar.after(self.period)

    @property
    def has_after(self) -> bool:
        """There is data for some of the next period, or would be if it had been loaded."""
        known = max((at.date() for at in self.answers.data_as_of.values()), default=date.max)
        return self.after.start <= known

    def back(self, count: int) -> list[Period]:
        """The last `count` periods, the asked one at the end."""
        periods = [self.period]
        while len(periods) < count:
            earlier = self.calendar.before(periods[0])
            if earlier.start.year < 1980:
                break
            periods.insert(0, earlier)
        return periods

    def at_grain(self, grain: Grain) -> Period:
        """The period of another length that ends where this one does."""
        last = self.period.end - timedelta(days=1)
        found = self.calendar.containing(last, grain)
        # The latest complete one when the wanted end is not complete, so that changing the
        # length does not by itself turn every number provisional.
        latest = self.answers.latest_period(grain)
        return min(found, latest, key=lambda p: p.start) if found.end > latest.end else found

    def parameters(self, **changes: str | None) -> dict[str, str]:
        """The address's parameters with these changes; None takes one away."""
        found: dict[str, str] = {}
        if self.asked_period or self.pinned:
            found["period"] = self.period.key
        found.update({parameter(name): written_value(of) for name, of in self.where.items()})
        if self.pinned:
            found["build"] = self.answers.build
            found["agreed"] = self.answers.agreed
            found["books"] = str(self.answers.books.newest)
        if self.counting.text:
            found["counted"] = self.counting.text
        for name, value in changes.items():
            if value is None:
                found.pop(name, None)
            else:
                found[name] = value
        return found

    def query(self, **changes: str | None) -> str:
        """`?period=2026-Q1&segment=Enterprise`, or an empty text."""
        found = self.parameters(**changes)
        return f"?{urlencode(found)}" if found else ""

    @property
    def elsewhere(self) -> str:
        """The query for another page: what only this metric's rows carry stays behind."""
        return self.query(**{parameter(name): None for name in self.own})

    def filtered(self, dimension: str, picked: str) -> str:
        """The query that narrows to one value of a dimension; "" is *not filled in*."""
        return self.query(**{parameter(dimension): written_value(picked)})

    def choices(self) -> list[Choice]:
        """Every dimension of the build, segment and region first; then the metric's own picked."""
        known = sorted(
            self.answers.dimensions(self.metric),
            key=lambda d: (
                FIRST_DIMENSIONS.index(d.name) if d.name in FIRST_DIMENSIONS else 9,
                d.title,
            ),
        )
        found = []
        for dimension in known:
            picked = self.where.get(dimension.name)
            values = dimension.values
            if picked is not None and picked not in values:
                values = (picked, *values)
            if values:
                title = words.sentence(dimension.title)
                found.append(self._choice(dimension.name, title, values, picked))
        found += [
            self._choice(name, words.dimension(name), (self.where[name],), self.where[name])
            for name in self.own
            if name in self.where
        ]
        return found

    @staticmethod
    def _choice(name: str, title: str, values: Sequence[str], picked: str | None) -> Choice:
        said = tuple(
            (
                written_value(each),
                words.dimension_value(name, each)
                if each
                else gettext("%(dimension)s: not filled in") % {"dimension": title},
            )
            for each in values
        )
        chosen = "" if picked is None else written_value(picked)
        return Choice(name, parameter(name), title, said, chosen)

    def splits(self) -> list[tuple[str, str]]:
        """What this page's metric can be split by: (name, title)."""
        chosen = [(choice.name, choice.title) for choice in self.choices()]
        own = [(name, words.dimension(name)) for name in self.own]
        return list(dict([*chosen, *own]).items())

    def narrowed_to(self) -> list[str]:
        """The values picked, as a person says them."""
        titles = dict(self.splits())
        return [
            words.dimension_value(name, picked)
            if picked
            else gettext("%(dimension)s not filled in") % {"dimension": titles.get(name, name)}
            for name, picked in self.where.items()
        ]


def counted(request: HttpRequest, answers: Answers) -> Counted:
    """The build's answers, counted the way the address says; officially if it says nothing.

    Raises   CountingUnknown, RecordUnknown for an edition of the books that cannot be
    """
    # A permalink names the newest edition too: what was corrected since must not change it.
    until = request.GET.get("books", "").strip()
    up_to = read_whole(until) if until else None
    if until and up_to is None:
        raise RecordUnknown(
            "There is no edition %(text)s of the closed books.",
            remedy="Leave `books` out of the address to see the newest.",
            text=quoted(until),
        )
    # Nobody can have signed, so nothing can be closed, before somebody is there.
    books = closed_books(up_to) if standing_of(request).founded else no_books()
    text = request.GET.get("counted", "").strip()
    return Counted(answers, read_counting(text, answers.model.as_of_on), books)


def asked(request: HttpRequest, metric_id: str = "") -> Scope:
    """Read a page's question from its address.

    metric_id   the metric the page is about: what its own rows carry narrows it too
    Raises      PeriodUnknown, NothingPublished, RecordUnknown for a build that is not kept,
                MetricUnknown, CountingUnknown, DimensionUnknown, DimensionValueUnknown
                AddressUnclear for a parameter that nothing reads: its figure would be of more
    """
    wanted = request.GET
    build = wanted.get("build", "").strip()
    # A permalink names the definitions too: what was signed since must not change what it shows.
    agreed = wanted.get("agreed", "").strip() if "agreed" in wanted else None
    answers = counted(request, published.builds().answers(build, agreed))
    own = answers.row_dimensions(metric_id) if metric_id else ()
    known = {
        parameter(name): name
        for name in (*(dimension.name for dimension in answers.dimensions()), *own)
    }
    _all_read(wanted, known)
    period_text = wanted.get("period", "").strip()
    grain_text = wanted.get("grain", "").strip()
    if period_text:
        period = answers.model.period(period_text)
    else:
        period = answers.latest_period(_grain(grain_text) if grain_text else Grain.QUARTER)
    given = {
        name: read_value(text)
        for asked_as, name in known.items()
        if (text := wanted.get(asked_as, "").strip())
    }
    where = answers.model.check_scope(given, metric_id)
    return Scope(
        answers, period, where, bool(build), bool(period_text or grain_text), own, metric_id
    )


def _grain(text: str) -> Grain:
    if text in GRAINS:
        return Grain(text)
    raise PeriodUnknown(
        "There is no length of period %(text)s.",
        remedy="Choose one of %(known)s.",
        near=nearest(text, GRAINS),
        text=repr(text),
        known=", ".join(GRAINS),
    )


def _all_read(wanted: QueryDict, known: Mapping[str, str]) -> None:
    """Refuse what nothing reads: left out, the page would show a figure that was not asked for."""
    for name in wanted:
        if len({text.strip() for text in wanted.getlist(name)}) > 1:
            raise AddressUnclear(
                "The address says %(name)s more than once, each time otherwise.",
                remedy="Keep one of them.",
                name=repr(name),
            )
        if name in known or name in RESERVED or OF_OTHERS.fullmatch(name):
            continue
        if name in ROW_DIMENSIONS:
            raise DimensionUnknown(
                "Only some metrics have rows with %(name)s, and this page is not of one of them.",
                remedy="Take it out of the address, or ask one of %(metrics)s.",
                name=repr(name),
                metrics=", ".join(
                    metric for metric in METRICS if name in metric_named(metric).row_dimensions
                ),
            )
        every = sorted({*known, *RESERVED})
        raise AddressUnclear(
            "The address asks for %(name)s, which this page does not know.",
            remedy="Take it out, or use one of %(known)s.",
            near=nearest(name[:80], every),
            name=reprlib.repr(name),
            known=", ".join(every),
        )
