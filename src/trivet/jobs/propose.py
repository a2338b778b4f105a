"""Look at a folder of exports and propose a mapping, for a person to correct.

Files and columns are recognised by the names vendors give them (known_columns.toml). What was not
recognised is listed in a comment: a proposal that hides what it left out would be taken for done.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp, select

from trivet.errors import TrivetError
from trivet.jobs.meanings import MEANINGS, meaning
from trivet.jobs.recognise import Match, Why, plain, recognise
from trivet.numbers.sources.files.file_set import files_below
from trivet.numbers.sources.files.fingerprint import fingerprint
from trivet.numbers.sources.files.opening import open_export
from trivet.numbers.warehouse.tables import TABLES, Kind, Table
from trivet.numbers.workspace.feed import ColumnRule, Feed
from trivet.numbers.workspace.progress import Progress, silent

EXPORTS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls", ".xlsb", ".ods")
VALUES_SHOWN = 40
COLUMNS_SHOWN = 12
LARGEST_READ = 200 * 2**20
"""A file larger than this is proposed by its headings alone."""

SYSTEMS = (
    ("crm", ("crm", "salesforce", "sfdc", "dynamics", "pipedrive")),
    ("marketing_automation", ("map", "marketing", "hubspot", "marketo", "pardot", "eloqua")),
    ("customer_success", ("cs", "success", "gainsight", "totango", "churnzero", "vitally")),
    ("billing", ("billing", "stripe", "chargebee", "zuora", "recurly", "finance", "erp")),
)
HOME = {
    "opportunity": "crm",
    "campaign_membership": "crm",
    "touchpoint": "marketing_automation",
    "lifecycle_stage_history": "marketing_automation",
    "health_score": "customer_success",
    "expansion_signal": "customer_success",
    "subscription": "customer_success",
    "invoice_line": "billing",
}
"""The system a table usually comes from, when a file's folder does not say."""


