"""What is asked about metric definitions: what rests on what, and when the five were agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trivet.agreements.documents.kinds.metric_definition import ID
from trivet.agreements.documents.models import Document, Enactment, Proposal, Version
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.clock import Clock
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import (
    SUBJECTS,
    Agreed,
    agreed_definitions,
    read_all,
)
from trivet.numbers.shared_metrics.registry import FIVE, SHARED


@dataclass(frozen=True, slots=True)
class Base:
    """A definition that a metric rests on, as the metric pins it.

    version    the version whose hash is pinned; None if no document has it
    in_force   whether that version is the one in force
    """

    id: str
    title: str
    sha256: str
    version: Version | None
    in_force: bool
    newest: Version | None

    @property
    def is_behind(self) -> bool:
        """Another version is proposed or in force."""
        return self.newest is not None and self.newest.sha256 != self.sha256


def document_of(subject: str) -> Document | None:
    """The document of a metric or a shared definition."""
    return Document.objects.filter(kind=ID, key=subject).first()


def newest(document: Document) -> Version | None:
    """What is proposed for a document, the newest proposal first; else what is in force."""
    proposal = document.proposals.filter(outcome="").order_by("-opened_at", "-pk").first()
    return proposal.version if proposal is not None else document.in_force()


def known_bases() -> dict[str, Definition]:
    """Every version of a shared definition that was ever written, by its hash."""
    shared = [subject.id for subject in SHARED]
    versions = Version.objects.filter(document__kind=ID, document__key__in=shared)
    return read_all(version.body for version in versions)


def bases_of(body: Body) -> list[Base]:
    """What a metric rests on, each with its own standing."""
    uses = body.get("uses", {})
    assert isinstance(uses, dict)
    found = []
    for name, pinned in uses.items():
        document = document_of(str(name))
        versions = document.versions.filter(sha256=pinned) if document else None
        version = versions.last() if versions is not None else None
        held = document.in_force() if document else None
        found.append(
            Base(
                str(name),
                SUBJECTS[str(name)].title,
                str(pinned),
                version,
                held is not None and held.sha256 == pinned,
                newest(document) if document else None,
            )
        )
    return found


def resting_on(base: Version) -> list[Version]:
    """What is proposed or in force of each metric that pins another hash of this base."""
    found = []
    for document in Document.objects.filter(kind=ID):
        version = newest(document)
        uses = version.body.get("uses", {}) if version is not None else {}
        assert isinstance(uses, dict)
        if version is None or base.document.key not in SUBJECTS[str(version.body["id"])].uses:
            continue
        # A version from before there was this base pins none of it.
        if uses.get(base.document.key) != base.sha256:
            found.append(version)
    return found


def clock() -> Clock | None:
    """How long the agreement on the five takes; None before the first of them is proposed."""
    first = (
        Proposal.objects.filter(document__kind=ID, document__key__in=[*FIVE, *_under(FIVE)])
        .order_by("opened_at")
        .first()
    )
    if first is None:
        return None
    held: dict[str, Agreed] = {}
    before: list[Agreed] = []
    agreed_at = None
    agreed: set[str] = set()
    # The day all five were agreed is found by living through it again.
    for enactment in Enactment.objects.filter(document__kind=ID).select_related(
        "version", "document"
    ):
        before += [held[enactment.document.key]] if enactment.document.key in held else []
        held[enactment.document.key] = Agreed(enactment.version.body, enactment.version.number)
        agreed = set(agreed_definitions(held.values(), before))
        if agreed_at is None and agreed >= set(FIVE):
            agreed_at = enactment.from_at
    missing = tuple(name for name in FIVE if name not in agreed)
    return Clock(first.opened_at, agreed_at, missing)


def _under(metrics: Iterable[str]) -> set[str]:
    return {base for metric in metrics for base in SUBJECTS[metric].uses}
