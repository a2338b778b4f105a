"""What is asked about deadlocks and rulings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trivet.agreements.documents.models import Document, Outcome, Proposal, Version
from trivet.agreements.documents.rules.difference import changes
from trivet.agreements.governance.models import Contest, Escalation, Onboarding, Ruling
from trivet.agreements.governance.rules.docket import Docket, Wording, wordings_in
from trivet.agreements.governance.rules.ground import Ground, ground
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.side_by_side import Pair, side_by_side
from trivet.agreements.people.models import Delegation, Person
from trivet.agreements.people.queries import Vacancy, holder_of, vacancies
from trivet.agreements.people.rules.seat import SeatKey


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides.

    holder     None while nobody is CEO
    stands_in  those who may act as the CEO meanwhile
    vacancy    set while nobody is CEO
    """

    holder: Person | None
    stands_in: tuple[Person, ...]
    vacancy: Vacancy | None


@dataclass(frozen=True, slots=True)
class Stander:
    """Somebody who stands for a side, and by what: proposed, signed, rejected, spoke."""

    person: Person
    seat: str
    by: str


# What may be put to the CEO


def ground_of(proposal: Proposal, now: datetime) -> Ground | None:
    """Why a proposal may be escalated now; None while it may not."""
    if not proposal.is_open and proposal.outcome != Outcome.REJECTED:
        return None
    if proposal.outcome == Outcome.REJECTED and _is_past(proposal):
        return None
    contested = Contest.objects.filter(outcome="", version__document=proposal.document_id)
    return ground(
        rejected=proposal.outcome == Outcome.REJECTED,
        contested=contested.exists(),
        days_unsigned=(now - proposal.version.made_at).days,
    )


def _is_past(proposal: Proposal) -> bool:
    """True if its rejection was itself a ruling, or something took effect since."""
    decided = Ruling.objects.exclude(verdict=Verdict.SENT_BACK).filter(
        escalation__in=Escalation.objects.filter(proposal=proposal)
        | Escalation.objects.filter(other=proposal)
    )
    assert proposal.closed_at
    newer = proposal.document.enactments.filter(from_at__gt=proposal.closed_at)
    return decided.exists() or newer.exists()


def open_escalation(document: Document) -> Escalation | None:
    """The question about a document that waits for the CEO."""
    return document.escalations.filter(outcome="").first()


def rivals(proposal: Proposal) -> list[Proposal]:
    """The other open proposals of its document."""
    return list(proposal.document.proposals.filter(outcome="").exclude(pk=proposal.pk))


# What lies before the CEO


def wordings(escalation: Escalation) -> dict[Side, Version | None]:
    """The version of each side: as the CEO saw them once it is ruled, else as they are now."""
    document = escalation.document
    ruling = decision(escalation)
    if ruling is not None:
        numbers = wordings_in(ruling.docket)
        there = [number for number in numbers.values() if number]
        found = {v.number: v for v in document.versions.filter(number__in=there)}
        return {side: found.get(numbers[side] or 0) for side in escalation.sides}
    now = {Side.PROPOSED: escalation.proposal.version, Side.STANDING: document.in_force()}
    if not escalation.is_open:
        now[Side.STANDING] = escalation.proposal.base
    if escalation.other:
        now[Side.OTHER] = escalation.other.version
    return {side: now[side] for side in escalation.sides}


def docket_of(escalation: Escalation) -> Docket:
    """Everything that lies before the CEO now."""
    return Docket(
        wordings={
            str(side): Wording(version.number, version.sha256) if version else None
            for side, version in wordings(escalation).items()
        },
        framing={"question": escalation.question, **json.loads(escalation.stakes)},
        cases=[
            {"side": case.side, "by": case.by.name, "seat": case.seat, "says": case.says}
            for case in escalation.cases.select_related("by")
        ],
        exhibits=[
            {"side": each.side, "title": each.title, "sha256": each.sha256}
            for each in escalation.exhibits.all()
        ],
        asked=list(
            escalation.rulings.filter(verdict=Verdict.SENT_BACK).values_list("reason", flat=True)
        ),
    )


