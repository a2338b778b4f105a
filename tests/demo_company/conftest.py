from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv

from trivet.demo_company import write_company
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.workspace import Workspace


class WrittenCompany:
    """A demo company on disk, its exports read as text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.export = cache(self._export)

    def _export(self, name: str) -> pa.Table:
        path = self.folder / "exports" / f"{name}.csv"
        names = csv.open_csv(path).schema.names
        as_text = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        )
        return csv.read_csv(path, convert_options=as_text)

    def cells(self, name: str, column: str) -> list[str | None]:
        return self.export(name)[column].to_pylist()


@pytest.fixture(scope="session")
def norvik(tmp_path_factory: pytest.TempPathFactory) -> WrittenCompany:
    folder = tmp_path_factory.mktemp("norvik")
    write_company(folder)
    return WrittenCompany(folder)


@pytest.fixture(scope="session")
def model(norvik: WrittenCompany, tmp_path_factory: pytest.TempPathFactory) -> RevenueModel:
    """The demo company run as a user's own exports are, and opened."""
    folder = tmp_path_factory.mktemp("published") / "norvik"
    shutil.copytree(norvik.folder, folder)
    run(Workspace.open(folder))
    return RevenueModel.open(folder)
