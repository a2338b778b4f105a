"""A workspace for a set of real inputs: its mapping from here, its data from where it lies.

Only sets whose licence allows it are in the repository (under `<set>/data/`). The others are
read from `../shared/data`, or from the folder that TRIVET_SHARED_DATA names; where it is not
there, their tests skip and say so.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import Said, trivet

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("TRIVET_SHARED_DATA", HERE.parents[2] / "shared" / "data"))


def data(name: str) -> Path:
    """The folder with the set's files; skips the test where it is not on this machine."""
    for folder in (HERE / name / "data", SHARED / name):
        if folder.is_dir():
            return folder
    pytest.skip(
        f"{name} is not in the repository, and {SHARED} does not have it (TRIVET_SHARED_DATA names"
        " another folder)"
    )


def records(name: str, file: str) -> list[dict[str, str]]:
    """The rows of one file, read without Trivet: what the expected values are worked out from."""
    with (data(name) / file).open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


class Prepared:
    """A workspace with its exports, and the questions that tests ask it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, name: str, folder: Path) -> Prepared:
        shutil.copytree(data(name), folder / "data")
        shutil.copy(HERE / name / "trivet.toml", folder)
        return cls(folder)

    def run(self) -> Said:
        """Load and build; a failure shows what was said."""
        said = trivet("run", self.folder)
        assert said.status == 0, said.err
        return said

    def remap(self, *changes: tuple[str, str]) -> None:
        """Change the mapping's text, as its owner would in an editor."""
        path = self.folder / "trivet.toml"
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)

    def metric(
        self,
        metric: str,
        period: str,
        *arguments: str,
        definition: Mapping[str, object] | None = None,
    ) -> Any:
        """The object that `trivet metric ... --json` prints, whatever its exit status."""
        more = list(arguments)
        if definition is not None:
            path = self.folder / "definition.json"
            path.write_text(json.dumps({"id": metric, **definition}))
            more += ["--definition", str(path)]
        said = trivet("metric", metric, self.folder, "--period", period, "--json", *more)
        assert said.status in (0, 3), said.err
        answer = said.json
        assert (said.status == 3) == (answer["status"] == "not_computable")
        assert answer["value"] is not None or answer["reason"]
        return answer

    def data(self) -> Any:
        """What `trivet data --json` prints."""
        said = trivet("data", self.folder, "--json")
        assert said.status == 0, said.err
        return said.json

    def rows(self, table: str) -> int:
        """Rows that arrived in a canonical table, of every source."""
        return sum(
            found["rows"]
            for source in self.data()["sources"]
            for found in source["tables"]
            if found["table"] == table
        )

    def quarantined(self) -> dict[tuple[str, str], int]:
        """Quarantined rows by rule and table."""
        found: dict[tuple[str, str], int] = {}
        for line in self.data()["quarantine"]["by_rule"]:
            key = (line["rule"], line["table"])
            found[key] = found.get(key, 0) + line["rows"]
        return found
