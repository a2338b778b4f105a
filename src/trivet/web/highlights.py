"""What to look at first: what asks for somebody's attention, and is true of these figures.

A line says one of four things: a final figure is off its target; a share of counted records
changed by more than chance explains; something waits; the data is older than it should be. Whether
a figure is unusual is nothing that two periods can tell, so nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from trivet.agreements.documents.models import Proposal
from trivet.agreements.documents.queries import number_to_sign
from trivet.agreements.people.access import Standing
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.agreements.people.rules.seat import SEATS
from trivet.numbers.revenue_model.freshness import stale
from trivet.numbers.shared_metrics.figure import Status
from trivet.web import words
from trivet.web.scope import Scope
from trivet.web.tiles import Tile

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Highlight:
    """One line.

    weight   larger comes first
    tone     bad, warn, good or flat
    """

    weight: float
    title: str
    detail: str
    chip: str
    tone: str
    address: str


def highlights(scope: Scope, tiles: Sequence[Tile], standing: Standing) -> list[Highlight]:
    """The heaviest lines, at most five."""
    found = [
        *_of_data(scope),
        *_of_age(scope),
        *_of_agreements(standing),
        *_of_missing(scope, tiles),
        *_of_provisional(scope, tiles),
        *(line for tile in tiles for line in _of_figure(scope, tile)),
    ]
    return sorted(found, key=lambda line: -line.weight)[:SHOWN]


def _of_data(scope: Scope) -> Iterator[Highlight]:
    data = scope.answers.data()
    address = f"/data{scope.elsewhere}"
    if reason := data.get("stale_reason"):
        title = gettext("The last build was not published")
        yield Highlight(100, title, str(reason), gettext("Not current"), "bad", address)
    quarantine = data.get("quarantine")
    rows = quarantine.get("rows", 0) if isinstance(quarantine, Mapping) else 0
    if rows:
        title = ngettext(
            "%(count)s row waits in quarantine", "%(count)s rows wait in quarantine", rows
        )
        yield Highlight(
            0.4,
            title % {"count": f"{rows:,}"},
            gettext("They do not count in the table they were read for, until they are mended"),
            gettext("Waiting"),
            "flat",
            f"{address}#quarantine",
        )


def _of_age(scope: Scope) -> Iterator[Highlight]:
    """Sources that should have sent something newer by today.

    Whoever reads an older build, or what was known on a day, has not asked about today.
    """
    answers = scope.answers
    if scope.pinned or scope.counting.as_of is not None:
        return
    today = answers.model.today
    late = stale(answers.freshness(), today)
    if not late:
        return
    oldest = late[0]
    if len(late) == 1:
        title = gettext("%(source)s has sent nothing new") % {"source": words.spoken(oldest.source)}
    else:
        title = ngettext(
            "%(count)s source has sent nothing new", "%(count)s sources have sent nothing new",
            len(late),
        ) % {"count": len(late)}  # fmt: skip
    said = words.sentence(oldest.says(today))
    is_one_day = late[-1].newest_on == oldest.newest_on
    detail = _upper(said) if is_one_day else f"{words.spoken(oldest.source)}: {said}"
    # Nobody exports for the made-up company: it is said, and nobody is called.
    weight, tone = (0.2, "flat") if answers.model.is_made_up else (2.5, "warn")
    yield Highlight(weight, title, detail, gettext("Old data"), tone, f"/data{scope.elsewhere}")


def _of_agreements(standing: Standing) -> Iterator[Highlight]:
    if not standing.founded or not standing.may(Verb.SEE, Thing.DEFINITIONS):
        return
    seats = [seat for seat in standing.seats if SEATS[seat].signs]
    if mine := (number_to_sign(seats) if seats else 0):
        title = ngettext(
            "%(count)s agreement waits for your signature",
            "%(count)s agreements wait for your signature",
            mine,
        )
        detail = gettext("Read what it says, and sign or reject it")
        yield Highlight(
            2.2, title % {"count": mine}, detail, gettext("Waiting"), "warn", "/documents"
        )
    elif every := Proposal.objects.filter(outcome="").count():
        title = ngettext(
            "%(count)s agreement waits for signatures",
            "%(count)s agreements wait for signatures",
            every,
        )
        detail = gettext("What is in force holds until every seat has signed")
        yield Highlight(
            0.5, title % {"count": every}, detail, gettext("Waiting"), "flat", "/documents"
        )


def _of_missing(scope: Scope, tiles: Sequence[Tile]) -> Iterator[Highlight]:
    """What cannot be computed, with what it waits for."""
    for tile in tiles:
        if tile.figure.status == Status.NOT_COMPUTABLE:
            title = gettext("%(metric)s cannot be computed") % {"metric": tile.title}
            reason = words.sentence(tile.figure.reason)
            address = _page(scope, tile)
            yield Highlight(1.5, title, _upper(reason), gettext("Waiting"), "warn", address)


def _of_provisional(scope: Scope, tiles: Sequence[Tile]) -> Iterator[Highlight]:
    """What may still change by itself; figures that wait for the same thing stand on one line."""
    waiting: dict[str, list[Tile]] = {}
    for tile in tiles:
        if tile.figure.status is Status.PROVISIONAL and tile.figure.reason:
            waiting.setdefault(words.sentence(tile.figure.reason), []).append(tile)
    for reason, same in waiting.items():
        if len(same) == 1:
            title = gettext("%(metric)s is provisional") % {"metric": same[0].title}
        else:
            title = ngettext(
                "%(count)s figure is provisional", "%(count)s figures are provisional", len(same)
            ) % {"count": len(same)}
        address = _page(scope, same[0])
        yield Highlight(0.6, title, _upper(reason), gettext("Waiting"), "flat", address)


def _of_figure(scope: Scope, tile: Tile) -> Iterator[Highlight]:
    """A final figure that is off its target, or that moved by more than chance."""
    if not tile.computable or tile.figure.status is not Status.FINAL:
        return
    now = gettext("Now %(amount)s") % {"amount": str(tile.amount)}
    moved = (
        gettext("%(change)s against %(period)s")
        % {"change": tile.change.text, "period": tile.change.compared_with}
        if tile.change.arrow != "none"
        else ""
    )
    step = tile.step
    is_moved = step is not None and not step.low <= 0 <= step.high and bool(moved)
    sure = (
        gettext("95%% interval of the change: %(low)s to %(high)s points")
        % {"low": _points(step.low), "high": _points(step.high)}
        if step is not None and is_moved
        else ""
    )
    detail = " \N{MIDDLE DOT} ".join(part for part in (now, moved, sure) if part)
    address = _page(scope, tile)
    if tile.standing.tone == "off":
        title = f"{tile.title}: {_lower(tile.standing.text)}"
        weight = 3 + tile.standing.distance
        yield Highlight(weight, title, detail, gettext("Off target"), "bad", address)
    elif is_moved:
        is_worse = tile.change.tone == "bad"
        named = {"metric": tile.title}
        title = (
            gettext("%(metric)s fell by more than chance")
            if tile.change.arrow == "down"
            else gettext("%(metric)s rose by more than chance")
        )
        weight, tone = (2, "warn") if is_worse else (1, "good")
        yield Highlight(weight, title % named, detail, gettext("Change"), tone, address)


def _points(end: float) -> str:
    return words.decimal(Fraction(end) * 100, 1)


def _page(scope: Scope, tile: Tile) -> str:
    return f"/metrics/{tile.metric.id}{scope.query()}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
