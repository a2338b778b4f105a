"""Names and values on their way into SQL text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp


def quoted(name: str) -> str:
    """A column's name as an SQL identifier, whatever letters it has."""
    return exp.to_identifier(name, quoted=True).sql("duckdb")


def named_in(statement: str, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that a statement asks for; DuckDB refuses any others."""
    names = set(re.findall(r"\$(\w+)", statement))
    return {name: value for name, value in values.items() if name in names}


class Parameters:
    """The values of one statement; the statement itself only ever sees `$p0`, `$p1` ..."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._known: dict[tuple[str, str], str] = {}

    def add(self, value: object) -> str:
        """Keep a value; gives the text that stands for it. The same value is kept once."""
        key = (type(value).__name__, repr(value))
        if key not in self._known:
            name = f"p{len(self.values)}"
            self.values[name] = value
            self._known[key] = f"${name}"
        return self._known[key]
