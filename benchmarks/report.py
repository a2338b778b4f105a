"""What was measured, as a table for the README and as JSON for comparisons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio or time.

    found     as people read it
    goal      as people read it; empty if the line only explains another
    is_met    None where there is no goal
    numbers   what `found` was made of
    """

    name: str
    found: str
    goal: str = ""
    is_met: bool | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The lines of one benchmark and what they were measured on."""

    name: str
    on: str
    lines: tuple[Line, ...]
    numbers: Mapping[str, object] = field(default_factory=dict)

    def write(self, machine: Mapping[str, object], scale: int) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}-scale-{scale}.json"
        document = {
            "benchmark": self.name,
            "on": self.on,
            "scale": scale,
            "machine": dict(machine),
            "numbers": dict(self.numbers),
            "lines": [
                {
                    "name": line.name,
                    "found": line.found,
                    "goal": line.goal,
                    "is_met": line.is_met,
                    "numbers": dict(line.numbers),
                }
                for line in self.lines
            ],
        }
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return path


def table(results: Iterable[Result]) -> str:
    """A markdown table, one row a line."""
    rows = ["| measured | found | goal | |", "|---|---|---|---|"]
    for result in results:
        rows.append(f"| **{result.name}**: {result.on} | | | |")
        rows += [
            f"| {line.name} | {line.found} | {line.goal} | {_mark(line.is_met)} |"
            for line in result.lines
        ]
    return "\n".join(rows)


def _mark(is_met: bool | None) -> str:
    return "" if is_met is None else "met" if is_met else "not met"
