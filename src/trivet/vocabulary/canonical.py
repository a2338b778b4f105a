"""One byte form for a document, so that a hash means the same thing on every machine.

JSON Canonicalization Scheme (RFC 8785), after text is brought to Unicode NFC. Numbers that
are not whole travel as text ("0.30"): a float would round in somebody else's parser.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import rfc8785

TYPES_ALLOWED = (
    "a canonical document holds text, whole numbers, true, false, null, lists and objects"
)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Decimal():
            return format(value.normalize(), "f")
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Mapping():
            return {unicodedata.normalize("NFC", str(k)): _plain(v) for k, v in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} {value!r}: {TYPES_ALLOWED}")


def canonical_bytes(document: Mapping[str, object]) -> bytes:
    """The document's only byte form.

    Raises   TypeError for a float or any other value that has no exact JSON form
    """
    plain = _plain(document)
    assert isinstance(plain, dict)
    return rfc8785.dumps(plain)


def canonical_hash(document: Mapping[str, object]) -> str:
    """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()
