"""The columns a build has, and builds as another version of Trivet would have made them.

`python -m tests.numbers.warehouse.build_shape` writes the columns down. Do it when a table changes
on purpose; the difference is then there to be read.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import duckdb

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.jobs.run import sync
from trivet.numbers.shared_metrics.kept_figures import keep_figures
from trivet.numbers.warehouse.build import run_build
from trivet.numbers.warehouse.publish import POINTER, published
from trivet.numbers.warehouse.shape import COLUMNS, LISTING


def columns_of(build: Path) -> dict[str, str]:
    with duckdb.connect(str(build), read_only=True) as connection:
        return dict(connection.execute(COLUMNS).fetchall())


def made_by_another_version(
    folder: Path, change: str, *, build: str = "", version: str = ""
) -> None:
    """Change the tables of a build of the workspace, its published one if none is named."""
    builds = folder / "builds"
    now = published(builds)
    path = builds / f"{build}.duckdb" if build else now.path(builds)
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
        if version:
            connection.execute(
                "update build_info set value = $version where key = 'trivet_version'",
                {"version": version},
            )
    pointer = json.loads((builds / POINTER).read_text())
    pointer["size"] = now.path(builds).stat().st_size
    (builds / POINTER).write_text(json.dumps(pointer))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        workspace = company_folder(Path(place) / "norvik")
        export_week(workspace.folder, 1)
        sync(workspace)
        with workspace.lock():
            now = run_build(workspace, measure=keep_figures).published
        there = columns_of(now.path(workspace.builds))
    LISTING.write_text("".join(f"{name} {kind}\n" for name, kind in there.items()))
