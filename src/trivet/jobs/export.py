"""Leave with everything: the published tables and the kept figures as plain files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow.parquet as pq
from sqlglot import select

from trivet.jobs.measure import kept_figures
from trivet.jobs.rows_file import write_batches
from trivet.numbers.warehouse.disk import room_to_write
from trivet.numbers.warehouse.publish import published
from trivet.numbers.workspace.private import private_folder, write_private
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace

Format = Literal["parquet", "csv"]

ROWS_A_BATCH = 100_000


def export(
    workspace: Workspace, into: Path, file_format: Format, progress: Progress = silent
) -> list[Path]:
    """Write every table of the published build and its figures into a folder; give the files.

    Raises   NothingPublished, DiskFull
    """
    now = published(workspace.builds)
    private_folder(into)
    written: list[Path] = []
    with duckdb.connect(str(now.path(workspace.builds)), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' order by all"
        ).fetchall()
        for (name,) in names:
            progress(f"Writing {name}")
            path = into / f"{name}.{file_format}"
            query = select("*").from_(name).sql("duckdb")
            reader = connection.sql(query).to_arrow_reader(ROWS_A_BATCH)
            with room_to_write(path, name):
                if file_format == "csv":
                    write_batches(path, reader.schema.names, reader)
                else:
                    # There already, so that it is nobody else's from the first byte on.
                    write_private(path, b"")
                    with pq.ParquetWriter(path, reader.schema) as writer:
                        for batch in reader:
                            writer.write_batch(batch)
            written.append(path)
    figures = into / "figures.json"
    document = {"build": now.build, "figures": kept_figures(workspace, now.build).figures}
    write_private(figures, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return [*written, figures]
