"""How the value of a dimension is written where a person types it: in an address, after `--where`.

A record that has none is *not filled in*: `""` in a figure's scope, `(none)` where it is written,
as every split shows it.
"""

from __future__ import annotations

import re

NOT_FILLED_IN = "(none)"

_LIKE_IT = re.compile(r"\(+none\)+")


def written_value(value: str) -> str:
    """The value as it is written. A value that is itself called (none) gets another bracket."""
    if not value:
        return NOT_FILLED_IN
    return f"({value})" if _LIKE_IT.fullmatch(value) else value


def read_value(text: str) -> str:
    """The value that is written so."""
    if not text or text == NOT_FILLED_IN:
        return ""
    return text[1:-1] if _LIKE_IT.fullmatch(text) else text
