"""A part of `trivet.toml`: read once, never changed, and strict about what it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Whole: TypeAlias = Annotated[int, Field(strict=True)]
"""A whole number and nothing that passes for one: in Python `true` is 1."""

Flag: TypeAlias = Annotated[bool, Field(strict=True)]
"""`true` or `false`; not 1, and not the text "no", which would be read as a yes or a no."""


class Part(BaseModel):
    """Frozen; a key it does not know is an error, because a misspelt setting would be ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def nearest(wanted: str, known: Iterable[str]) -> str | None:
    """The known name most like `wanted`, whatever its case and punctuation; None if none is."""

    def plain(name: str) -> str:
        return "".join(character for character in name.casefold() if character.isalnum())

    by_plain = {plain(name): name for name in known}
    found = get_close_matches(plain(wanted), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def unknown(what: str, value: str, known: Iterable[str]) -> str:
    """`'Custmer' is not a table; did you mean 'account'?`, or the list when it is short."""
    names = [str(name) for name in known]
    said = f"{value!r} is not a {what}"
    if near := nearest(value, names):
        return f"{said}; did you mean {near!r}?"
    if len(names) <= 25:
        return f"{said}; known are {', '.join(names) or 'none'}"
    return said
