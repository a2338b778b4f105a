"""A load as it was staged, kept until a load, the mapping or the code is another.

    builds/.staged/<source>/<table>/<load id>-<hash>/rows-1.parquet      of the first feed, ...
                                                     quarantine.parquet
                                                     custom_value.parquet
                                                     noticed.parquet
                                                     feed.parquet

A load says the same every time it is staged, so it is staged once. The folder's name holds the
hash of everything that decides what staging makes of the load. Folders appear whole or not at
all, and may be deleted at any time: what is missing is staged again.
"""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import duckdb
from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.code_hash import hash_of_code
from trivet.numbers.warehouse.disk import to_disk
from trivet.numbers.warehouse.load import Load
from trivet.numbers.warehouse.staged_schema import CUSTOM_VALUE, FEED, NOTICED, QUARANTINE
from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.value import Context
from trivet.numbers.workspace.feed import Feed, Source
from trivet.numbers.workspace.private import private_folder, settle_all
from trivet.numbers.workspace.workspace import Workspace

FOLDER = ".staged"

_UNFINISHED = ".part-"

_BESIDES_ROWS = {
    "quarantine": ("main.quarantine", QUARANTINE),
    "custom_value": ("staged.custom_value", CUSTOM_VALUE),
    "noticed": ("staged.noticed", NOTICED),
    "feed": ("staged.feed", FEED),
}


@dataclass(frozen=True)
class StagedLoad:
    """One load under all the feeds that read it, in the order of the settings.

    feeds      each with what its cells mean
    columns    dimension -> the column of the export it is
    """

    workspace: Workspace
    source: Source
    load: Load
    feeds: tuple[tuple[Feed, Context], ...]
    dimensions: dict[str, str]

    @property
    def table(self) -> str:
        return self.load.table

    @cached_property
    def folder(self) -> Path:
        """Where it is kept; another mapping, another setting or other code is another folder."""
        decides = [
            *((feed.model_dump(mode="json"), _plain(context)) for feed, context in self.feeds),
            (self.source.name, self.source.system, self.load.file, self.dimensions),
            (
                self.load.known_at(self.source.zone_of_days(self.feeds[0][1].company_zone)),
                self.load.landed_at,
            ),
            (hash_of_code(), duckdb.__version__),
        ]
        said = json.dumps(decides, default=str, sort_keys=True)
        name = f"{self.load.load_id}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
        return self.workspace.builds / FOLDER / self.source.name / self.table / name

    def is_kept(self) -> bool:
        return (self.folder / "feed.parquet").is_file()

    def row_files(self, folder: Path | None = None) -> list[Path]:
        """The Parquet files with the rows, one a feed."""
        inside = folder or self.folder
        return [inside / f"rows-{n}.parquet" for n in range(1, len(self.feeds) + 1)]

    def unfinished(self) -> Path:
        """A new folder to write it in."""
        part = self.folder.with_name(f"{_UNFINISHED}{self.load.load_id}-{uuid4().hex}")
        return private_folder(part)

    def keep(self, connection: DuckDBPyConnection, part: Path) -> None:
        """Add what staging said besides the rows, then let the folder appear."""
        for name, (table, columns) in _BESIDES_ROWS.items():
            path = part / f"{name}.parquet"
            listed = ", ".join(map(quoted, columns))
            connection.execute(
                f"copy (select {listed} from {table} where load_id = $load_id)"
                f" to {literal(path)} (format parquet)",
                {"load_id": self.load.load_id},
            )
        settle_all(part)
        for path in part.iterdir():
            to_disk(path)
        to_disk(part)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        part.rename(self.folder)
        to_disk(self.folder.parent)

    def tell(self, connection: DuckDBPyConnection) -> None:
        """Say again what staging said besides the rows."""
        for name, (table, columns) in _BESIDES_ROWS.items():
            listed = ", ".join(map(quoted, columns))
            connection.execute(
                f"insert into {table} ({listed}) select {listed} from read_parquet($file)",
                {"file": str(self.folder / f"{name}.parquet")},
            )


def show_rows(
    connection: DuckDBPyConnection, table: str, columns: Iterable[str], files: Sequence[Path]
) -> None:
    """Make `staged.<table>` the rows of these files."""
    listed = ", ".join(map(quoted, columns))
    paths = ", ".join(literal(path) for path in files)
    connection.execute(f"drop table if exists staged.{quoted(table)}")
    connection.execute(
        f"create or replace view staged.{quoted(table)} as"
        f" select {listed} from read_parquet([{paths}])"
    )


def list_loads(connection: DuckDBPyConnection, found: Iterable[StagedLoad]) -> None:
    """Fill `staged.load`."""
    for staged in found:
        files = [str(path) for path in staged.row_files()]
        row = [staged.source.name, staged.table, staged.load.load_id, staged.folder.name, files]
        connection.execute("insert into staged.load values (?, ?, ?, ?, ?)", row)


def forget_others(workspace: Workspace, wanted: Iterable[StagedLoad]) -> None:
    """Remove what no load of today needs, and what a killed process left."""
    kept = {staged.folder for staged in wanted}
    for folder in (workspace.builds / FOLDER).glob("*/*/*"):
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def forget_staged(workspace: Workspace) -> None:
    """Remove what every load was staged as; the next build stages all of them."""
    shutil.rmtree(workspace.builds / FOLDER, ignore_errors=True)


def literal(path: Path) -> str:
    """A path as SQL text, where a parameter cannot stand: a view, a file that is written."""
    return "'" + str(path).replace("'", "''") + "'"


def _plain(context: Context) -> dict[str, object]:
    return {**asdict(context), "stages": context.stages.model_dump(mode="json")}
