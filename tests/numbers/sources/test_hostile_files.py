"""Files that nobody should send, and somebody will: no figure changes in silence.

Each ends in a refusal that says which file and what to do, or every row of it is accounted for:
taken in with the value that is stated here, or put aside under a rule.
"""

from __future__ import annotations

import bz2
import gzip
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.numbers.exports import CRM, OPPORTUNITY, feed, rows, staged, workbook, workspace
from trivet.errors import ExportMissing, ExportUnreadable, TrivetError
from trivet.numbers.warehouse import landing
from trivet.numbers.workspace.workspace import Workspace

Content = str | bytes | Callable[[Path], object]

BERLIN = CRM + 'time_zone = "Europe/Berlin"\n'
ONLY_PROPOSALS = OPPORTUNITY | {"stage": '{ constant = "Proposal" }'}
NAMED = {name: rule for name, rule in ONLY_PROPOSALS.items() if name in ("opportunity_id", "stage")}


@dataclass(frozen=True)
class Hostile:
    """A file and what has to come of it.

    says    words of the refusal; empty if the file is read
    taken   row -> value of the column `shows`, of the rows that are taken in
    aside   row -> rule, of the rows that are not
    """

    name: str
    content: Content
    says: str = ""
    taken: Mapping[int, object] = field(default_factory=dict)
    aside: Mapping[int, str] = field(default_factory=dict)
    file: str = "deals.csv"
    shows: str = "amount_minor"
    table: str = "opportunity"
    columns: Mapping[str, str] = field(default_factory=lambda: OPPORTUNITY)
    settings: Mapping[str, str] = field(default_factory=dict)
    noticed: Sequence[tuple[str, int]] = ()

    def sent_to(self, folder: Path) -> Workspace:
        feeds = feed(self.table, dict(self.columns), self.file, **self.settings)
        of = workspace(folder, feeds, {}, source=BERLIN)
        path = folder / self.file
        if callable(self.content):
            self.content(path)
        else:
            text = self.content
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return of


HEADINGS = "Id,Stage,Amount,Created,Close\n"


def deals(*amounts: str) -> str:
    lines = (f'd{n},Proposal,"{amount}",,\n' for n, amount in enumerate(amounts, 1))
    return HEADINGS + "".join(lines)


def numbered(*ids: str) -> str:
    return HEADINGS + "".join(f'"{each}",Proposal,{n},,\n' for n, each in enumerate(ids, 1))


def dated(*closes: str) -> str:
    return HEADINGS + "".join(f"d{n},Proposal,{n},,{day}\n" for n, day in enumerate(closes, 1))


def created(*instants: str) -> str:
    return HEADINGS + "".join(f"d{n},Proposal,{n},{at},\n" for n, at in enumerate(instants, 1))


def all_aside(rule: str, count: int) -> dict[int, str]:
    return dict.fromkeys(range(1, count + 1), rule)


TWO = {1: 100_00, 2: 200_00}
PLAIN = deals("100", "200")

BYTES = [
    Hostile(
        "a byte of nothing within an amount, a stage and an id",
        HEADINGS + "a,Proposal,1\x000,,\nb,Prop\x00osal,2,,\nc\x00,Proposal,3,,\nc,Proposal,4,,\n",
        taken={4: 400},
        aside={1: "unreadable_number", 2: "unknown_stage", 3: "mangled_id"},
    ),
    Hostile("nothing but bytes of nothing", bytes(5_000), says="has no column"),
    Hostile("UTF-16 with the high byte first and no mark", PLAIN.encode("utf-16-be"), taken=TWO),
    Hostile(
        "UTF-16 that was cut off in mid letter",
        PLAIN.encode("utf-16")[:-1],
        says="cannot be read as CSV",
    ),
    Hostile(
        "UTF-16 with half a letter in it",
        b"\xff\xfe" + PLAIN.replace("d2", "\ud800").encode("utf-16-le", "surrogatepass"),
        says="cannot be read as CSV",
    ),
    Hostile("UTF-32 without a mark", PLAIN.encode("utf-32-le"), says="has no column"),
    Hostile(
        "the two bytes of UTF-16 the wrong way round, as the feed says",
        PLAIN.encode("utf-16-le"),
        says="has no column",
        settings={"encoding": '"utf-16-be"'},
    ),
    Hostile("a mainframe's EBCDIC", PLAIN.encode("cp037"), says="has no column"),
    Hostile("two marks of UTF-8", "\ufeff\ufeff" + PLAIN, taken=TWO),
    Hostile(
        "marks of UTF-8 in the midst",
        HEADINGS + "\ufeffa,Proposal,\ufeff10,,\nb,Proposal,1\ufeff0,,\n",
        taken={1: 1000},
        aside={2: "unreadable_number"},
    ),
    Hostile(
        "a byte that no encoding of the West has",
        PLAIN.encode() + b"\x81\x8d\xfc,Proposal,2,,\n",
        says="cannot be read as CSV",
    ),
    Hostile(
        "an end of file as DOS wrote it", PLAIN + "\x1a", taken=TWO, aside={3: "unreadable_row"}
    ),
    Hostile(
        "line ends of three kinds",
        "Id,Stage,Amount,Created,Close\rd1,Proposal,100,,\r\n"
        "d2,Proposal,200,,\nd3,Proposal,300,,\r",
        taken=TWO | {3: 300_00},
    ),
    Hostile("line ends that were translated twice", PLAIN.replace("\n", "\r\r\n"), taken=TWO),
    Hostile(
        "rows that only Unicode ends",
        HEADINGS + "a,Proposal,1,,\u2028b,Proposal,2,,\n",
        aside={1: "unreadable_row"},
    ),
]

