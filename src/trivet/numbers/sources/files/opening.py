"""Open an export of any format."""

from __future__ import annotations

from pathlib import Path

from trivet.numbers.sources.files.csv import CsvExport
from trivet.numbers.sources.files.export import Export
from trivet.numbers.sources.files.fingerprint import Fingerprint
from trivet.numbers.sources.files.format import Format
from trivet.numbers.sources.files.parquet import ParquetExport
from trivet.numbers.sources.files.xlsx import WorkbookExport
from trivet.numbers.workspace.feed import Feed


def open_export(path: Path, found: Fingerprint, feed: Feed) -> Export:
    """The export with its headings read, as the feed says to read it.

    Raises   ExportUnreadable, naming the file and what it is instead
    """
    match found.format:
        case Format.CSV:
            return CsvExport(path, found, feed.delimiter, feed.encoding)
        case Format.PARQUET:
            return ParquetExport(path)
        case Format.WORKBOOK:
            return WorkbookExport(path, feed.sheet)
