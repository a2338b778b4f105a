"""Read an export the way landing does, and give its rows back."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from trivet.numbers.sources.files.export import Written
from trivet.numbers.sources.files.fingerprint import fingerprint
from trivet.numbers.sources.files.opening import open_export
from trivet.numbers.workspace.feed import Feed


def read(path: Path, **settings: str) -> tuple[list[dict[str, object]], Written, dict[str, str]]:
    """Rows as written to landing, what was written, and how it was read."""
    feed = Feed.model_validate(
        {"table": "account", "files": ["x"], "columns": {"account_id": "Id"}, **settings}
    )
    export = open_export(path, fingerprint(path), feed)
    into = path.parent / "rows.parquet"
    written = export.write(into, lambda rows: None)
    return pq.read_table(into).to_pylist(), written, export.how


def cells(path: Path, **settings: str) -> list[list[object]]:
    """The cells of each row, without its number."""
    return [list(row.values())[1:] for row in read(path, **settings)[0]]


def file(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
