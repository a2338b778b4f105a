"""SQL files of one folder, in the order their own text asks for.

Nobody writes the order down: each file is parsed, what it creates and what it reads is found,
and a file runs after the files that create what it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file of SQL and what it has to do with tables.

    statements   its statements as they are written, in order
    creates      tables and views it makes
    adds_to      tables it inserts into or updates, made elsewhere
    reads        tables it reads that it does not make itself
    Names carry their schema, except tables of `main`.
    """

    path: Path
    statements: tuple[str, ...]
    creates: frozenset[str]
    adds_to: frozenset[str]
    reads: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.stem


def _table_name(table: exp.Table) -> str:
    schema = table.db.lower()
    name = table.name.lower()
    return f"{schema}.{name}" if schema and schema != "main" else name


def _written(statement: exp.Expr) -> exp.Table | None:
    """The table a statement creates, inserts into, updates or deletes from."""
    if not isinstance(statement, exp.Create | exp.Insert | exp.Update | exp.Delete):
        return None
    target = statement.this
    if isinstance(target, exp.Schema):
        target = target.this
    return target if isinstance(target, exp.Table) else None


def _read(statement: exp.Expr, written: exp.Table | None) -> set[str]:
    own_rows = {cte.alias_or_name.lower() for cte in statement.find_all(exp.CTE)}
    found = (table for table in statement.find_all(exp.Table) if table is not written)
    names = {_table_name(table) for table in found if isinstance(table.this, exp.Identifier)}
    return names - own_rows


def _split(text: str) -> tuple[str, ...]:
    """The statements of a file, as they are written: what runs is what was reviewed."""
    tokens = sqlglot.tokenize(text, read="duckdb")
    ends = [token.end for token in tokens if token.token_type is sqlglot.TokenType.SEMICOLON]
    starts = [0, *(end + 1 for end in ends)]
    parts = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return tuple(part for part in parts if sqlglot.tokenize(part, read="duckdb"))


@cache
def read_sql_file(path: Path) -> SqlFile:
    """Parse one file, once a process.

    Raises   sqlglot.errors.ParseError if it is not DuckDB SQL
    """
    creates: set[str] = set()
    adds_to: set[str] = set()
    reads: set[str] = set()
    statements = _split(path.read_text(encoding="utf-8"))
    for text in statements:
        statement = sqlglot.parse_one(text, read="duckdb")
        written = _written(statement)
        if written is not None:
            (creates if isinstance(statement, exp.Create) else adds_to).add(_table_name(written))
        reads |= _read(statement, written)
    return SqlFile(
        path,
        statements,
        frozenset(creates),
        frozenset(adds_to - creates),
        frozenset(reads - creates),
    )


def in_order(files: Iterable[SqlFile]) -> tuple[SqlFile, ...]:
    """The files, each after those that make what it reads; otherwise by name.

    A reader of a table also comes after every file that adds rows to it.
    Raises   ValueError if files need one another in a circle, or two make the same table
    """
    by_name = {file.name: file for file in sorted(files, key=lambda file: file.name)}
    makers: dict[str, str] = {}
    for file in by_name.values():
        for table in sorted(file.creates):
            if table in makers:
                raise ValueError(f"{table} is made by {makers[table]}.sql and {file.name}.sql")
            makers[table] = file.name
    needs: dict[str, set[str]] = {}
    for file in by_name.values():
        touched = file.reads | file.adds_to
        needed = {makers[table] for table in touched if table in makers}
        needed |= {o.name for o in by_name.values() if o.adds_to & (file.reads - file.adds_to)}
        needs[file.name] = needed - {file.name}
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as circle:
        raise ValueError(f"SQL files need each other: {' -> '.join(circle.args[1])}") from circle
    ordered: list[SqlFile] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [by_name[name] for name in ready]
        sorter.done(*ready)
    return tuple(ordered)


@cache
def sql_folder(folder: Path) -> tuple[SqlFile, ...]:
    """The `.sql` files of one folder in dependency order."""
    return in_order(read_sql_file(path) for path in sorted(folder.glob("*.sql")))


def run_folder(
    connection: DuckDBPyConnection, folder: Path, parameters: Mapping[str, object] | None = None
) -> None:
    """Run every file of a folder in dependency order.

    parameters   values for the `$name`s; each statement is given those it names
    """
    for file in sql_folder(folder):
        for statement in file.statements:
            run_statement(connection, statement, parameters or {})


def run_statement(
    connection: DuckDBPyConnection, statement: str, parameters: Mapping[str, object]
) -> None:
    """Run one statement with the parameters it names; DuckDB refuses any it does not."""
    named = _parameters(statement)
    given = {name: value for name, value in parameters.items() if name in named}
    connection.execute(statement, given or None)


@cache
def _parameters(statement: str) -> frozenset[str]:
    tokens = sqlglot.tokenize(statement, read="duckdb")
    pairs = pairwise(tokens)
    return frozenset(
        after.text for token, after in pairs if token.token_type is sqlglot.TokenType.PARAMETER
    )
