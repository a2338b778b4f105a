"""Which table a file is, by its name and its columns as vendors name them (known_columns.toml).

A file of people that is taken for none costs a line in `trivet.toml`. A list of links that is taken
for people costs figures: each link becomes a person. So a record needs an id of its own kind, and
something that is said about it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from trivet.jobs.meanings import MEANINGS, meaning
from trivet.numbers.warehouse.tables import BY_NAME, Kind, Table

RECORDS = ("account", "contact", "crm_user", "crm_campaign", "opportunity")
"""Tables of which one row is one record that others name."""

ANYBODYS_ID = frozenset({"id", "recordid", "hsobjectid", "gsid", "externalid"})
"""Ids that any kind of record may have: whose they are, the file has to say."""

HISTORIES = frozenset({"history", "histories", "audit", "log", "changes"})
CHANGED_VALUE = frozenset({"value", "newvalue", "oldvalue"})
CHANGED_AT = frozenset({"timestamp", "changedat", "createddate", "occurredat"})

SAYS_NOTHING = frozenset(
    {"data", "dataset", "export", "exports", "extract", "report", "all", "seed"}
)
"""Words at the end of a file's name that do not say what is in it."""

LEFT_ALONE = frozenset({"opportunity.probability"})
"""Columns whose unit cannot be told from their name: Salesforce's 40 is a share of 0.4."""

PREFIX = re.compile(r"^property_+(?=.)", re.IGNORECASE)
"""What tools that copy HubSpot put before its properties."""

COLUMNS_OF_A_LINK = 8
"""A table with more says something of its own."""

SHORT = 5
"""A word shorter than this must stand alone in a file's name: `rep` is in `report`."""


class Why(StrEnum):
    """Why a file is no table, and so what to do about it."""

    UNREADABLE = "unreadable"
    LINK = "link"
    HISTORY = "history"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Match:
    """The table a file is.

    columns     canonical column -> export's column
    constants   canonical column -> text, where the file's name says it
    """

    table: Table
    columns: Mapping[str, str]
    constants: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileName:
    """What a file's name says.

    parts      its words, alone and together: `deal_contact` has deal, contact and dealcontact
    last       those of the parts that end it: what is in it is a contact
    whole      all of it
    """

    parts: frozenset[str]
    last: frozenset[str]
    whole: str

    @classmethod
    def of(cls, path: Path) -> FileName:
        stem = re.sub(r"\d{4}-?\d{2}-?\d{2}", "", path.stem)
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)
        words = [word for word in re.split(r"[^a-z0-9]+", spaced.casefold()) if word]
        while len(words) > 1 and (words[-1] in SAYS_NOTHING or words[-1].isdigit()):
            words.pop()
        parts = {
            "".join(words[start:end]): end == len(words)
            for start in range(len(words))
            for end in range(start + 1, len(words) + 1)
        }
        last = frozenset(part for part, is_last in parts.items() if is_last)
        return cls(frozenset(parts), last, "".join(words))

    def has(self, word: str) -> bool:
        return (len(word) >= SHORT and word in self.whole) or any(
            form in self.parts for form in _forms(word)
        )

    def ends_with(self, word: str) -> bool:
        return any(form in self.last for form in _forms(word))

    @property
    def is_history(self) -> bool:
        return any(self.has(word) for word in HISTORIES - {"log"}) or "log" in self.parts


def _forms(word: str) -> tuple[str, ...]:
    return word, f"{word}s"


def plain(name: str) -> str:
    """A column's name without case, punctuation and the endings of custom fields."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"__g?c$", "", name.strip().casefold()))


def by_plain(headings: Sequence[str]) -> dict[str, str]:
    """The columns by their plain names, with and without what a copying tool put before them.

    A property is prefixed where others are too: `property_id` alone is an id of a property.
    """
    prefixed = [heading for heading in headings if PREFIX.match(heading)]
    bare = {plain(PREFIX.sub("", heading)): heading for heading in reversed(prefixed)}
    own = {plain(heading): heading for heading in reversed(headings)}
    return (bare if len(prefixed) > 1 else {}) | own


@cache
def _known() -> dict[str, Any]:
    text = Path(__file__).with_name("known_columns.toml").read_text("utf-8")
    return tomllib.loads(text)


def recognise(path: Path, headings: Sequence[str]) -> Match | Why:
    """The table a file looks most like, or why it looks like none."""
    named, columns = FileName.of(path), by_plain(headings)
    best: tuple[float, Match] | None = None
    for name in _known():
        found = _looks_like(name, named, columns, path)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else _why_none(named, columns)


def _looks_like(
    name: str, named: FileName, headings: Mapping[str, str], path: Path
) -> tuple[float, Match] | None:
    known, table = _known()[name], BY_NAME[name]
    columns: dict[str, str] = {}
    for column in table.columns:
        if f"{name}.{column.name}" in LEFT_ALONE:
            continue
        names = [*known["columns"].get(column.name, ()), plain(column.name)]
        found = next((headings[n] for n in names if n in headings), None)
        if found is not None and (found not in columns.values() or column.name == "name"):
            columns[column.name] = found
    telling = sum(1 for n in known["telling"] if n in headings)
    words = [word for word in known["files"] if named.has(word)]
    constants = {}
    if "kind" in table.required and "kind" not in columns and f"{name}.kind" in MEANINGS:
        kind = meaning(f"{name}.kind", path.stem)
        constants = {"kind": kind} if kind else {}
    if any(column not in {**columns, **constants} for column in table.required):
        return None
    if not telling and not words:
        return None
    if name in RECORDS and not _is_record(table, columns, named, telling):
        return None
    # The longest word decides: opportunityhistory before opportunity.
    score = len(columns) + 2 * telling + max(map(len, words), default=0)
    score += 20 if any(named.whole in _forms(word) for word in words) else 0
    return score, Match(table, columns, constants)


def _is_record(table: Table, columns: Mapping[str, str], named: FileName, telling: int) -> bool:
    """Whether a row is one such record: no link between records, no line of a history."""
    said = [
        name
        for name in columns
        if table.column(name).kind is not Kind.ID and name not in ("created_at", "currency")
    ]
    if named.is_history or not said:
        return False
    [key] = table.key
    if plain(PREFIX.sub("", columns[key])) not in ANYBODYS_ID:
        return True
    own = _known()[table.name]["files"]
    if any(named.ends_with(word) for word in own):
        return True
    others = _words_of(name for name in _known() if name != table.name)
    return telling > 1 and not any(named.has(word) for word in others)


def _words_of(tables: Iterable[str]) -> set[str]:
    return {word for name in tables for word in _known()[name]["files"]}


def _why_none(named: FileName, headings: Mapping[str, str]) -> Why:
    if named.is_history or (CHANGED_VALUE & headings.keys() and CHANGED_AT & headings.keys()):
        return Why.HISTORY
    keys = {key for name in RECORDS for key in _known()[name]["columns"][BY_NAME[name].key[0]]}
    ids = [name for name in headings if name.endswith("id")]
    own = [name for name in ids if name in ANYBODYS_ID]
    others = [name for name in ids if name in keys - ANYBODYS_ID or name.endswith("dealid")]
    is_link = len(ids) > 1 and others and not own and len(headings) <= COLUMNS_OF_A_LINK
    return Why.LINK if is_link else Why.UNKNOWN
