"""A record of every kind that the profile's chapter keeps, for whoever changes one by hand."""

from __future__ import annotations

from tests.agreements.leaders import NOW, Leaders, later
from trivet.agreements.audit.models import TRIVET, Audited
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.icp.models import FunctionDraft, Review, Workshop


def _told(record: Audited) -> None:
    record.tell(at=NOW, by=TRIVET, verb="made", says="One was made.")


def one_of_each(people: Leaders) -> None:
    """Two workshops: what came of the first was reviewed, in the second drafting goes on."""
    over = Workshop(
        opened_by=people.admin, opened_at=NOW, closed_by=people.admin, closed_at=later(days=2),
        closed_why="Sales is at a fair.", proposal=Proposal.objects.first(), is_over=True,
    )  # fmt: skip
    held = Workshop(opened_by=people.cmo, opened_at=later(days=3))
    for workshop in (over, held):
        _told(workshop)
    _told(
        FunctionDraft(
            workshop=over, function="marketing", text='{"criteria":[]}', saved_by=people.cmo,
            saved_at=NOW, handed_in_by=people.cmo, handed_in_at=later(days=1),
        )
    )  # fmt: skip
    _told(
        FunctionDraft(
            workshop=held, function="sales", text="{}", saved_by=people.cro, saved_at=later(days=4)
        )
    )
    version = Version.objects.first()
    assert version is not None
    _told(
        Review(
            version=version, quarter="2026-Q2", sha256="a" * 64, by=people.vp_cs, seat="vp_cs",
            says="It holds.", made_at=later(days=5),
        )
    )  # fmt: skip
