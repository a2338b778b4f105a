"""Kinds of document, and what each asks of its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trivet.agreements.documents.rules.body import Body
from trivet.agreements.people.rules.right import Thing
from trivet.agreements.people.rules.seat import SIGNING, SeatKey
from trivet.errors import DocumentRefused


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a document, as people read and sign it.

    place   where it stands in the body; a comment hangs on it
    """

    place: str
    heading: str
    says: str


def _no_warning(body: Body) -> list[str]:
    return []


ONLY = "company"
"""The key of a document that a company has once."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of document is.

    problems     sentences about what is wrong with a body; a body with any is no version
    reads        the clauses a person signs, from the body
    thing        whose rights apply to it
    required     the seats that sign it
    signs_twice  why one person may sign it in two seats; empty where that is refused
    took_effect  called once a version of it is in force for good
    plural       several of it; empty where there is one only
    owner        the seat that answers for one, unless another is named
    only_one     a company has one of it, under the key `company`
    warns        what a signer should know before signing, although it may be signed
    called       the name of a document by its key, whatever its versions say; else its own title
    titled       what a version is called, where that follows from its body
    """

    id: str
    title: str
    thing: Thing
    problems: Callable[[Body], list[str]]
    reads: Callable[[Body], list[Clause]]
    required: tuple[SeatKey, ...] = SIGNING
    signs_twice: str = ""
    took_effect: Callable[[], None] | None = None
    plural: str = ""
    owner: SeatKey = SeatKey.CRO
    only_one: bool = False
    warns: Callable[[Body], list[str]] = _no_warning
    called: Callable[[str], str] | None = None
    titled: Callable[[Body], str] | None = None

    @property
    def heading(self) -> str:
        """What stands over all of it."""
        return self.plural or self.title


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Give a kind its place. A chapter does it when its app is ready."""
    _kinds[kind.id] = kind


def kind_named(name: str) -> Kind:
    """Raises   DocumentRefused if nobody registered it"""
    if name not in _kinds:
        raise DocumentRefused(
            "There is no kind of document %(name)s.",
            remedy="There are %(kinds)s.",
            name=repr(name),
            kinds=", ".join(sorted(_kinds)) or "none yet",
        )
    return _kinds[name]


def kinds() -> Mapping[str, Kind]:
    """Every kind, by id."""
    return dict(_kinds)
