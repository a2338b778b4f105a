"""Frozen tables as files named for their own hash: the same rows are the same file.

books/<sha256>.parquet    written, on the disk, then renamed; never written again
books/.lock               held while a book is closed, compared or corrected
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from trivet.errors import BookDamaged
from trivet.numbers.warehouse.disk import room_to_write, sha256_of, to_disk
from trivet.numbers.workspace.private import private_folder, settle, write_private

NAMED = re.compile(r"[0-9a-f]{64}\.parquet$")
WORKING = ".working-"


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as Parquet: equal tables are equal bytes.

    The writer's options are spelt out, so that a library's new default does not change a hash.
    """
    sink = io.BytesIO()
    plain = table.replace_schema_metadata(None).combine_chunks()
    pq.write_table(
        plain,
        sink,
        version="2.6",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=False,
        row_group_size=max(len(plain), 1),
        data_page_version="1.0",
        store_schema=True,
    )
    return sink.getvalue()


class BookFolder:
    """The folder of the frozen tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.parquet"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One at a time, in this process or another; the system lets go when it ends."""
        private_folder(self.folder)
        with FileLock(self.folder / ".lock", mode=0o600):
            yield

    def write(self, table: pa.Table) -> str:
        """Put a table on the disk, whole or not at all, and say its hash.

        Raises   DiskFull
        """
        content = parquet_bytes(table)
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        # A file that somebody changed is replaced by what its name says.
        if path.is_file() and sha256_of(path) == sha256:
            return sha256
        private_folder(self.folder)
        working = self.folder / f"{WORKING}{uuid4().hex}"
        try:
            with room_to_write(path, "the frozen rows"):
                write_private(working, content)
                to_disk(working)
                working.chmod(0o400)
                settle(working)
                working.replace(path)
                to_disk(self.folder)
        finally:
            working.unlink(missing_ok=True)
        return sha256

    def read(self, sha256: str) -> pa.Table:
        """The table, if it still is what was written.

        Raises   BookDamaged
        """
        if wrong := self.problem(sha256):
            raise BookDamaged(
                "The frozen rows %(sha256)s cannot be used: %(wrong)s.",
                remedy="Restore %(name)s from a backup; it must have this hash.",
                sha256=sha256[:12],
                wrong=wrong,
                name=self.path(sha256).name,
            )
        return pq.read_table(self.path(sha256))

    def holds(self, column: str, value: str) -> bool:
        """Whether some frozen table has a value in a column."""
        wanted = pa.scalar(value)
        for path in sorted(self.folder.glob("*.parquet")):
            if column in pq.read_schema(path).names:
                found = pq.read_table(path, columns=[column])[column]
                if pc.any(pc.equal(found, wanted)).as_py():
                    return True
        return False

    def problem(self, sha256: str) -> str:
        """What is wrong with a file; empty if it is what was written."""
        path = self.path(sha256)
        if not path.is_file():
            return f"{path.name} is missing"
        if sha256_of(path) != sha256:
            return f"{path.name} has other bytes than were frozen"
        return ""

    def remove_others(self, wanted: Collection[str]) -> list[str]:
        """Remove what a killed process left, and what nothing names any more. Hold the lock."""
        if not self.folder.is_dir():
            return []
        removed = []
        for path in sorted(self.folder.iterdir()):
            is_orphan = NAMED.match(path.name) and path.stem not in wanted
            if is_orphan or path.name.startswith(WORKING):
                with suppress(OSError):
                    path.unlink()
                    removed.append(path.name)
        return removed
