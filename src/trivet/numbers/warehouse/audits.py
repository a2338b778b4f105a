"""Invariants a build must hold before it may answer: each a query that returns what breaks it.

An audit is a file of `sql/audits`. Its first line, a comment, says what holds; its rows are the
records for which it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.errors import AuditFailed

SQL = Path(__file__).parent / "sql" / "audits"

ROWS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Audit:
    """One invariant.

    says   the sentence that holds
    sql    a query that returns the rows for which it does not
    """

    name: str
    says: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that is broken, how many rows break it, and the first of them."""

    audit: Audit
    rows: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        shown = "; ".join(self.examples)
        more = (
            f" and {self.rows - len(self.examples)} more" if self.rows > len(self.examples) else ""
        )
        return f"{self.audit.says} Not so for {shown}{more}."


@cache
def audits() -> tuple[Audit, ...]:
    """Every audit, by name."""
    found = []
    for path in sorted(SQL.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        says = text.partition("\n")[0].removeprefix("--").strip()
        found.append(Audit(path.stem, says, text))
    return tuple(found)


def findings(connection: DuckDBPyConnection) -> list[Finding]:
    """What is broken; nothing, if all is well."""
    found = []
    for audit in audits():
        cursor = connection.execute(audit.sql)
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchmany(ROWS_SHOWN)
        if rows:
            count = len(rows)
            while batch := cursor.fetchmany(10_000):
                count += len(batch)
            examples = tuple(
                ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
                for row in rows
            )
            found.append(Finding(audit, count, examples))
    return found


def audit(connection: DuckDBPyConnection) -> None:
    """Let a build pass.

    Raises   AuditFailed with every broken invariant and its first rows
    """
    broken = findings(connection)
    if broken:
        names = ", ".join(found.audit.name for found in broken)
        raise AuditFailed(
            f"The build broke {len(broken)} of {len(audits())} audits ({names}): "
            + " ".join(str(found) for found in broken),
            remedy="The build before it still answers. Correct the rows named here in the export"
            " or its mapping, or report this if they are right.",
        )
