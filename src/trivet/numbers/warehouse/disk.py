"""Writing that survives a power cut, and a plain word when there is no room."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from trivet.errors import DiskFull

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAID_SO = ("no space left", "disk quota exceeded", "file too large", "not enough disk space")


def is_no_room(error: BaseException) -> bool:
    """True if the error says that the disk, or one's share of it, is full."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return True
    if isinstance(error, OSError | duckdb.Error):
        return any(words in str(error).lower() for words in _SAID_SO)
    return False


@contextmanager
def room_to_write(place: Path, what: str) -> Iterator[None]:
    """Turn "no space left on device" into DiskFull.

    place    what is being written
    what     what it is for, for the message
    """
    try:
        yield
    except (OSError, duckdb.Error) as wrong:
        if is_no_room(wrong):
            raise DiskFull(
                f"There is no room left to write {what} under {place.parent}.",
                remedy="Free space there, then run again; nothing half-written was kept.",
            ) from wrong
        raise


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, read a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Have the system write a file, or a folder's list of names, to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
