"""The body of a version: text that has one spelling, and the hash people sign."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from trivet.vocabulary.canonical import canonical_bytes

Body = Mapping[str, object]


def body_text(body: Body) -> str:
    """Canonical JSON (RFC 8785, NFC, decimals as text).

    Raises   TypeError for a value without an exact form
    """
    return canonical_bytes(body).decode()


def text_hash(text: str) -> str:
    """SHA-256 of the text's bytes: what a signature covers."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_body(text: str) -> dict[str, object]:
    """The body a text holds."""
    found: dict[str, object] = json.loads(text)
    return found
