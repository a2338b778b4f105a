from __future__ import annotations

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