OTHER_KINDS = [
    Hostile(
        "gzip within gzip",
        gzip.compress(gzip.compress(PLAIN.encode())),
        says="is compressed with gzip",
        file="deals.csv.gz",
    ),
    Hostile(
        "gzip with something behind it",
        gzip.compress(PLAIN.encode()) + b"more",
        says="cannot be read",
        file="deals.csv.gz",
    ),
    Hostile(
        "gzip whose check sum is another",
        gzip.compress(PLAIN.encode())[:-8] + bytes(8),
        says="cannot be read",
        file="deals.csv.gz",
    ),
    Hostile(
        "two gzips in a row, both part of the export",
        gzip.compress(PLAIN.encode()) + gzip.compress(b"d3,Proposal,300,,\n"),
        taken=TWO | {3: 300_00},
        file="deals.csv.gz",
    ),
    Hostile("a PDF named CSV", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", says="is a PDF"),
    Hostile("JSON named CSV", '[{"Id":"d1","Stage":"Proposal","Amount":1}]', says="has no column"),
    Hostile(
        "a table of a web page named CSV",
        "<table><tr><td>Id</td></tr></table>",
        says="has no column",
    ),
    Hostile("bzip2 named CSV", bz2.compress(PLAIN.encode()), says="has no column"),
    Hostile("a program named CSV", b"\x7fELF" + bytes(range(256)) * 20, says="has no column"),
]

ROWS_AND_HEADINGS = [
    Hostile("headings of blanks only", " , ,\t,  ,\nd1,Proposal,1,,\n", says="has no column"),
    Hostile(
        "two headings that differ by a no-break blank",
        "Id,Stage,Amount,Amount\u00a0,Created,Close\na,Proposal,1,2,,\n",
        says="2 times",
    ),
    Hostile(
        "a heading with a letter that nobody sees",
        "Id,Stage,Amount\u200b,Created,Close\na,Proposal,1,,\n",
        says="did you mean",
    ),
    Hostile(
        "two headings that differ by case, and the mapping has the second",
        "Id,Stage,AMOUNT,Amount,Created,Close\na,Proposal,9,1,,\n",
        says="has the heading 'Amount' 2 times",
    ),
    Hostile(
        "a heading of two lines",
        'Id,Stage,"Amount\n(USD)",Created,Close\nd1,Proposal,100,,\nd2,Proposal,200,,\n',
        taken=TWO,
        columns=OPPORTUNITY | {"amount": r'"Amount\n(USD)"'},
    ),
    Hostile("a quote in the headings that nothing closes", '"' + PLAIN, says="has no column"),
    Hostile(
        "ten thousand columns",
        HEADINGS[:-1]
        + "".join(f",c{n}" for n in range(10_000))
        + "\nd1,Proposal,100,,"
        + "," * 10_000
        + "\n",
        taken={1: 100_00},
    ),
    Hostile(
        "headings longer than anybody looks",
        HEADINGS[:-1]
        + "".join(f",a column with a long name {n}" for n in range(10_000))
        + "\nd1,Proposal,100,,"
        + "," * 10_000
        + "\n",
        says="has a heading line of more than",
    ),
    Hostile("a comment above the headings", "# made on Monday\n" + PLAIN, says="has no column"),
    Hostile(
        "Excel's word for the delimiter, and another delimiter",
        "sep=;\n" + PLAIN,
        says="has no column",
    ),
    Hostile(
        "one more delimiter in every row",
        HEADINGS + "d1,Proposal,100,,,\nd2,Proposal,200,,,\n",
        aside=all_aside("unreadable_row", 2),
    ),
    Hostile(
        "another delimiter from the second row on",
        HEADINGS + "d1,Proposal,100,,\nd2;Proposal;2;;\n",
        taken={1: 100_00},
        aside={2: "unreadable_row"},
    ),
    Hostile(
        "two exports glued together in mid line",
        PLAIN[:-1] + HEADINGS + "d3,Proposal,300,,\n",
        taken={1: 100_00, 3: 300_00},
        aside={2: "unreadable_row"},
    ),
    Hostile(
        "a row of totals, with a name and without",
        PLAIN + "Total,,300,,\n,,300,,\n",
        taken=TWO,
        aside={3: "missing_required", 4: "missing_required"},
    ),
    Hostile(
        "a report's last words",
        PLAIN + "\nConfidential\nMade by Ada, Oslo\n",
        taken=TWO,
        aside={3: "unreadable_row", 4: "unreadable_row"},
    ),
    Hostile(
        "a file that was cut off in mid row",
        PLAIN + "d3,Proposal,30",
        taken=TWO,
        aside={3: "unreadable_row"},
    ),
    Hostile(
        "quotes of a kind that quotes nothing",
        HEADINGS + "'d1','Proposal','1,000',,\nd2,Proposal,“2,000”,,\nd3,Proposal,3,,\n",
        taken={3: 300},
        aside={1: "unreadable_row", 2: "unreadable_row"},
    ),
    Hostile(
        "quotes in the midst of cells",
        HEADINGS + 'd1,Pro"posal,1,,\nd2,Proposal,2"5,,\nd3,"Proposal"x,3,,\n',
        aside={1: "unknown_stage", 2: "unreadable_number", 3: "unknown_stage"},
    ),
    Hostile(
        "a quote behind a backslash",
        HEADINGS + 'd1,"Prop\\"osal",1,,\nd2,Proposal,200,,\n',
        taken={2: 200_00},
        aside={1: "unknown_stage"},
    ),
    Hostile(
        "ids alone in a column, and a stray quote: three in one",
        'Id\nx\n"a\nb\nc"\nd\n',
        taken={1: "x", 3: "d"},
        aside={2: "mangled_id"},
        table="account",
        columns={"account_id": '"Id"'},
        shows="account_id",
    ),
    Hostile(
        "two of Salesforce's rows in one, whose ids have no pattern",
        'Id,Name,Amount\n006D000000IRFma,"Foo,100\n0065g00000AbC1d,Bar",200\n'
        "0061U00000xYz9Q,Baz,300\n006D0Z0000kLm2p,Dorn,400\n",
        taken={3: 300_00, 4: 400_00},
        aside={1: "unreadable_row", 2: "unreadable_row"},
        columns=NAMED | {"amount": '"Amount"'},
    ),
    Hostile(
        "a cell of five megabytes",
        PLAIN + f'd3,Proposal,300,,"{"x" * 5_000_000}"\n',
        taken=TWO,
        aside={3: "unreadable_date"},
    ),
    Hostile(
        "a row longer than may be",
        PLAIN + f'd3,Proposal,300,,"{"x" * 9_000_000}"\n',
        says="cannot be read as CSV",
    ),
]

CELLS = [
    Hostile(
        "amounts with more than their digits",
        deals(
            "1,000.00 CR", "DR 5", "1.000.000", "1,000.", "+-5", "1E400", "1 000 000,0", "12,345,67"
        ),
        aside=all_aside("unreadable_number", 8),
    ),
    Hostile(
        "amounts that look odd and leave no doubt",
        deals("1e5", "-0", "00100", "+5", "1\u2009000", "\u200f7\u200f", "5."),
        taken={1: 100_000_00, 2: 0, 3: 100_00, 4: 500, 5: 1000_00, 6: 700, 7: 500},
    ),
    Hostile(
        "an amount of a thousandth of a dollar is rounded, and that is told",
        deals("0.001", "200"),
        taken={1: 0, 2: 200_00},
        noticed=[("rounded", 1)],
    ),
    Hostile(
        "more money than there is, times twelve",
        "Id,Month,From\na,999999999999999,2026-01-01\nb,9999999999999999,2026-01-01\nc,5,2026-01-01\n",
        taken={1: 11_999_999_999_999_988_00, 3: 60_00},
        aside={2: "unreadable_number"},
        table="subscription",
        shows="arr_minor",
        columns={
            "account_id": '"Id"',
            "arr": '{ column = "Month", times = 12 }',
            "starts_on": '"From"',
        },
    ),
    Hostile(
        "more money than there is, times a million",
        "Id,Month,From\na,999999999999999,2026-01-01\n",
        aside={1: "unreadable_number"},
        table="subscription",
        shows="arr_minor",
        columns={
            "account_id": '"Id"',
            "arr": '{ column = "Month", times = 1000000 }',
            "starts_on": '"From"',
        },
    ),
    Hostile(
        "ids with letters that nobody sees",
        numbered(
            "a\u2067b",
            "a\u061cb",
            "a\ufe0fb",
            "a\u180eb",
            "a\u3164b",
            "a\rb",
            "a\nb",
            "a\x85b",
            "ab",
        ),
        taken={9: 900},
        aside=all_aside("mangled_id", 8),
    ),
    Hostile(
        "one id with blanks and marks around it, and another in capitals",
        numbered("a", " a ", "\u200ba", "A"),
        taken={1: 100, 4: 400},
        aside={2: "duplicate_id", 3: "duplicate_id"},
    ),
    Hostile(
        "ids that are words of programs and formulas",
        numbered("NULL", "NULL", "#N/A", "=1+1"),
        taken={1: 100, 4: 400},
        aside={2: "duplicate_id", 3: "spreadsheet_error"},
    ),
    Hostile(
        "one id with two amounts",
        HEADINGS + "a,Proposal,100,,\na,Proposal,900,,\n",
        taken={1: 100_00},
        aside={2: "duplicate_id"},
    ),
    Hostile(
        "days that no calendar has",
        dated(
            "0000-00-00",
            "1900-01-00",
            "2026-13-01",
            "31/12/2026",
            "31122026",
            "260331",
            "2026-Q1",
            "2026",
        ),
        aside=all_aside("unreadable_date", 8),
    ),
    Hostile(
        "days before and behind all time",
        dated("10000-01-01", "999999-1-1", "1899-12-31", "12-11-10"),
        aside=all_aside("impossible_date", 4),
    ),
    Hostile(
        "the last moment of the last day is that day",
        dated("9999-12-31T23:59:59.9999999", "9999-12-31"),
        taken={1: date(9999, 12, 31), 2: date(9999, 12, 31)},
        shows="close_on",
    ),
    Hostile("an instant in the year 999999", created("999999-1-1"), aside={1: "unreadable_date"}),
    Hostile(
        "digits of another width, and marks within a day",
        dated("２０２６-03-31", "2026-０3-31", "2026\u200b-03-31", "\u200f2026-03-31\u200f"),
        taken={4: date(2026, 3, 31)},
        aside=all_aside("unreadable_date", 3),
        shows="close_on",
    ),
    Hostile(
        "instants whose zone no place has",
        created(
            "2026-03-31T10:00+25:00",
            "2026-03-31T10:00:00-15:00",
            "2026-03-31+02:00",
            "2026-3-1 9:05+2",
        ),
        aside=all_aside("unreadable_date", 4),
    ),
    Hostile(
        "short instants keep their zone",
        created("2026-3-1 9:05+02", "2026-3-1 10:11Z", "2026-3-1 9:05 -0500", "2026-3-1 9:05"),
        taken={
            1: datetime(2026, 3, 1, 7, 5),
            2: datetime(2026, 3, 1, 10, 11),
            3: datetime(2026, 3, 1, 14, 5),
            4: datetime(2026, 3, 1, 8, 5),
        },
        shows="created_at",
    ),
    Hostile(
        "short instants at an hour that no clock shows",
        created(
            "2026-3-1 24:00:00Z", "2026-3-1 24:00Z", "2026-3-1 9:60Z", "2026-03-1 24:00:00+0000"
        ),
        aside=all_aside("unreadable_date", 4),
    ),
    Hostile(
        "answers between yes and no",
        "Id,Test\na,maybe\nb,2\nc,\nd,truee\ne,yes\n",
        taken={3: None, 5: True},
        aside={1: "unknown_value", 2: "unknown_value", 4: "unknown_value"},
        table="account",
        shows="is_test",
        columns={"account_id": '"Id"', "is_test": '"Test"'},
    ),
]

SHEET, BOOK, RELATIONS = "xl/worksheets/s1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TABLE = [
    ["Id", "Stage", "Amount", "Created", "Close"],
    ["d1", "Proposal", 100, None, datetime(2026, 3, 31)],
    ["d2", "Proposal", 200, None, None],
]
AMOUNT, CLOSE = '<c r="C2"><v>100</v></c>', '<c r="E2" s="1"><v>46112.0</v></c>'
FIRST_ID = '<c r="A2" t="inlineStr"><is><t>d1</t></is></c>'
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

