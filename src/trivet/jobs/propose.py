"""Look at a folder of exports and propose a mapping, for a person to correct.

Files and columns are recognised by the names vendors give them (known_columns.toml). What was not
recognised is listed in a comment: a proposal that hides what it left out would be taken for done.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp, select

from trivet.errors import TrivetError
from trivet.numbers.sources.files.fingerprint import fingerprint
from trivet.numbers.sources.files.opening import open_export
from trivet.numbers.warehouse.tables import BY_NAME, TABLES, Kind, Table
from trivet.numbers.workspace.feed import ColumnRule, Feed
from trivet.numbers.workspace.progress import Progress, silent

EXPORTS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls", ".xlsb", ".ods")
VALUES_SHOWN = 40
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

MARKETING = (
    r"webinar|event|trade|conference|paid|\bads?\b|adwords|search|organic|content|web"
    r"|social|email|campaign|demo|google|facebook|linkedin|market|chat|direct"
)

MEANINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "motion": (
        ("renew", "renewal"),
        ("upgrade|upsell|expan|add-?on|cross|existing", "expansion"),
        ("new", "new_business"),
    ),
    "expansion_type": (
        ("seat|user|licen", "seat"),
        ("tier|plan|upgrade", "tier"),
        ("cross", "cross_sell"),
        ("usage|consum", "usage"),
        ("price", "price"),
        ("renewal|uplift", "renewal_uplift"),
    ),
    "touchpoint.kind": (
        ("demo", "demo_request"),
        ("form|submission|subscribe", "form"),
        ("attend|webinar", "event_attended"),
        ("regist", "event_registered"),
        ("download|content|whitepaper", "content"),
        ("reply|replied", "reply"),
        ("click", "email_clicked"),
        ("open", "email_opened"),
        ("sent|deliver", "email_sent"),
        ("visit|page|view", "page_visited"),
        ("ad", "ad_clicked"),
        ("chat", "chat"),
    ),
    "sales_activity.kind": (
        ("call", "call"),
        ("mail", "email"),
        ("meet|event|demo", "meeting"),
        ("task", "task"),
        ("note", "note"),
        ("message|sms|chat", "message"),
    ),
    "lifecycle_stage_history.stage": (
        ("marketing ?qualified|^mql$", "mql"),
        ("sales ?accepted|^sal$", "sal"),
        ("sales ?qualified|^sql$", "sql"),
        ("subscriber", "subscriber"),
        ("^lead$", "lead"),
        ("opportunity", "opportunity"),
        ("customer", "customer"),
        ("evangelist", "evangelist"),
        ("recycl", "recycled"),
        ("disqual|reject", "disqualified"),
    ),
    "function": (
        ("success|csm", "customer_success"),
        ("market", "marketing"),
        ("partner|alliance", "partner"),
        ("sale|sdr|bdr", "sales"),
    ),
    "lead_source": (
        ("partner|reseller", "partner"),
        ("success|health|renewal|upsell", "customer_success"),
        ("outbound|cold|sales|prospect|sdr|bdr", "sales"),
        (MARKETING, "marketing"),
    ),
    "outcome": (("won|closed-?won|success", "won"), ("lost|closed-?lost|dead|reject", "lost")),
}


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
class Proposal:
    """Everything a first `trivet.toml` needs to be looked over.

    stages         stage -> open, won or lost, in the order they were found
    lead_sources   lead source -> function, or None where nothing tells
    strangers      files that look like no table, and why
    """

    feeds: tuple[ProposedFeed, ...]
    stages: Mapping[str, str]
    lead_sources: Mapping[str, str | None]
    currency: str | None
    strangers: Mapping[str, str]


def propose(folder: Path, progress: Progress = silent) -> Proposal:
    """Look at every export below a folder."""
    feeds: list[ProposedFeed] = []
    strangers: dict[str, str] = {}
    stages: dict[str, str] = {}
    sources: dict[str, str | None] = {}
    currencies: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in EXPORTS):
        if not path.is_file() or any(part.startswith(".") for part in path.parts):
            continue
        progress(f"Looking at {path.name}")
        try:
            found = fingerprint(path)
            export = open_export(path, found, _any_feed(path))
        except TrivetError as wrong:
            strangers[str(path)] = wrong.happened
            continue
        match = _table_of(path, export.columns)
        if match is None:
            strangers[str(path)] = "its columns are those of no table: " + ", ".join(
                export.columns[:12]
            )
            continue
        table, columns, constants = match
        wanted = [c for name, c in columns.items() if _is_looked_at(table, name)]
        values = _values(path, export, wanted) if found.size <= LARGEST_READ else {}
        maps = {
            name: guessed
            for name, column in columns.items()
            if _is_closed(table, name) and (guessed := _guess(table, name, values.get(column, ())))
        }
        if table.name in ("opportunity", "opportunity_stage_history"):
            for stage in values.get(columns["stage"], ()):
                stages.setdefault(stage, _meaning("outcome", stage) or "open")
        if table.name == "opportunity" and "lead_source" in columns:
            for source in values.get(columns["lead_source"], ()):
                sources.setdefault(source, _meaning("lead_source", source))
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
    return Proposal(tuple(feeds), stages, sources, currency, strangers)


LEFT_ALONE = frozenset({"opportunity.probability"})
"""Columns whose unit cannot be told from their name: Salesforce's 40 is a share of 0.4."""

