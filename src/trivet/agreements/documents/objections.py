"""What speaks against a version beside its own words: the company's data, and what else is agreed.

A body is checked by its kind alone, wherever it is written. Whether a definition fits the data, and
the definitions beside it, only a door above knows, which gives it here:
`register("metric_definition", against)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trivet.agreements.documents.models import Version
from trivet.agreements.documents.rules.body import Body
from trivet.errors import TrivetError


@dataclass(frozen=True, slots=True)
class Objection:
    """One sentence, and what to do about it.

    refuses   it may not be signed while this holds; else a signer should know it
    """

    says: str
    remedy: str
    refuses: bool


Ask = Callable[[Body], Sequence[Objection]]

_asked: dict[str, Ask] = {}


def register(kind: str, ask: Ask) -> None:
    """Let this be asked before a version of a kind is signed."""
    _asked[kind] = ask


def objections(version: Version) -> list[Objection]:
    """What speaks against signing it, what refuses it first.

    Data that cannot be asked, because no build is there or none can be read, says nothing: an
    agreement comes before the data, and what is wrong with a build is said on its own pages.
    """
    ask = _asked.get(version.document.kind)
    if ask is None:
        return []
    try:
        found = ask(version.body)
    except TrivetError:
        return []
    return sorted(found, key=lambda each: not each.refuses)