Parts = dict[str, bytes]


def book(
    *changes: Callable[[Parts], object],
    table: Sequence[Sequence[object]] = TABLE,
    packed: bool = True,
) -> Callable[[Path], None]:
    """Writes a workbook whose parts were changed."""

    def write(path: Path) -> None:
        workbook(path, {"S": table})
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for change in changes:
            change(parts)
        how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with zipfile.ZipFile(path, "w", how) as archive:
            for name, text in parts.items():
                archive.writestr(name, text)

    return write


def put(old: str, new: str, part: str = SHEET) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode(), 1)

    return change


def without(part: str) -> Callable[[Parts], object]:
    return lambda parts: parts.pop(part)


def shared(strings: str) -> Callable[[Parts], None]:
    """The first id is the first of these strings."""

    def change(parts: Parts) -> None:
        put(FIRST_ID, '<c r="A2" t="s"><v>0</v></c>')(parts)
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        relation = f'<Relationship Id="rIdT" Type="{kind}" Target="sharedStrings.xml"/>'
        put("</Relationships>", f"{relation}</Relationships>", RELATIONS)(parts)
        parts["xl/sharedStrings.xml"] = strings.encode()

    return change


def strings(text: str) -> str:
    return f"<sst {NAMESPACE}><si><t>{text}</t></si></sst>"


