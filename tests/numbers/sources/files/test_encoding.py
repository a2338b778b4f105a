from __future__ import annotations

import gzip

import pytest

from tests.numbers.sources.files.reading import cells, file, read
from trivet.errors import ExportUnreadable


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Møller & Søn 株式会社"),
        ("utf-8-sig", "Møller & Søn"),
        ("utf-16", "Møller & Søn"),
        ("utf-16-le", "Moller & Son"),
        ("latin-1", "Société Générale"),
        ("cp1252", "Café “Zum Löwen” – 5 €"),
        ("cp1250", "Příliš žluťoučký kůň, Łódź"),
        ("cp1251", "Привет, мир и компания"),
        ("shift_jis", "日本電気株式会社東京"),
    ],
)
def test_names_come_out_as_they_were_written(tmp_path, encoding, name):
    path = file(tmp_path, f'Id,Name\n1,"{name}"\n'.encode(encoding))
    rows = read(path)[0]
    assert rows == [{"_file_row": 1, "Id": "1", "Name": name}]


def test_one_accent_deep_in_a_long_export_is_enough_to_tell(tmp_path):
    lines = "".join(f"{n},plain\n" for n in range(200_000))
    path = file(tmp_path, f"Id,Name\n{lines}9,Müller GmbH\n".encode("cp1252"))
    rows, _, how = read(path)
    assert rows[-1]["Name"] == "Müller GmbH"
    assert how["encoding"] == "cp1252"


def test_the_mapping_may_tell_the_encoding(tmp_path):
    path = file(tmp_path, "Id,Name\n1,Česko\n".encode("iso8859-2"))
    assert cells(path, encoding="iso8859-2") == [["1", "Česko"]]


def test_an_encoding_that_does_not_fit_is_refused_with_the_likely_one(tmp_path):
    path = file(tmp_path, "Id,Name\n1,Müller GmbH\n".encode("cp1252"))
    with pytest.raises(ExportUnreadable, match=r"is not utf-8.*encoding = 'cp1252'"):
        read(path, encoding="utf-8")


def test_one_foreign_byte_does_not_make_another_encoding_of_a_whole_export(tmp_path):
    lines = [f"{n},Büro {n}\n".encode() for n in range(1, 60)]
    lines[57] = b"58,M\xfcller\n"
    lines.append(b"60,x,M\xfcller\n")
    rows, written, how = read(file(tmp_path, b"Id,Name\n" + b"".join(lines)))
    assert how["encoding"] == "utf-8"
    assert [row["Name"] for row in rows] == [f"Büro {n}" for n in range(1, 60) if n != 58]
    assert [(row.file_row, row.text) for row in written.refused] == [
        (58, r"58,M\xfcller"),
        (60, r"60,x,M\xfcller"),
    ]
    assert written.refused[0].says == r"M\xfcller in the column Name is not UTF-8"
    # The same with the mark of UTF-8 before it, compressed, and when the mapping says so.
    whole = b"Id,Name\n" + b"".join(lines)
    assert read(file(tmp_path, b"\xef\xbb\xbf" + whole))[1].refused == written.refused
    packed = file(tmp_path, gzip.compress(whole), "export.csv.gz")
    assert read(packed)[1].refused == written.refused
    assert read(file(tmp_path, whole), encoding="utf-8")[1].refused == written.refused


def test_an_export_half_in_one_encoding_and_half_in_another_is_refused(tmp_path):
    halves = "1,Büro\n2,Köln\n".encode() + "3,Müller\n4,Jäger\n5,Größe\n".encode("cp1252")
    path = file(tmp_path, b"Id,Name\n" + halves)
    with pytest.raises(
        ExportUnreadable, match="is in two encodings: 4 of its bytes are not UTF-8, and 2 of its"
    ):
        read(path)
    # Whoever looked says which.
    assert cells(path, encoding="cp1252")[2] == ["3", "Müller"]


def test_a_heading_with_a_byte_of_another_encoding_is_refused(tmp_path):
    path = file(tmp_path, b"Id,N\xfcme\n" + "1,Büro\n2,Köln\n".encode())
    with pytest.raises(ExportUnreadable, match="its heading has bytes that are not"):
        read(path)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "LIBERTÉ» et «ÉGALITÉ», société générale à Besançon, près du château"),
        ("gb18030", "中国石油天然气集团公司"),
        ("big5", "中華電信股份有限公司"),
        ("euc_kr", "삼성전자주식회사"),
        ("shift_jis", "トヨタ自動車株式会社"),
        ("cp1251", "Газпром нефть, ПАО"),
    ],
)
def test_another_encoding_that_looks_like_utf8_by_chance_is_still_itself(tmp_path, encoding, text):
    path = file(tmp_path, f'Id,Name\n1,"{text}"\n'.encode(encoding))
    assert read(path)[0][0]["Name"] == text
