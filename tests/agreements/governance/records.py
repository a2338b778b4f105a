"""A record of every kind that governance keeps, for whoever changes one by hand."""

from __future__ import annotations

from tests.agreements.governance.deadlock import agreed, put, rejected, ruled, succeed
from tests.agreements.leaders import Leaders, join, later
from trivet.agreements.documents.actions.propose import propose
from trivet.agreements.governance.actions.answer import affirm, contest
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.actions.remind import remind
from trivet.agreements.governance.models import Onboarding
from trivet.agreements.governance.rules.side import Verdict
from trivet.agreements.people.actions.appoint import appoint
from trivet.agreements.people.models import Seat


def one_of_each(people: Leaders) -> None:
    """Three documents: one was ruled on, of the second a question waits, the third is contested."""
    documents = [agreed(people, key=key, days=days) for key, days in (("a", 2), ("b", 3), ("c", 4))]
    first = put(rejected(documents[0], people), people.cmo)
    remind(first.due_at)
    ruled(first, people.ceo, Verdict.SENT_BACK, key="back", now=later(days=11))
    ruled(first, people.ceo, key="final", now=later(days=12))
    people.cro = succeed(people)
    reconcile(later(days=40))
    onboarding = Onboarding.objects.get(tenure__person=people.cro)
    for document, answer in ((documents[1], affirm), (documents[2], contest)):
        version = document.in_force()
        why = {"why": "Too slow."} if answer is contest else {}
        answer(
            onboarding=onboarding, version=version, shown_hash=version.sha256, by=people.cro,
            key=f"k{version.pk}", now=later(days=41), **why,
        )  # fmt: skip
    change = propose(
        document=documents[2], body={"days": 1}, why="x", by=people.cro, now=later(days=42)
    )
    put(change, people.cro, now=later(days=43))
    reconcile(later(days=43))
    # Somebody in a seat that brings nobody in.
    appoint(
        seat=Seat.objects.get(key="rep"), person=join("Rita Boll"), by=people.admin,
        now=later(days=44),
    )  # fmt: skip
