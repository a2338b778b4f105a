"""A whole number as somebody wrote it into an address or a form."""

from __future__ import annotations

MOST = 2**63 - 1
"""What a database keeps in one column."""


def read_whole(text: str, most: int = MOST) -> int | None:
    """0 or more, in the digits of ASCII; None for anything else, and for more than `most`.

    `int()` also reads other scripts' digits, and stops with an error of its own at a few thousand.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    found = int(text)
    return found if found <= most else None