_LISTED = ("stage", "lead_source", "currency")
"""Columns whose values the proposal lists."""


def file_set(path: Path) -> Path:
    """Exports of the same object on different days are one feed."""
    return path.with_name(re.sub(r"\d{4}-\d{2}-\d{2}", "*", path.name))


def _any_feed(path: Path) -> Feed:
    return Feed(table="account", files=(str(path),), columns={"name": ColumnRule(constant="-")})


@cache
def _known() -> dict[str, Any]:
    text = Path(__file__).with_name("known_columns.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain(name: str) -> str:
    """A column's name without case, punctuation and the endings of custom fields."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"__g?c$", "", name.strip().casefold()))


Match = tuple[Table, dict[str, str], dict[str, str]]
"""A table, its columns by the export's, its columns by a constant."""


def _table_of(path: Path, headings: Sequence[str]) -> Match | None:
    """The table a file looks most like. Its name counts, but only its columns decide."""
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    stem = plain(re.sub(r"\d{4}-\d{2}-\d{2}", "", path.stem))
    best: tuple[float, Match] | None = None
    for name, known in _known().items():
        table = BY_NAME[name]
        columns: dict[str, str] = {}
        for column in table.columns:
            if f"{name}.{column.name}" in LEFT_ALONE:
                continue
            names = [*known["columns"].get(column.name, ()), plain(column.name)]
            found = next((by_plain[n] for n in names if n in by_plain), None)
            if found is not None and (found not in columns.values() or column.name == "name"):
                columns[column.name] = found
        telling = sum(1 for n in known["telling"] if n in by_plain)
        words = [word for word in known["files"] if word in stem]
        constants = {}
        if "kind" in table.required and "kind" not in columns and f"{name}.kind" in MEANINGS:
            kind = _meaning(f"{name}.kind", path.stem)
            constants = {"kind": kind} if kind else {}
        if any(column not in {**columns, **constants} for column in table.required):
            continue
        if not telling and not words:
            continue
        # The longest word decides: opportunityhistory before opportunity.
        score = len(columns) + 2 * telling + max(map(len, words), default=0)
        score += 20 if stem in {*words, *(f"{word}s" for word in words)} else 0
        if best is None or score > best[0]:
            best = (score, (table, columns, constants))
    return best[1] if best else None


def _is_closed(table: Table, column: str) -> bool:
    return bool(table.column(column).values)


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


def _meaning(of: str, value: str) -> str | None:
    for pattern, meaning in MEANINGS[of]:
        if re.search(pattern, value.casefold()):
            return meaning
    return None


def _guess(table: Table, column: str, values: Sequence[str]) -> dict[str, str]:
    of = next((k for k in (f"{table.name}.{column}", column) if k in MEANINGS), None)
    allowed = table.column(column).values
    found = {}
    for value in values:
        if value in allowed:
            continue
        meaning = _meaning(of, value) if of else None
        if meaning is None and plain(value) in {plain(a) for a in allowed}:
            meaning = next(a for a in allowed if plain(a) == plain(value))
        if meaning:
            found[value] = meaning
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