def damaged(
    write: Callable[[Path], object], *changes: tuple[bytes, bytes]
) -> Callable[[Path], None]:
    """Writes a file, then changes bytes of it behind its back."""

    def then(path: Path) -> None:
        write(path)
        whole = path.read_bytes()
        for old, new in changes:
            assert old in whole
            whole = whole.replace(old, new)
        path.write_bytes(whole)

    return then


def unpackable(path: Path) -> None:
    """A workbook whose sheet does not unpack."""
    book()(path)
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        begins = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    for place in range(begins, begins + 3):
        whole[place] ^= 0xFF
    path.write_bytes(whole)


def sheet(name: str, old: str, new: str, **expected: Any) -> Hostile:
    return Hostile(name, book(put(old, new)), file="deals.xlsx", **expected)


def workbook_case(name: str, content: Content, **expected: Any) -> Hostile:
    return Hostile(name, content, file="deals.xlsx", **expected)


LAUGHS = (
    '<!DOCTYPE s [<!ENTITY a "00"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
)

WORKBOOKS = [
    workbook_case(
        "a workbook without a sheet's part",
        book(without(SHEET)),
        says="it has no xl/worksheets/s1.xml",
    ),
    workbook_case(
        "a workbook that lists no sheet",
        book(put('<sheet name="S" sheetId="1" r:id="rId1"/>', "", BOOK)),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "a workbook without its list of sheets",
        book(without(BOOK)),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "a workbook without its styles: its days are mere numbers",
        book(without("xl/styles.xml")),
        taken={2: 200_00},
        aside={1: "unreadable_date"},
    ),
    workbook_case(
        "an encoding that nobody knows",
        book(put("<workbook", '<?xml version="1.0" encoding="nonsense"?><workbook', BOOK)),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "an encoding that is none of letters",
        book(put("<workbook", '<?xml version="1.0" encoding="hex"?><workbook', BOOK)),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "an encoding of several bytes a letter",
        book(put("<workbook", '<?xml version="1.0" encoding="shift_jis"?><workbook', BOOK)),
        says="cannot be read as a workbook",
    ),
    workbook_case("a sheet that does not unpack", unpackable, says="cannot be read as a workbook"),
    workbook_case(
        "a part with a password",
        damaged(
            book(packed=False),
            (b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\1"),
            (b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"),
        ),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "a sheet of which one digit was changed",
        damaged(book(packed=False), (b"<v>100</v>", b"<v>900</v>")),
        says="Bad CRC-32",
    ),
    workbook_case(
        "a text that cells share, of which one letter was changed",
        damaged(book(shared(strings("d1")), packed=False), (b"<t>d1</t>", b"<t>d9</t>")),
        says="Bad CRC-32",
    ),
    workbook_case(
        "a text that cells share is not there",
        book(shared(f"<sst {NAMESPACE}></sst>")),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "texts that cells share end in mid word",
        book(shared(strings("d1")[:-9])),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "texts that ask for the machine's files",
        book(shared(LAUGHS + strings("&x;"))),
        says="cannot be read as a workbook",
    ),
    workbook_case(
        "texts that grow without end",
        book(shared(LAUGHS + strings("&b;"))),
        says="cannot be read as a workbook",
    ),
    sheet(
        "one cell twice, with two amounts",
        AMOUNT,
        AMOUNT + '<c r="C2"><v>5</v></c>',
        says="the cell C2 twice",
    ),
    sheet(
        "one row twice",
        '<c r="A3" t="inlineStr">',
        '<c r="A2" t="inlineStr">',
        says="the cell A2 twice",
    ),
    sheet(
        "two amounts in one cell",
        AMOUNT,
        '<c r="C2"><v>100</v><v>5</v></c>',
        says="two values in the cell C2",
    ),
    sheet(
        "a number with a comment in its midst",
        AMOUNT,
        '<c r="C2"><v>1<!-- -->00</v></c>',
        says="in several parts",
    ),
    sheet(
        "a number with a digit written as a code",
        AMOUNT,
        '<c r="C2"><v>1&#48;0</v></c>',
        says="in several parts",
    ),
    sheet(
        "a number that is marked as mere letters",
        AMOUNT,
        '<c r="C2"><v><![CDATA[100]]></v></c>',
        says="in several parts",
    ),
    sheet(
        "a number with an attribute, between comments, is the number all the same",
        AMOUNT,
        '<!-- --><c r="C2"><v xml:space="preserve">100</v></c><!-- -->',
        taken=TWO,
    ),
    sheet(
        "a number with an attribute, and a comment in its midst",
        AMOUNT,
        '<c r="C2"><v xml:space="preserve">1<!-- -->00</v></c>',
        says="in several parts",
    ),
    sheet(
        "a second table of cells in one sheet",
        "</sheetData>",
        '</sheetData><sheetData><row r="4"><c r="A4"><v>3</v></c></row></sheetData>',
        says="in two places",
    ),
    sheet(
        "a number that is no number",
        AMOUNT,
        '<c r="C2"><v>abc</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_number"},
    ),
    sheet(
        "a number beyond all numbers",
        AMOUNT,
        '<c r="C2"><v>1e400</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_number"},
    ),
    sheet(
        "yes for an amount",
        AMOUNT,
        '<c r="C2" t="b"><v>1</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_number"},
    ),
    sheet(
        "a day for an amount",
        AMOUNT,
        '<c r="C2" s="1"><v>100</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_number"},
    ),
    sheet(
        "a kind of cell that there is not",
        AMOUNT,
        '<c r="C2" t="zz"><v>100</v></c>',
        says="cannot be read as a workbook",
    ),
    sheet(
        "a day in the year 273,792",
        CLOSE,
        '<c r="E2" s="1"><v>99999999</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_date"},
    ),
    sheet(
        "a day before all days",
        CLOSE,
        '<c r="E2" s="1"><v>-5</v></c>',
        taken={2: 200_00},
        aside={1: "unreadable_date"},
    ),
    sheet(
        "a sheet that says it is smaller than it is",
        "<sheetData>",
        '<dimension ref="A1:B2"/><sheetData>',
        taken=TWO,
    ),
    sheet("a row that is hidden counts", '<row r="3">', '<row r="3" hidden="1">', taken=TWO),
    workbook_case(
        "headings that are merged over three columns",
        book(table=[["Id", "Stage", None, None, None], *TABLE[1:]]),
        says="has no column",
    ),
    workbook_case(
        "a row that is shifted by a cell",
        book(table=[*TABLE, ["d3", "Norvik", "Proposal", 300, None, "2026-01-01"]]),
        taken=TWO,
        aside={3: "unknown_stage"},
    ),
    workbook_case(
        "numbers and days that are text",
        book(
            table=[
                TABLE[0],
                ["d1", "Proposal", "'100", None, None],
                ["d2", "Proposal", "200", None, "46112"],
            ]
        ),
        aside={1: "unreadable_number", 2: "unreadable_date"},
    ),
    workbook_case(
        "an id of more digits than a workbook keeps",
        book(table=[*TABLE, [1234567890123456789, "Proposal", 3, None, None]]),
        taken=TWO,
        aside={3: "mangled_id"},
    ),
]


def parquet(**columns: Any) -> Callable[[Path], None]:
    """Writes three deals; a name with `how_` in front is a setting of the writer."""
    told = {
        "Id": ["d1", "d2", "d3"],
        "Stage": ["Proposal"] * 3,
        "Amount": pa.array([100, 200, 300]),
        "Created": pa.nulls(3, pa.string()),
        "Close": pa.nulls(3, pa.string()),
    }
    how = {name[4:]: columns.pop(name) for name in list(columns) if name.startswith("how_")}
    table = pa.table(told | columns)
    return lambda path: pq.write_table(table, path, **how)


def twice(path: Path) -> None:
    texts = [pa.array(["x"])] * 6
    pq.write_table(pa.table(texts, ["Id", "Stage", "Amount", "Amount", "Created", "Close"]), path)


def cut(
    write: Callable[[Path], object], begin: int, end: int | None, then: bytes
) -> Callable[[Path], object]:
    def written(path: Path) -> None:
        write(path)
        path.write_bytes(path.read_bytes()[begin:end] + then)

    return written


def parquet_case(name: str, content: Content, **expected: Any) -> Hostile:
    return Hostile(name, content, file="deals.parquet", **expected)


THREE = {1: 100_00, 2: 200_00, 3: 300_00}
ONE_DIGIT = ((200).to_bytes(8, "little"), (900).to_bytes(8, "little"))
BARE = {"how_compression": "none", "how_write_page_checksum": True}

PARQUETS = [
    parquet_case(
        "half a Parquet file", cut(parquet(), 0, 600, b""), says="cannot be read as Parquet"
    ),
    parquet_case("nothing but the marks of Parquet", b"PAR1PAR1", says="cannot be read as Parquet"),
    parquet_case(
        "a footer that says it is two gigabytes",
        cut(parquet(), 0, -8, b"\xff\xff\xff\x7fPAR1"),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "a footer of nothing",
        cut(parquet(), 0, -8, bytes(4) + b"PAR1"),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "a footer that is locked", cut(parquet(), 0, -4, b"PARE"), says="cannot be read as Parquet"
    ),
    parquet_case(
        "a digit that was changed in a page",
        damaged(parquet(how_use_dictionary=False, **BARE), ONE_DIGIT),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "a digit that was changed in a list of values",
        damaged(parquet(**BARE), ONE_DIGIT),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "two columns of text with one name",
        twice,
        says="two columns of text with the name 'Amount'",
    ),
    parquet_case(
        "no column at all", lambda path: pq.write_table(pa.table({}), path), says="has no column"
    ),
    parquet_case(
        "no row at all",
        lambda path: pq.write_table(
            pa.table({n: pa.nulls(0, pa.string()) for n in HEADINGS.strip().split(",")}), path
        ),
    ),
    parquet_case(
        "bytes that are no text",
        parquet(Id=pa.array([b"\xff\xfe", b"d2", b"d3"])),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "text that says it is UTF-8 and is not",
        parquet(Id=pa.array([b"M\xfcller", b"d2", b"d3"]).view(pa.string())),
        says="cannot be read as Parquet",
    ),
    parquet_case(
        "amounts within amounts",
        parquet(Amount=pa.array([{"v": 1}, None, {"v": 3}])),
        taken={2: None},
        aside={1: "unreadable_number", 3: "unreadable_number"},
    ),
    parquet_case(
        "a list of amounts",
        parquet(Amount=pa.array([[1, 2], [3], []])),
        aside=all_aside("unreadable_number", 3),
    ),
    parquet_case(
        "amounts of fifty digits",
        parquet(
            Amount=pa.array([Decimal("100.00"), Decimal("1" * 50), None], pa.decimal256(60, 2))
        ),
        taken={1: 100_00, 3: None},
        aside={2: "unreadable_number"},
    ),
    parquet_case(
        "amounts that are no numbers",
        parquet(Amount=pa.array([float("nan"), float("-inf"), 1.25])),
        taken={3: 125},
        aside={1: "unreadable_number", 2: "unreadable_number"},
    ),
    parquet_case(
        "amounts from a list of values",
        parquet(Amount=pa.array([100, 200, 300]).dictionary_encode()),
        taken=THREE,
    ),
    parquet_case(
        "yes and no for amounts",
        parquet(Amount=[True, False, None]),
        taken={3: None},
        aside={1: "unreadable_number", 2: "unreadable_number"},
    ),
    parquet_case(
        "instants at both ends of nanoseconds",
        parquet(Created=pa.array([2**63 - 1, -(2**63), 0], pa.timestamp("ns"))),
        taken={3: 300_00},
        aside={1: "impossible_date", 2: "impossible_date"},
    ),
    parquet_case(
        "instants beyond every calendar",
        parquet(Created=pa.array([2**63 - 1, -(2**63), 0], pa.timestamp("ms"))),
        taken={3: 300_00},
        aside={1: "unreadable_date", 2: "unreadable_date"},
    ),
    parquet_case(
        "days beyond every calendar",
        parquet(Close=pa.array([2**31 - 1, -(2**31), 20_000], pa.date32())),
        taken={3: 300_00},
        aside={1: "unreadable_date", 2: "unreadable_date"},
    ),
    parquet_case(
        "instants of a zone that there is not are in UTC all the same",
        parquet(Created=pa.array([0, 1_774_951_872, None], pa.timestamp("s", "Mars/Olympus"))),
        taken={1: datetime(1970, 1, 1), 2: datetime(2026, 3, 31, 10, 11, 12), 3: None},
        shows="created_at",
    ),
    parquet_case(
        "times of day for days",
        parquet(Close=pa.array([0, 1, 2], pa.time64("us"))),
        aside=all_aside("unreadable_date", 3),
    ),
    parquet_case(
        "ids that were made numbers with a point, and cut",
        parquet(Id=[1e21, 1.5e300, 12.0]),
        taken={3: 300_00},
        aside={1: "mangled_id", 2: "mangled_id"},
    ),
]

CASES = [*BYTES, *OTHER_KINDS, *ROWS_AND_HEADINGS, *CELLS, *WORKBOOKS, *PARQUETS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_file_is_refused_or_every_row_of_it_is_accounted_for(tmp_path, case):
    of = case.sent_to(tmp_path)
    if case.says:
        with pytest.raises(TrivetError) as refused:
            staged(of)
        assert_it_says_what_and_what_to_do(refused.value, case)
        assert landed(of) == []
        return
    connection = staged(of)
    taken = dict(rows(connection, f"select file_row, {case.shows} from staged.{case.table}"))
    aside = dict(rows(connection, "select file_row, rule from quarantine"))
    noticed = rows(connection, "select kind, number from staged.noticed")
    assert (taken, aside, noticed) == (dict(case.taken), dict(case.aside), list(case.noticed))
    # As the build itself accounts for them: no row stands in two places, and none in no place.
    counts = "rows, staged_rows, quarantined_rows, not_applicable_rows + repeated_rows"
    every = len(case.taken) + len(case.aside)
    assert rows(connection, f"select {counts} from staged.feed") == [
        (every, len(case.taken), len(case.aside), 0)
    ]


def assert_it_says_what_and_what_to_do(refused: TrivetError, case: Hostile) -> None:
    assert case.file in str(refused.happened)
    assert case.says in str(refused.happened)
    assert str(refused.remedy).strip()


def landed(of: Workspace) -> list[Path]:
    """Files that landing has kept, whole or not."""
    return [path for path in of.landing.rglob("*") if path.is_file()]


def test_there_are_more_than_fifty_of_them_and_each_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES) > 55


DEALS = feed("opportunity", OPPORTUNITY, "deals.csv")


def nothing(path: Path) -> None:
    """Leave the place empty."""


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(Path.mkdir, id="a folder with the name of an export"),
        pytest.param(lambda path: path.symlink_to(path), id="a link that leads to itself"),
        pytest.param(lambda path: path.symlink_to("gone.csv"), id="a link that leads nowhere"),
        pytest.param(os.mkfifo, id="a pipe that nobody writes to"),
        pytest.param(nothing, id="no file"),
    ],
)
def test_what_is_no_file_is_missing(tmp_path, made):
    of = workspace(tmp_path, DEALS, {})
    made(tmp_path / "deals.csv")
    with pytest.raises(ExportMissing, match=r"There is no file deals\.csv") as refused:
        staged(of)
    assert refused.value.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    of = workspace(tmp_path, DEALS, {"deals.csv": PLAIN})
    (tmp_path / "deals.csv").chmod(0)
    with pytest.raises(ExportUnreadable, match=r"deals\.csv cannot be read: .*denied"):
        staged(of)


