"""A chain of hashes: each row's covers its own facts and the hash before it.

A row changed, taken out or put in by hand no longer fits its neighbour. Whoever may write every
file can make a new chain from there on; that is why the newest hash is printed elsewhere too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trivet.vocabulary.canonical import canonical_bytes

FIRST = "0" * 64
"""What stands before the first row."""


@dataclass(frozen=True, slots=True)
class Link:
    """A row as the chain sees it.

    number   1, 2, 3 ... without a gap
    facts    everything else the row says, in a form that has one spelling
    """

    number: int
    facts: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and what is wrong there."""

    number: int
    says: str


def link_hash(previous: str, number: int, facts: Mapping[str, object]) -> str:
    """SHA-256 over the hash before and the row's canonical facts with its number."""
    digest = hashlib.sha256(previous.encode())
    digest.update(canonical_bytes({**facts, "number": number}))
    return digest.hexdigest()


def breaks(links: Iterable[Link]) -> list[Break]:
    """Every place where the chain does not hold; nothing when it does."""
    found = []
    previous, number = FIRST, 0
    for link in links:
        if link.number != number + 1:
            says = f"row {number + 1} is missing: row {link.number} follows row {number}"
            found.append(Break(link.number, says))
        elif link.previous != previous:
            found.append(Break(link.number, f"row {link.number} does not follow the row before it"))
        if link_hash(link.previous, link.number, link.facts) != link.hash:
            found.append(Break(link.number, f"row {link.number} says something else than it did"))
        previous, number = link.hash, link.number
    return found