def pairs(before: Version | None, after: Version) -> list[Pair]:
    """Two wordings beside each other; against nothing where nothing is agreed."""
    if before is None:
        return side_by_side([], after.clauses, [])
    return side_by_side(before.clauses, after.clauses, changes(before.body, after.body))


def standers(escalation: Escalation) -> dict[Side, list[Stander]]:
    """Who stands for each side: whoever proposed, signed, rejected, or spoke for it."""
    shown = wordings(escalation)
    found: dict[Side, list[Stander]] = {side: [] for side in escalation.sides}
    for side in escalation.sides:
        version = shown[side]
        if side is not Side.STANDING and version is not None:
            opened_by = version.proposal.opened_by
            first = version.proposal.versions.order_by("number")[0]
            found[side].append(Stander(opened_by, first.seat, "proposed"))
        if version is not None:
            found[side] += [
                Stander(each.person, each.seat.key, "signed")
                for each in version.signatures.select_related("person", "seat")
            ]
    change = escalation.proposal
    if change.outcome == Outcome.REJECTED and change.closed_by and escalation.ground == "rejected":
        found[Side.STANDING].append(Stander(change.closed_by, "", "rejected"))
    for case in escalation.cases.select_related("by"):
        found[Side(case.side)].append(Stander(case.by, case.seat, "spoke"))
    moved = {
        each.person.pk: side for side, all_ in found.items() for each in all_ if each.by != "signed"
    }
    # Who proposes or speaks for something else does not stand by what they once signed.
    return {
        side: _once(s for s in all_ if moved.get(s.person.pk, side) == side or s.by != "signed")
        for side, all_ in found.items()
    }


def _once(all_: Iterable[Stander]) -> list[Stander]:
    found: dict[int, Stander] = {}
    for each in all_:
        found.setdefault(each.person.pk, each)
    return list(found.values())


def decider(now: datetime) -> Decider:
    """Who may rule now, or since when nobody may."""
    vacant = [each for each in vacancies(now) if each.seat.key == SeatKey.CEO]
    lent = Delegation.objects.at(now).filter(tenure__seat__key=SeatKey.CEO).select_related("to")
    return Decider(
        holder_of(SeatKey.CEO, now),
        tuple(one.to for one in lent if one.to.is_active),
        vacant[0] if vacant else None,
    )


# What was decided


def decision(escalation: Escalation) -> Ruling | None:
    """The ruling that decided a question; None while none has."""
    found = escalation.rulings.exclude(verdict=Verdict.SENT_BACK)
    return found.select_related("person", "seat", "instead_of", "version").first()


def ruling_of(version: Version) -> Ruling | None:
    """The ruling that put a version in force; None if its seats signed it."""
    found = Ruling.objects.filter(version=version).filter(
        verdict__in=(Verdict.PROPOSED, Verdict.OTHER)
    )
    return found.select_related("person", "seat", "escalation").first()


def rulings() -> list[Ruling]:
    """Every ruling that decided something, the newest first."""
    found = Ruling.objects.exclude(verdict=Verdict.SENT_BACK).order_by("-ruled_at", "-pk")
    return list(found.select_related("person", "seat", "version", "escalation__document"))


# What is late


def overdue(now: datetime) -> list[Escalation]:
    """Questions whose deadline is over and that nobody has answered, the longest overdue first."""
    found = Escalation.objects.filter(outcome="", due_at__lte=now).order_by("due_at")
    return list(found.select_related("document", "proposal"))


def overdue_onboardings(now: datetime) -> list[Onboarding]:
    """New leaders whose thirty days are over with something unanswered."""
    found = Onboarding.objects.filter(outcome="", due_at__lte=now).order_by("due_at")
    return list(found.select_related("tenure__person", "tenure__seat"))
