"""A document on which two leaders cannot agree, small enough to read at a glance."""

from __future__ import annotations

from tests.agreements.documents.small_kind import register_promise
from tests.agreements.leaders import NOW, Leaders, join, later
from tests.agreements.written_once import written_once
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.actions.sign import reject, sign
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.governance.actions.escalate import escalate
from trivet.agreements.governance.actions.rule import rule
from trivet.agreements.governance.exhibits import Attachment
from trivet.agreements.governance.models import Escalation, Ruling
from trivet.agreements.governance.queries import docket_of
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.stake import Stake
from trivet.agreements.people.actions.appoint import appoint, confirm, end
from trivet.agreements.people.models import Person, Seat, Tenure
from trivet.numbers.workspace.company import Company

NORVIK = Company(name="Norvik", currency="EUR", time_zone="Europe/Berlin", holidays="DE")
CAME = 40
"""The day on which a new leader comes."""
STAKES = [Stake("win_rate", 40, 1_200_000_00, "EUR")]


def agree(proposal: Proposal, people: Leaders, at=None) -> None:
    for seat in ("cmo", "cro", "vp_cs"):
        sign(
            proposal=proposal, shown_hash=proposal.version.sha256, seat=seat,
            by=getattr(people, seat), key=f"{seat}-{proposal.pk}", now=at or later(hours=1),
        )  # fmt: skip
    proposal.refresh_from_db()


@written_once
def agreed(people: Leaders, *, key: str = "follow-up", days: int = 2) -> Document:
    """Two days, signed by all three on the first of June."""
    register_promise()
    document = begin(
        kind="promise", key=key, title=key.title(), owner=Seat.objects.get(key="cro"),
        by=people.admin, now=NOW,
    )  # fmt: skip
    first = propose(
        document=document, body={"days": days}, why="the start", by=people.admin, now=NOW
    )
    agree(first, people)
    return document


@written_once
def rejected(document: Document, people: Leaders, *, days: int = 9) -> Proposal:
    """The CMO wants it otherwise; the CRO says no on the third of June."""
    change = propose(
        document=document, body={"days": days}, why="slower", by=people.cmo, now=later(days=1)
    )
    reject(proposal=change, seat="cro", why="too slow", by=people.cro, now=later(days=2))
    change.refresh_from_db()
    return change


def priced(_, wordings):
    return [
        Attachment(side, f"Price of {version}", {"accounts": version.number})
        for side, version in wordings.items()
        if version
    ]


def put(proposal: Proposal, by, **how) -> Escalation:
    told = {
        "question": "Which follow-up wins more of the pipeline?",
        "stakes": STAKES,
        "side": Side.PROPOSED,
        "says": "Slow answers to the right leads beat fast ones to all.",
        "now": later(days=3),
        "company": NORVIK,
        "evidence": priced,
    }
    return escalate(proposal=proposal, by=by, **{**told, **how})


def ruled(escalation: Escalation, by, verdict=Verdict.PROPOSED, **how) -> Ruling:
    told = {
        "reason": "Fit before speed.",
        "shown_hash": docket_of(escalation).sha256,
        "key": "form-1",
        "now": later(days=4),
        "company": NORVIK,
    }
    return rule(escalation=escalation, verdict=verdict, by=by, **{**told, **how})


def succeed(people: Leaders, seat="cro", *, days=CAME, name="Nilo Reyes") -> Person:
    """The holder leaves; five days later somebody else is there."""
    left = Tenure.objects.get(seat__key=seat, until_at=None)
    end(tenure=left, by=people.admin, now=later(days=days - 5))
    person = join(name)
    tenure = appoint(
        seat=Seat.objects.get(key=seat), person=person, by=people.admin, now=later(days=days)
    )
    second = people.cmo if seat != "cmo" else people.cro
    confirm(tenure=tenure, by=second, now=later(days=days))
    return person
