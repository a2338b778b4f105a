"""What to look at first: the few things among today's figures that ask for somebody's attention.

Everything here is read off published figures and the state of the data; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trivet.web import words
from trivet.web.scope import Scope
from trivet.web.tiles import Tile

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Notable:
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


def notable(scope: Scope, tiles: Sequence[Tile]) -> list[Notable]:
    """The heaviest lines, at most five."""
    found = list(_of_data(scope))
    for tile in tiles:
        found += _of_tile(scope, tile)
    said: set[str] = set()
    lines = []
    for line in sorted(found, key=lambda line: -line.weight):
        # Metrics that rest on the same rows carry the same flag: once is enough.
        if line.chip == "Evidence" and line.detail in said:
            continue
        said.add(line.detail)
        lines.append(line)
    return lines[:SHOWN]


def _of_data(scope: Scope) -> list[Notable]:
    data = scope.answers.data()
    found = []
    address = f"/data{scope.query()}"
    if reason := data.get("stale_reason"):
        found.append(
            Notable(100, "The last build was not published", str(reason), "Stale", "bad", address)
        )
    quarantine = data.get("quarantine")
    rows = quarantine.get("rows", 0) if isinstance(quarantine, Mapping) else 0
    if rows:
        verb = "waits" if rows == 1 else "wait"
        found.append(
            Notable(
                0.4,
                f"{words.count(rows, 'row')} {verb} in quarantine",
                "Left out of every figure until they are mended at the source",
                "Data",
                "flat",
                f"{address}#quarantine",
            )
        )
    return found


def _of_tile(scope: Scope, tile: Tile) -> list[Notable]:
    address = f"/metrics/{tile.metric.id}{scope.query()}"
    found = []
    if not tile.computable:
        if tile.figure.status == "not_computable":
            found.append(
                Notable(
                    1.5,
                    f"{tile.title} cannot be computed",
                    tile.figure.reason,
                    "Missing",
                    "warn",
                    address,
                )
            )
        return found
    moved = (
        f"{tile.change.text} against {tile.change.compared_with}"
        if tile.change.arrow != "none"
        else ""
    )
    falling = _worse_in_a_row(tile)
    if tile.standing.tone == "off":
        weight = 3 + tile.standing.distance + (1 if tile.change.tone == "bad" else 0)
        detail = " \N{MIDDLE DOT} ".join(part for part in (f"Now {tile.amount}", moved) if part)
        found.append(
            Notable(
                weight,
                f"{tile.title}: {_lower(tile.standing.text)}",
                detail,
                "Off target",
                "bad",
                address,
            )
        )
    elif falling >= 2:
        found.append(
            Notable(
                2 + falling / 10,
                f"{tile.title} worse {falling} periods in a row",
                f"Now {tile.amount} \N{MIDDLE DOT} {moved}",
                "Trend",
                "warn",
                address,
            )
        )
    elif tile.change.tone == "bad":
        size = abs(float(tile.change.size)) / (abs(float(tile.figure.value or 0)) or 1.0)
        found.append(
            Notable(
                1 + size,
                f"{tile.title} got worse",
                f"Now {tile.amount} \N{MIDDLE DOT} {moved}",
                "Change",
                "warn",
                address,
            )
        )
    flagged = max(tile.figure.flags, key=lambda flag: flag.records, default=None)
    if flagged is not None and flagged.records * 10 >= tile.figure.records > 0:
        share = min(1.0, flagged.records / tile.figure.records)
        some = words.count(flagged.records, "record")
        says = flagged.says[:1].upper() + flagged.says[1:]
        found.append(
            Notable(0.5 + share / 2, f"{tile.title}: {some}", says, "Evidence", "flat", address)
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
