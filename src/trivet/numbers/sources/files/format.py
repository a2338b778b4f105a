"""Which kind of file an export is, by its name and by its first bytes."""

from __future__ import annotations

import gzip
import zlib
from enum import StrEnum
from pathlib import Path
from typing import IO, cast

from trivet.errors import ExportUnreadable


class Format(StrEnum):
    """The kinds of file that can be read."""

    CSV = "csv"
    PARQUET = "parquet"
    WORKBOOK = "workbook"


_BY_SUFFIX = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".xlsx": Format.WORKBOOK,
    ".xlsm": Format.WORKBOOK,
}

_SIGNATURES = (
    (b"PAR1", Format.PARQUET, "a Parquet file"),
    (b"PK\x03\x04", Format.WORKBOOK, "a workbook or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", None, "a workbook of Excel 97 to 2003, or one with a password"),
    (b"%PDF", None, "a PDF"),
    (b"\x1f\x8b", None, "compressed with gzip"),
)


def is_gzip(path: Path) -> bool:
    """True for `x.csv.gz`, the only compressed form that is read."""
    return path.suffix.lower() == ".gz"


def opened(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed as they are read."""
    return cast(IO[bytes], gzip.open(path, "rb")) if is_gzip(path) else path.open("rb")


def format_of(path: Path) -> Format:
    """The kind of file.

    Raises   ExportUnreadable if it is empty, of an unknown kind, or not what its name says:
             a login page saved as CSV, a workbook renamed to CSV
    """
    name = Path(path.stem) if is_gzip(path) else path
    found = _BY_SUFFIX.get(name.suffix.lower())
    if found is None or (is_gzip(path) and found is not Format.CSV):
        raise ExportUnreadable(
            f"{path} has the ending {path.suffix!r}, which is not a kind of export Trivet reads.",
            remedy="Export it as .csv (also .csv.gz), .tsv, .txt, .parquet or .xlsx.",
        )
    try:
        with opened(path) as file:
            start = file.read(2048)
    except (OSError, EOFError, zlib.error) as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read: {wrong}.",
            remedy="Check its permissions, and that its download was complete.",
        ) from wrong
    if not start:
        raise ExportUnreadable(
            f"{path} is empty: it has not even a heading line.",
            remedy="Export it again; an export without records still has its headings.",
        )
    for signature, really, called in _SIGNATURES:
        if start.startswith(signature) and really is not found:
            raise ExportUnreadable(
                f"{path} is named like {found.value} but is {called}.",
                remedy="Give it the ending of what it is, or export it as CSV.",
            )
    if found is Format.PARQUET and not start.startswith(b"PAR1"):
        raise ExportUnreadable(
            f"{path} is not a Parquet file.", remedy="Export it again, or give it its own ending."
        )
    if found is Format.WORKBOOK and not start.startswith(b"PK\x03\x04"):
        raise ExportUnreadable(
            f"{path} is not an .xlsx workbook.", remedy="Save it again as .xlsx, or export CSV."
        )
    if found is Format.CSV and start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(
        (b"<!doctype html", b"<html")
    ):
        raise ExportUnreadable(
            f"{path} is a web page, not an export; most likely a sign-in page was saved.",
            remedy="Sign in to the system and export the records again.",
        )
    return found
