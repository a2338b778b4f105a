from __future__ import annotations

import pytest

from trivet.vocabulary.whole_number import MOST, read_whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        (str(MOST), MOST),
        (str(MOST + 1), None),
        ("9" * 5_000, None),
        ("-1", None),
        ("1e3", None),
        ("²", None),
        ("１２", None),
        ("", None),
        (" 1", None),
    ],
)
def test_a_whole_number_is_one_that_can_be_kept(text: str, number: int | None) -> None:
    assert read_whole(text) == number


def test_and_none_above_what_is_asked_for() -> None:
    assert (read_whole("7", most=6), read_whole("6", most=6)) == (None, 6)
