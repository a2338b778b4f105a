"""What to look at first: the few things among today's figures that ask for somebody's attention.

Everything here is read off published figures and the state of the data; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trivet.web import words
from trivet.web.scope import Scope
from trivet.web.tiles import Tile

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Highlight:
    """One line.

    weight   larger comes first
    tone     bad, warn, good or flat
    is_evidence   it speaks of the rows a figure rests on
    """

    weight: float
    title: str
    detail: str
    chip: str
    tone: str
    address: str
    is_evidence: bool = False


def highlights(scope: Scope, tiles: Sequence[Tile]) -> list[Highlight]:
    """The heaviest lines, at most five."""
    found = list(_of_data(scope))
    for tile in tiles:
        found += _of_tile(scope, tile)
    said: set[str] = set()
    lines = []
    for line in sorted(found, key=lambda line: -line.weight):
        # Metrics that rest on the same rows carry the same flag: once is enough.
        if line.is_evidence and line.detail in said:
            continue
        said.add(line.detail)
        lines.append(line)
    return lines[:SHOWN]


def _of_data(scope: Scope) -> list[Highlight]:
    data = scope.answers.data()
    found = []
    address = f"/data{scope.query()}"
    if reason := data.get("stale_reason"):
        title = gettext("The last build was not published")
        found.append(Highlight(100, title, str(reason), gettext("Stale"), "bad", address))
    quarantine = data.get("quarantine")
    rows = quarantine.get("rows", 0) if isinstance(quarantine, Mapping) else 0
    if rows:
        waiting = ngettext(
            "%(count)s row waits in quarantine", "%(count)s rows wait in quarantine", rows
        )
        found.append(
            Highlight(
                0.4,
                waiting % {"count": f"{rows:,}"},
                gettext("They do not count in the table they were read for, until they are mended"),
                gettext("Data"),
                "flat",
                f"{address}#quarantine",
            )
        )
    return found


def _of_tile(scope: Scope, tile: Tile) -> list[Highlight]:
    address = f"/metrics/{tile.metric.id}{scope.query()}"
    named = {"metric": tile.title}
    found = []
    if not tile.computable:
        if tile.figure.status == "not_computable":
            title = gettext("%(metric)s cannot be computed") % named
            reason = words.sentence(tile.figure.reason)
            found.append(Highlight(1.5, title, reason, gettext("Missing"), "warn", address))
        return found
    now = gettext("Now %(amount)s") % {"amount": str(tile.amount)}
    moved = (
        gettext("%(change)s against %(period)s")
        % {"change": tile.change.text, "period": tile.change.compared_with}
        if tile.change.arrow != "none"
        else ""
    )
    detail = " \N{MIDDLE DOT} ".join(part for part in (now, moved) if part)
    falling = _worse_in_a_row(tile)
    if tile.standing.tone == "off":
        weight = 3 + tile.standing.distance + (1 if tile.change.tone == "bad" else 0)
        title = f"{tile.title}: {_lower(tile.standing.text)}"
        found.append(Highlight(weight, title, detail, gettext("Off target"), "bad", address))
    elif falling >= 2:
        title = gettext("%(metric)s worse %(number)s periods in a row") % {
            **named,
            "number": falling,
        }
        found.append(Highlight(2 + falling / 10, title, detail, gettext("Trend"), "warn", address))
    elif tile.change.tone == "bad":
        size = abs(float(tile.change.size)) / (abs(float(tile.figure.value or 0)) or 1.0)
        title = gettext("%(metric)s got worse") % named
        found.append(Highlight(1 + size, title, detail, gettext("Change"), "warn", address))
    flagged = max(tile.figure.flags, key=lambda flag: flag.records, default=None)
    if flagged is not None and flagged.records * 10 >= tile.figure.records > 0:
        share = min(1.0, flagged.records / tile.figure.records)
        title = f"{tile.title}: {words.records(flagged.records)}"
        says = words.sentence(flagged.says)
        found.append(
            Highlight(
                0.5 + share / 2,
                title,
                says[:1].upper() + says[1:],
                gettext("Evidence"),
                "flat",
                address,
                is_evidence=True,
            )
        )
    return found


def _worse_in_a_row(tile: Tile) -> int:
    values = [figure.value for figure in tile.series if figure.status == "final"]
    run = 0
    for before, now in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if before is None or now is None or (now >= before) == tile.rises or now == before:
            break
        run += 1
    return run


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
