from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.numbers.sources.files.reading import cells, file, read
from trivet.errors import ExportUnreadable


def test_every_type_becomes_the_text_a_csv_would_have(tmp_path):
    table = pa.table(
        {
            "Id": pa.array(["a", None]),
            "Amount": pa.array([Decimal("12.50"), None]),
            "Share": [0.5, 1234567.25],
            "Won": [True, False],
            "Day": [date(2026, 3, 31), None],
            "Local": [datetime(2026, 3, 31, 10), None],
            "Instant": pa.array([datetime(2026, 3, 31, 10, tzinfo=UTC), None]),
            "Kind": pa.array(["x", "y"]).dictionary_encode(),
            "Tags": [["a"], []],
        }
    )
    pq.write_table(table, tmp_path / "export.parquet")
    first, second = cells(tmp_path / "export.parquet")
    assert first[:5] == ["a", "12.50", "0.5", "true", "2026-03-31"]
    assert first[5:] == ["2026-03-31 10:00:00.000000", "2026-03-31 10:00:00.000000Z", "x", "['a']"]
    assert second[:5] == [None, None, "1234567.25", "false", None]


def test_rows_are_numbered_across_batches(tmp_path):
    pq.write_table(pa.table({"Id": list(range(150_000))}), tmp_path / "export.parquet")
    rows, written, _ = read(tmp_path / "export.parquet")
    assert written.rows == 150_000
    assert (rows[-1]["_file_row"], rows[-1]["Id"]) == (150_000, "149999")


def test_a_download_that_was_cut_off_is_refused(tmp_path):
    pq.write_table(pa.table({"Id": list(range(1000))}), tmp_path / "whole.parquet")
    path = file(tmp_path, (tmp_path / "whole.parquet").read_bytes()[:-20], "export.parquet")
    with pytest.raises(ExportUnreadable, match="cannot be read as Parquet"):
        read(path)
