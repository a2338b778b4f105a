from __future__ import annotations

import zipfile
from datetime import datetime

import pytest

from tests.numbers.exports import workbook
from tests.numbers.sources.files.reading import cells, read
from trivet.errors import ExportUnreadable

ROWS = [
    [None, "Id", "Amount", "Note"],
    [None, "007", 1234.5, "=1+1"],
    [],
    [None, "008", 12, ("=C2*2", 2469)],
]


def test_a_sheet_is_read_as_it_shows(tmp_path):
    workbook(tmp_path / "export.xlsx", {"Report": ROWS})
    # Text that looks like a formula stays text; a formula gives its stored result.
    assert cells(tmp_path / "export.xlsx") == [["007", "1234.5", "=1+1"], ["008", "12", "2469"]]


def test_a_date_is_its_day_and_an_instant_its_time(tmp_path):
    days = [[datetime(2026, 3, 31)], [datetime(2026, 3, 31, 14, 30)]]
    workbook(tmp_path / "export.xlsx", {"Report": [["Close"], *days]})
    assert cells(tmp_path / "export.xlsx") == [["2026-03-31"], ["2026-03-31 14:30:00"]]


def test_the_feed_names_its_sheet(tmp_path):
    workbook(tmp_path / "export.xlsx", {"Cover": [["About"], ["x"]], "Deals": ROWS})
    assert len(cells(tmp_path / "export.xlsx", sheet="Deals")) == 2
    with pytest.raises(ExportUnreadable, match="no sheet 'Deal'; it has 'Cover', 'Deals'"):
        read(tmp_path / "export.xlsx", sheet="Deal")


def test_a_sheet_with_nothing_on_it_is_refused(tmp_path):
    workbook(tmp_path / "export.xlsx", {"Report": []})
    with pytest.raises(ExportUnreadable, match="has nothing on its sheet 'Report'"):
        read(tmp_path / "export.xlsx")


def test_an_archive_made_to_fill_the_memory_is_not_unpacked(tmp_path):
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/s1.xml", b"\0" * (101 << 20))
    with pytest.raises(ExportUnreadable, match="which no workbook does"):
        read(path)
