"""Whether a build has the tables this code reads.

`shape.txt` lists every column of a build's own tables, `opportunity.name varchar`; a test holds it
to a real build. A build that lacks one of them was made by another version of Trivet. One that has
more is read all the same: what is there is what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import trivet
from trivet.errors import BuildOfAnotherVersion

MEANING = "1"
"""Raised when a column of the same name and type comes to mean something else."""

LISTING = Path(__file__).with_name("shape.txt")
NAMED = 3
FIGURE = "figure"
"""The one table that may be absent: a build made without its figures measures when it is asked."""

COLUMNS = """
    select table_name || '.' || column_name as name, lower(data_type) as type
    from duckdb_columns()
    where database_name = current_database() and schema_name = 'main' and not internal
    order by name
"""
INFO = "select key, value from main.build_info where key in ('meaning', 'trivet_version')"

Ask = Callable[[str], Iterable[tuple[str, str]]]
"""Runs a query of two text columns on the build."""


@cache
def listed() -> Mapping[str, str]:
    """Type by `table.column`, as this code makes and reads them."""
    lines = LISTING.read_text("utf-8").splitlines()
    return {name: kind for name, _, kind in (line.partition(" ") for line in lines)}


def differs(ask: Ask) -> str:
    """What about a build's tables is not as this code reads them; empty when all is."""
    there = dict(ask(COLUMNS))
    tables = {name.partition(".")[0] for name in there}
    absent = [name for name in listed() if name not in there]
    if FIGURE not in tables:
        absent = [name for name in absent if not name.startswith(f"{FIGURE}.")]
    # A table that is not there at all is named once, and before the columns.
    wrong = sorted({t for name in absent if (t := name.partition(".")[0]) not in tables})
    wrong += [name for name in absent if name.partition(".")[0] in tables]
    wrong += [
        f"{name} as {kind}" for name, kind in listed().items() if there.get(name, kind) != kind
    ]
    if wrong:
        more = f" and {len(wrong) - NAMED:,} more" if len(wrong) > NAMED else ""
        return f"it has no {', '.join(wrong[:NAMED])}{more}"
    told = dict(ask(INFO)).get("meaning")
    if told != MEANING:
        return f"its tables have the meaning {told or 'of before 1'}, and {MEANING} is read here"
    return ""


def check_shape(ask: Ask, build: str, *, is_published: bool = True) -> None:
    """Let a build through that this code can read.

    is_published   False for an earlier build that is still kept: no run makes it again
    Raises         BuildOfAnotherVersion
    """
    found = differs(ask)
    if not found:
        return
    made_by = dict(ask(INFO)).get("trivet_version", "")
    raise BuildOfAnotherVersion(
        "The build %(build)s was made by another version of Trivet (%(made_by)s; this is"
        " %(here)s): %(why)s."
        if made_by != trivet.__version__
        else "The build %(build)s was made by another version of Trivet: %(why)s.",
        remedy="Run `trivet run`: it makes the build again from landing, nothing is loaded again."
        if is_published
        else "Ask the published build instead; an earlier one is read by the Trivet that made it.",
        build=build,
        made_by=made_by,
        here=trivet.__version__,
        why=found,
    )
