"""Evidence that a question is put with, from whoever knows the kind of document.

Pricing a definition and judging an ICP belong to other chapters, which do not know this one. A
door above both gives them to it: `register("metric_definition", priced)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trivet.agreements.documents.models import Document, Version
from trivet.agreements.governance.rules.side import Side
from trivet.errors import TrivetError


@dataclass(frozen=True, slots=True)
class Attachment:
    """A piece of evidence before it is frozen.

    body   what has a canonical form: text, whole numbers, decimals, lists and objects
    """

    side: Side
    title: str
    body: Mapping[str, object]


Give = Callable[[Document, Mapping[Side, Version | None]], Sequence[Attachment]]
"""The document and its wording by side; the evidence for them as of now."""

_givers: dict[str, Give] = {}


def register(kind: str, give: Give) -> None:
    """Let this be asked for the evidence on a kind of document."""
    _givers[kind] = give


def gather(document: Document, wordings: Mapping[Side, Version | None]) -> list[Attachment]:
    """The evidence there is; what could not be had is said in its place, and holds nothing up."""
    give = _givers.get(document.kind)
    if give is None:
        return []
    try:
        return list(give(document, wordings))
    except TrivetError as wrong:
        body = {"happened": wrong.happened, "remedy": wrong.remedy}
        return [Attachment(Side.PROPOSED, "The evidence could not be had", body)]
