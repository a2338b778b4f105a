from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from tests.numbers.exports import Error, workbook
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


ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")


@pytest.mark.parametrize("how", ["typed", "by a formula"])
def test_an_error_is_never_an_empty_cell(tmp_path, how):
    shown = [Error(e) if how == "typed" else ("=A1", Error(e)) for e in ERRORS]
    rows = [["Id", "Amount"], *([f"{n}", cell] for n, cell in enumerate(shown)), ["x", None]]
    workbook(tmp_path / "export.xlsx", {"Report": rows})
    found = cells(tmp_path / "export.xlsx")
    assert [amount for _, amount in found] == [*ERRORS, ""]


def test_a_formula_that_nobody_has_calculated_is_never_an_empty_cell(tmp_path):
    # The last rows hold nothing else: they are rows all the same.
    rows = [["Id", "Amount"], ["a", ("=1+1", 2)], ["b", ("=1+1", None)], ["c", ("=A1", "")]]
    rows += [["", ("=1+1", None)], [("=A1", None), ("=1+1", None)]]
    workbook(tmp_path / "export.xlsx", {"Report": [[], [], *([None, *row] for row in rows)]})
    none = "#NOT CALCULATED!"
    expected = [["a", "2"], ["b", none], ["c", ""], ["", none], [none, none]]
    assert cells(tmp_path / "export.xlsx") == expected


def changed(path: Path, parts: Mapping[str, tuple[str, str]], **more: bytes) -> Path:
    """The workbook with some text of its parts replaced, and more parts."""
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    for name, (old, new) in parts.items():
        assert old in texts[name].decode()
        texts[name] = texts[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**texts, **more}.items():
            archive.writestr(name, text)
    return path


SHEET, BOOK = "xl/worksheets/s1.xml", "xl/workbook.xml"


def test_a_result_that_its_program_has_put_there_for_none_is_not_zero(tmp_path):
    # What writes workbooks without opening them stores 0, and asks whoever opens them to calculate.
    rows = [["Id", "Amount"], ["a", ("=1+1", 0)], ["b", ("=1+1", 2)], ["c", 0]]
    workbook(tmp_path / "export.xlsx", {"Report": rows})
    path = changed(
        tmp_path / "export.xlsx",
        {BOOK: ("</workbook>", '<calcPr calcId="1" fullCalcOnLoad="1"/></workbook>')},
    )
    assert [amount for _, amount in cells(path)] == ["#NOT CALCULATED!", "2", "0"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="B2" t="e">', "<c r='B2' t='e'>"),
        ('<c r="B2" t="e">', '<c t = "e" r = "B2">'),
        ('<c r="B2" t="e"><v>#REF!</v></c>', '<c r="B2" t="e"/>'),
        ('<row r="2"><c r="A2" t="inlineStr">', '<row><c t="inlineStr">'),
        ('<c r="B2" t="e">', '<!-- <c r="XFD1048576"> --><c r="B2" t="e">'),
    ],
)
def test_an_error_is_found_however_the_sheet_is_written(tmp_path, old, new):
    workbook(tmp_path / "export.xlsx", {"S": [["Id", "Amount"], ["a", Error("#REF!")]]})
    path = changed(tmp_path / "export.xlsx", {SHEET: (old, new)})
    [[_, amount]] = cells(path)
    assert str(amount).startswith("#")


def test_a_sheet_under_a_prefix_is_looked_through_too(tmp_path):
    workbook(tmp_path / "export.xlsx", {"S": [["Id", "Amount"], ["a", Error("#REF!")]]})
    with zipfile.ZipFile(tmp_path / "export.xlsx") as archive:
        text = archive.read(SHEET).decode()
    prefixed = text.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    path = changed(
        tmp_path / "export.xlsx", {SHEET: (text, prefixed.replace("xmlns=", "xmlns:x="))}
    )
    assert cells(path) == [["a", "#REF!"]]


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "ZZ60000"])
@pytest.mark.parametrize("form", ["{0}", "<x></x>{0}", "<!-- -->{0}"])
def test_one_cell_far_from_the_table_does_not_take_all_memory(tmp_path, cell, form):
    rows = [[f"H{n}" for n in range(20)], ["a"], ["b"]]
    workbook(tmp_path / "export.xlsx", {"S": rows})
    far = form.format(f'<row><c r="{cell}"><v>1</v></c></row>')
    path = changed(tmp_path / "export.xlsx", {SHEET: ("</sheetData>", f"{far}</sheetData>")})
    assert path.stat().st_size < 3_000
    with pytest.raises(ExportUnreadable, match=f"as far as {cell}|as far as T") as refused:
        read(path)
    assert "Delete the rows below the table" in refused.value.remedy


def test_a_blank_cell_far_from_the_table_harms_nobody(tmp_path):
    workbook(tmp_path / "export.xlsx", {"S": [["Id"], ["a"]]})
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    path = changed(tmp_path / "export.xlsx", {SHEET: ("</sheetData>", f"{far}</sheetData>")})
    assert cells(path) == [["a"]]


def test_the_first_sheet_that_a_person_sees_is_read(tmp_path):
    workbook(tmp_path / "export.xlsx", {"Old": [["Id"], ["x"]], "Deals": [["Id"], ["a"]]})
    hidden = ('<sheet name="Old"', '<sheet name="Old" state="hidden"')
    path = changed(tmp_path / "export.xlsx", {BOOK: hidden})
    assert cells(path) == [["a"]]
    assert cells(path, sheet="Old") == [["x"]]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path):
    workbook(tmp_path / "export.xlsx", {"S": [["Close"], [datetime(2026, 3, 31)]]})
    since_1904 = ("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert cells(changed(tmp_path / "export.xlsx", {BOOK: since_1904})) == [["2030-04-01"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<worksheet", '<!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet'),
        ("</sheetData>", "</sheetDat>"),
        ("<sheetData>", "<sheetData>&a;"),
    ],
)
def test_xml_that_no_workbook_has_is_refused(tmp_path, old, new):
    workbook(tmp_path / "export.xlsx", {"S": [["Id"], [Error("#N/A")]]})
    with pytest.raises(ExportUnreadable, match="cannot be read as a workbook"):
        read(changed(tmp_path / "export.xlsx", {SHEET: (old, new)}))


def test_two_parts_of_one_name_are_two_workbooks_in_one(tmp_path):
    workbook(tmp_path / "export.xlsx", {"S": [["Id"], ["a"]]})
    with pytest.raises(ExportUnreadable, match="two of its parts have the same name"):
        read(changed(tmp_path / "export.xlsx", {}, **{"xl/Workbook.xml": b"x"}))


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    workbook(tmp_path / "export.xlsx", {"S": [["Id"], ["a"]]})
    noise = b"".join(b"<si>%d</si>" % (n * 7919 % 1_000_003) for n in range(100_000))
    path = changed(tmp_path / "export.xlsx", {}, **{"xl/sharedStrings.xml": noise})
    told = io.BytesIO(path.read_bytes()).getvalue()
    size = len(noise).to_bytes(4, "little")
    assert told.count(size) == 2
    path.write_bytes(told.replace(size, (1_000).to_bytes(4, "little")))
    with pytest.raises(ExportUnreadable, match="cannot be read as a workbook"):
        read(path)