@dataclass(frozen=True, slots=True)
class ProposedFeed:
    """A file, the table it looks like, and which of its columns are which.

    columns       canonical column -> export's column
    constants     canonical column -> text, where the file's name says it
    values        canonical column -> export's value -> canonical value, where a closed set is held
    unread        the export's columns that are mapped to nothing
    date_formats  how its dates are written, where that is not ISO 8601
    """

    path: Path
    table: Table
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unread: tuple[str, ...]
    system: str
    date_formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stranger:
    """A file that looks like no table.

    says   what is wrong with one that cannot be read, else its first columns
    """

    path: Path
    why: Why
    says: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything a first `trivet.toml` needs to be looked over.

    stages         stage -> open, won or lost, in the order they were found
    lead_sources   lead source -> function, or None where nothing tells
    strangers      files that look like no table
    """

    feeds: tuple[ProposedFeed, ...]
    stages: Mapping[str, str]
    lead_sources: Mapping[str, str | None]
    currency: str | None
    strangers: tuple[Stranger, ...]


def propose(folder: Path, progress: Progress = silent) -> Proposal:
    """Look at every export below a folder. Raises as `files_below`."""
    feeds: list[ProposedFeed] = []
    strangers: list[Stranger] = []
    stages: dict[str, str] = {}
    sources: dict[str, str | None] = {}
    currencies: list[str] = []
    for path in (p for p in files_below(folder) if p.suffix.lower() in EXPORTS):
        progress(f"Looking at {path.name}")
        try:
            found = fingerprint(path)
            export = open_export(path, found, _any_feed(path))
        except TrivetError as wrong:
            strangers.append(Stranger(path, Why.UNREADABLE, wrong.happened))
            continue
        match = recognise(path, export.columns)
        if not isinstance(match, Match):
            strangers.append(Stranger(path, match, ", ".join(export.columns[:COLUMNS_SHOWN])))
            continue
        table, columns, constants = match.table, match.columns, match.constants
        wanted = [c for name, c in columns.items() if _is_looked_at(table, name)]
        values = _values(path, export, wanted) if found.size <= LARGEST_READ else {}
        maps = {
            name: guessed
            for name, column in columns.items()
            if _is_closed(table, name) and (guessed := _guess(table, name, values.get(column, ())))
        }
        if table.name in ("opportunity", "opportunity_stage_history"):
            for stage in values.get(columns["stage"], ()):
                stages.setdefault(stage, meaning("outcome", stage) or "open")
        if table.name == "opportunity" and "lead_source" in columns:
            for source in values.get(columns["lead_source"], ()):
                sources.setdefault(source, meaning("lead_source", source))
        if table.name == "opportunity" and "currency" in columns:
            currencies += values.get(columns["currency"], ())
        read = set(columns.values())
        feeds.append(
            ProposedFeed(
                path,
                table,
                columns,
                constants,
                maps,
                tuple(c for c in export.columns if c not in read),
                _system(path, folder, table.name),
                _date_formats(values.get(c, ()) for n, c in columns.items() if _is_date(table, n)),
            )
        )
    feeds = list({file_set(feed.path): feed for feed in feeds}.values())
    order = [table.name for table in TABLES]
    feeds.sort(key=lambda feed: (feed.system != "crm", feed.system, order.index(feed.table.name)))
    # Values come the most frequent first.
    currency = next((c for c in currencies if re.fullmatch("[A-Z]{3}", c)), None)
    return Proposal(tuple(feeds), stages, sources, currency, tuple(strangers))


_LISTED = ("stage", "lead_source", "currency")
"""Columns whose values the proposal lists."""


def file_set(path: Path) -> Path:
    """Exports of the same object on different days are one feed."""
    return path.with_name(re.sub(r"\d{4}-\d{2}-\d{2}", "*", path.name))


def _any_feed(path: Path) -> Feed:
    return Feed(table="account", files=(str(path),), columns={"name": ColumnRule(constant="-")})


def _is_closed(table: Table, column: str) -> bool:
    return bool(table.column(column).values) or f"{table.name}.{column}" in MEANINGS


def _is_date(table: Table, column: str) -> bool:
    return table.column(column).kind in (Kind.INSTANT, Kind.DAY)


def _is_looked_at(table: Table, column: str) -> bool:
    return _is_closed(table, column) or _is_date(table, column) or column in _LISTED


_NOT_ISO = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-]\d{4}( \d{1,2}:\d{2})?(:\d{2})?")


def _date_formats(columns: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """How dates are written, where it is not ISO 8601. 3/4/2026 is March 4 only if some other
    date of the file has a day over 12 in that place; with points the day comes first.
    """
    found: dict[str, None] = {}
    seen = [m for values in columns for value in values if (m := _NOT_ISO.fullmatch(value))]
    for match in seen:
        separator = match[2]
        others = [m for m in seen if m[2] == separator]
        day_first = separator == "." or any(int(m[1]) > 12 for m in others)
        order = ["%d", "%m", "%Y"] if day_first else ["%m", "%d", "%Y"]
        clock = (" %H:%M" if match[4] else "") + (":%S" if match[5] else "")
        found[separator.join(order) + clock] = None
    return tuple(found)


def _values(path: Path, export: Any, columns: Iterable[str]) -> dict[str, list[str]]:
    """The values of some columns, the most frequent first."""
    wanted = list(dict.fromkeys(columns))
    if not wanted:
        return {}
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        rows = Path(scratch) / "rows.parquet"
        export.write(rows, lambda _: None)
        found = {}
        for column in wanted:
            quoted = exp.column(exp.to_identifier(column, quoted=True))
            query = (
                select(quoted.copy())
                .from_(exp.func("read_parquet", exp.Placeholder(this="rows")))
                .group_by(quoted.copy())
                .order_by("count(*) desc", quoted.copy())
                .limit(VALUES_SHOWN)
            )
            answer = connection.execute(query.sql("duckdb"), {"rows": str(rows)}).fetchall()
            found[column] = [str(row[0]).strip() for row in answer if row[0] and row[0].strip()]
        return found


def _guess(table: Table, column: str, values: Sequence[str]) -> dict[str, str]:
    of = next((k for k in (f"{table.name}.{column}", column) if k in MEANINGS), None)
    allowed = table.column(column).values
    found = {}
    for value in values:
        if value in allowed:
            continue
        means = meaning(of, value) if of else None
        if means is None and plain(value) in {plain(a) for a in allowed}:
            means = next(a for a in allowed if plain(a) == plain(value))
        if means:
            found[value] = means
    return found


def _system(path: Path, folder: Path, table: str) -> str:
    words = {
        word
        for part in path.relative_to(folder).parts
        for word in re.split(r"[^a-z0-9]+", part.casefold())
    } | {plain(folder.name)}
    for system, names in SYSTEMS:
        if words & set(names):
            return system
    return HOME.get(table, "crm")
