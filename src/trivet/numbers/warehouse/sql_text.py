"""One query in a file: its text, the tables it reads, the parameters it takes, its hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_INLINED = re.compile(r"^-- Inlined: ", re.MULTILINE)
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class SqlText:
    """A query read from a file.

    name         the file's stem: the table it makes, or the metric it answers
    reads        tables it names, without its own CTEs
    parameters   names after `$`
    sha256       of the text with line ends and trailing blanks made equal
    is_inlined   a comment line of it starts with "Inlined:", which says why: the text then stands
                 in what reads it, instead of being run once and kept
    columns      names of the columns it answers with
    """

    name: str
    text: str
    reads: frozenset[str]
    parameters: frozenset[str]
    sha256: str
    is_inlined: bool = False
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, text: str) -> SqlText:
        """Raises   ValueError if the text is not one SELECT"""
        tidy = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
        statements = sqlglot.parse(tidy, read="duckdb")
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            raise ValueError(f"{name}: a step is one SELECT")
        own = {cte.alias_or_name for cte in statements[0].find_all(exp.CTE)}
        named = {table.name for table in statements[0].find_all(exp.Table) if table.name}
        return cls(
            name,
            tidy,
            frozenset(named - own),
            frozenset(_PARAMETER.findall(_COMMENT.sub("", tidy))),
            hashlib.sha256(tidy.encode()).hexdigest(),
            _INLINED.search(tidy) is not None,
            tuple(statements[0].named_selects),
        )


@cache
def read_sql(path: Path, name: str | None = None) -> SqlText:
    """The query in a file, named for the file unless told otherwise."""
    return SqlText.of(name or path.stem, path.read_text(encoding="utf-8"))


@cache
def read_folder(folder: Path) -> Mapping[str, SqlText]:
    """Every `.sql` file of a folder by name."""
    return {path.stem: read_sql(path) for path in sorted(folder.glob("*.sql"))}