def grow(path: Path) -> None:
    with path.open("a") as export:
        export.write("d3,Proposal,300,,\n")


def rewrite(path: Path) -> None:
    # The same number of bytes: only the time of the change tells.
    told = path.stat()
    path.write_text(PLAIN.replace("100", "900"))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns + 1_000))


@pytest.mark.parametrize("moment", ["before it is opened", "while its rows are read"])
@pytest.mark.parametrize(
    ("change", "says"),
    [(grow, "was changed"), (rewrite, "was changed"), (Path.unlink, "is not any more")],
    ids=["grows", "is written anew", "goes away"],
)
def test_a_file_that_changes_in_the_midst_never_passes_for_what_it_was(
    tmp_path, monkeypatch, change, says, moment
):
    of = workspace(tmp_path, DEALS, {"deals.csv": PLAIN})
    path = tmp_path / "deals.csv"
    name = "fingerprint" if moment == "before it is opened" else "Ticker"
    real = getattr(landing, name)

    def then_changed(*asked: object) -> object:
        found = real(*asked)
        change(path)
        return found

    monkeypatch.setattr(landing, name, then_changed)
    with pytest.raises(ExportUnreadable, match=says) as refused:
        staged(of)
    assert str(path) in str(refused.value.happened)
    assert landed(of) == []
    monkeypatch.undo()
    # Once it stands still, it is read as it is.
    if path.exists():
        taken = rows(staged(of), "select sum(amount_minor) from staged.opportunity")
        assert taken == [(600_00 if change is grow else 1100_00,)]
