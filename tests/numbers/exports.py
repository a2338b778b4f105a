"""A workspace with exports in it, small enough to check by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

from trivet.numbers.warehouse.landing import land
from trivet.numbers.warehouse.staging import stage
from trivet.numbers.workspace.workspace import Workspace

COMPANY = """
format = 1
[company]
name = "Norvik Analytics"
currency = "USD"
time_zone = "America/New_York"
[stages]
open = ["Prospecting", "Proposal"]
qualified_from = "Proposal"
won = ["Closed Won"]
lost = ["Closed Lost"]
"""

CRM = """
[[source]]
name = "crm"
system = "crm"
"""

LANDED_AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def feed(table: str, columns: Mapping[str, str], files: str = "*.csv", **settings: str) -> str:
    """The TOML of a feed; a column's rule and a setting are given as TOML too."""
    lines = ["[[source.feed]]", f'table = "{table}"', f'files = ["{files}"]']
    lines += [f"{name} = {value}" for name, value in settings.items()]
    lines.append("[source.feed.columns]")
    lines += [f"{name} = {rule}" for name, rule in columns.items()]
    return "\n".join(lines) + "\n"


OPPORTUNITY = {
    "opportunity_id": '"Id"',
    "stage": '"Stage"',
    "amount": '"Amount"',
    "created_at": '"Created"',
    "close_on": '"Close"',
}


def workspace(
    folder: Path,
    feeds: str,
    files: Mapping[str, str | bytes],
    company: str = COMPANY,
    source: str = CRM,
) -> Workspace:
    """Write `trivet.toml` and the exports."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trivet.toml").write_text(company + source + feeds, "utf-8")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Workspace.open(folder)


def staged(of: Workspace, now: datetime = LANDED_AT) -> duckdb.DuckDBPyConnection:
    """Land and stage everything; gives the warehouse in memory."""
    land(of, now=now)
    connection = duckdb.connect()
    stage(connection, of)
    return connection


def quarantine(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Row, column, value and rule of what was put aside."""
    return connection.execute(
        "select file_row, column_name, value, rule from quarantine order by all"
    ).fetchall()


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


class Error(str):
    """A cell that shows #REF! or another error."""


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """An .xlsx file. A cell is text, number, date, None, an `Error`, or a formula and its result:
    ("=A1+1", 2), ("=A1", Error("#REF!")), ("=A1", None) where nobody has calculated it.
    """
    types = "http://schemas.openxmlformats.org"
    main = f"{types}/spreadsheetml/2006/main"
    related = f"{types}/officeDocument/2006/relationships"
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{related}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    relations += f'<Relationship Id="rIdS" Type="{related}/styles" Target="styles.xml"/>'
    package = f"{types}/package/2006"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
            '"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
            f'.spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        )
        # Style 1 shows a number as a date and time: that is all a date is in a workbook.
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
            "</styleSheet>",
        )
        for n, sheet_rows in enumerate(sheets.values(), 1):
            body = "".join(
                f'<row r="{y}">{"".join(_cell(x, y, c) for x, c in enumerate(row))}</row>'
                for y, row in enumerate(sheet_rows, 1)
            )
            archive.writestr(
                f"xl/worksheets/s{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
            )


def _cell(x: int, y: int, content: object) -> str:
    place = f"{chr(65 + x)}{y}"
    match content:
        case None:
            return ""
        case Error():
            return f'<c r="{place}" t="e"><v>{content}</v></c>'
        case (str() as formula, result):
            kind = {Error: ' t="e"', str: ' t="str"'}.get(type(result), "")
            value = "" if result is None else f"<v>{result}</v>"
            return f'<c r="{place}"{kind}><f>{escape(formula[1:])}</f>{value}</c>'
        case datetime():
            days = (content - datetime(1899, 12, 30)) / timedelta(days=1)
            return f'<c r="{place}" s="1"><v>{days}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{content}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(content))}</t></is></c>'
