"""Reading the parts of a test from a document, and refusing what is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from trivet.errors import ProfileRefused
from trivet.sentence import Sentence

REMEDY = Sentence("docs/reference/icp.md shows the form of each test.")


def only(told: Mapping[str, object], *names: str) -> None:
    """Raises   ProfileRefused if the document has a part that nothing reads"""
    extra = sorted(told.keys() - {"kind", *names})
    if extra:
        raise ProfileRefused(
            "nothing reads %(extra)s",
            remedy=REMEDY,
            extra=", ".join(extra),
        )


def text(told: Mapping[str, object], name: str) -> str:
    """Text that is not blank. Raises   ProfileRefused"""
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ProfileRefused(
            "%(name)s has to be text, not %(value)s",
            remedy=REMEDY,
            name=name,
            value=repr(value),
        )
    return value.strip()


def texts(told: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Several words, without the same one twice; their order is kept."""
    value = told.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ProfileRefused(
            "%(name)s has to be a list of text, not %(value)s",
            remedy=REMEDY,
            name=name,
            value=repr(value),
        )
    return tidy(value)


def tidy(values: Iterable[str]) -> tuple[str, ...]:
    """Without blanks, and each once."""
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def whole(told: Mapping[str, object], name: str) -> int:
    """A whole number. Raises   ProfileRefused"""
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProfileRefused(
            "%(name)s has to be a whole number, not %(value)s",
            remedy=REMEDY,
            name=name,
            value=repr(value),
        )
    return value


def flag(told: Mapping[str, object], name: str) -> bool:
    """True or false; false where it is not said. Raises   ProfileRefused"""
    value = told.get(name, False)
    if not isinstance(value, bool):
        raise ProfileRefused(
            "%(name)s has to be true or false, not %(value)s",
            remedy=REMEDY,
            name=name,
            value=repr(value),
        )
    return value


def decimal(told: Mapping[str, object], name: str) -> Decimal | None:
    """A number as decimal text or a whole number; None where there is no such limit."""
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    try:
        found = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise ProfileRefused(
            "%(name)s has to be a number, not %(value)s",
            remedy=REMEDY,
            name=name,
            value=repr(value),
        )
    return found
