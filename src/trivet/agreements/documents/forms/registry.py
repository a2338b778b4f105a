"""Which form words which kind of document."""

from __future__ import annotations

from typing import Protocol

from django.http import QueryDict

from trivet.agreements.documents.rules.body import Body
from trivet.errors import DocumentRefused


class Wording(Protocol):
    """A form that words a body.

    template   draws its fields, as `form`
    wrong      what is wrong, by the name of the field; filled by `is_valid`
    rearranges True where a row was added, moved or taken away: show it again, save nothing
    """

    template: str
    wrong: dict[str, str]

    def __init__(self, body: Body, data: QueryDict | None = None) -> None: ...

    @property
    def rearranges(self) -> bool: ...

    def is_valid(self) -> bool: ...

    def body(self) -> dict[str, object]:
        """What was filled in, as a body. Only after `is_valid`, or where nothing was sent."""
        ...

    @staticmethod
    def first() -> Body:
        """The body that a new document of this kind begins with."""
        ...


_forms: dict[str, type[Wording]] = {}


def register(kind: str, form: type[Wording]) -> None:
    """Give a kind its form. A chapter does it when its app is ready."""
    _forms[kind] = form


def form_for(kind: str) -> type[Wording]:
    """Raises   DocumentRefused if this kind is not worded on a page"""
    if kind not in _forms:
        raise DocumentRefused(
            "A document of the kind %(kind)s is not worded on these pages.",
            remedy="It is changed where it is made.",
            kind=repr(kind),
        )
    return _forms[kind]


def is_worded(kind: str) -> bool:
    """Whether a kind has a form at all."""
    return kind in _forms
