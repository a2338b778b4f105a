"""The published build, when a new one may start from it instead of from nothing.

It may when the same settings, code and DuckDB made it: then a table whose loads, and whose
tables below, are the same is the same. `kept` holds, in every build, what the next one asks of
it besides its tables:

    kept.load               source, table_name, load_id, made (hash of what staging made of it)
    kept.renamed            identity.renamed
    kept.unpriced_currency  setting.unpriced_currency
    kept.currency           setting.currency
    kept.touch_tail         rows of `touch` that are not in its order
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import sqlglot.expressions as exp
from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.code_hash import hash_of_code
from trivet.numbers.warehouse.publish import published_or_none
from trivet.numbers.workspace.workspace import Workspace

SCRATCH = "scratch"
"""The catalog, in memory and beside the build, of what is not worth keeping in its file."""

EARLIER = "earlier"
"""The catalog of the earlier build, attached read-only."""

_SCHEMAS = ("part", "staged", "setting", "latest", "identity", "numbered")

_ASKED = ("settings", "code", "duckdb_version")


KEPT_STAGED = {
    "load": "select source, table_name, load_id, made from staged.load",
}
KEPT_CANONICAL = {
    "renamed": "select * from identity.renamed",
    "collision": "select * from main.quarantine where rule = 'id_collision'",
    "unpriced_currency": "select * from setting.unpriced_currency",
    "currency": "select * from setting.currency",
}


def keep(connection: DuckDBPyConnection, told: Mapping[str, str]) -> None:
    """Keep tables for the next build: the name of each, and the query that gives its rows."""
    # Where names are looked up, the scratch catalog comes first; a warehouse by hand has none.
    place = "build.kept" if _is_attached(connection, SCRATCH) else "kept"
    connection.execute(f"create schema if not exists {place}")
    for name, query in told.items():
        connection.execute(f"create or replace table {place}.{name} as {query}")


def earlier_build(workspace: Workspace) -> Path | None:
    """The file of the published build if a new one may start from it, else None."""
    found = published_or_none(workspace.builds)
    if found is None:
        return None
    path = found.path(workspace.builds)
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            told = dict(connection.execute("select key, value from main.build_info").fetchall())
            connection.execute("select made from kept.load limit 1")
    except duckdb.Error:
        # Written by another release, or damaged: a full build needs neither.
        return None
    now = {
        "settings": workspace.settings.hash,
        "code": hash_of_code(),
        "duckdb_version": duckdb.__version__,
    }
    return path if all(told.get(name) == now[name] for name in _ASKED) else None


def copy_of(earlier: Path, working: Path) -> None:
    """The working file as a copy of the earlier build: an eighth of the time of its tables."""
    shutil.copyfile(earlier, working)
    working.chmod(0o600)


def lay_out(connection: DuckDBPyConnection, earlier: Path | None) -> None:
    """Attach the scratch catalog, and the earlier build if there is one, beside the build.

    A name without a catalog is looked up in `part` first, so that a file of SQL can be run on
    some of a table's rows, then in the build.
    """
    connection.execute(f"attach ':memory:' as {SCRATCH}")
    for schema in _SCHEMAS:
        connection.execute(f"create schema {SCRATCH}.{schema}")
    if earlier is not None:
        place = exp.Literal.string(str(earlier)).sql("duckdb")
        connection.execute(f"attach {place} as {EARLIER} (read_only)")
        connection.execute("drop table build.main.quarantine")
    places = [f"{SCRATCH}.{schema}" for schema in _SCHEMAS]
    places.insert(places.index(f"{SCRATCH}.part") + 1, "build.main")
    connection.execute(f"set search_path = '{','.join(places)}'")


def leave(connection: DuckDBPyConnection) -> None:
    """Detach both; what the build holds is all that is left."""
    connection.execute("use build")
    connection.execute(f"detach {SCRATCH}")
    if has_earlier(connection):
        connection.execute(f"detach {EARLIER}")


def has_earlier(connection: DuckDBPyConnection) -> bool:
    """True if this connection's build started from an earlier one."""
    return _is_attached(connection, EARLIER)


def _is_attached(connection: DuckDBPyConnection, name: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from duckdb_databases() where database_name = $name", {"name": name}
        ).fetchall()
    )
