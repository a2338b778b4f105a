"""Decide a deadlock. What is ruled for is in force without the signatures it lacks."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.sign import enact
from trivet.agreements.documents.models import Outcome as ProposalOutcome
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.documents.objections import objections
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.governance.actions.settle import SETTLED, follow_contests
from trivet.agreements.governance.actions.state_case import locked
from trivet.agreements.governance.models import Escalation, Ruling
from trivet.agreements.governance.models.escalation import Outcome
from trivet.agreements.governance.queries import docket_of
from trivet.agreements.governance.rules.deadline import LONGEST, USUAL, deadline
from trivet.agreements.governance.rules.docket import Docket
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import Sitting, sittings
from trivet.agreements.people.rules.right import Verb, may
from trivet.agreements.people.rules.seat import SIGNING, SeatKey
from trivet.errors import DocumentChanged, EscalationClosed, NotAllowed, RulingRefused
from trivet.numbers.workspace.company import Company
from trivet.sentence import Sentence


@in_turn()
def rule(
    *,
    escalation: Escalation,
    verdict: Verdict,
    reason: str,
    shown_hash: str,
    by: Person,
    key: str,
    now: datetime,
    company: Company,
    business_days: int = USUAL,
) -> Ruling:
    """Answer the question for one of its sides, or send it back with another question.

    shown_hash      of the docket on the CEO's page: wordings, evidence and everything said
    key             of the form; the same key again gives the same ruling
    business_days   that both sides have to answer, where it is sent back

    Raises   DocumentChanged    something was changed or added under the CEO's eyes
             RulingRefused      no reason, no such side, or `by` stands for a side
             NotAllowed         `by` does not hold the CEO's seat
             EscalationClosed   it is ruled on, or was settled
    """
    again = Ruling.objects.filter(key=key, person=by).first()
    if again is not None and again.sha256 == shown_hash:
        return again
    escalation = locked(escalation)
    sitting = _sitting(by, escalation, now)
    sides = _locked_sides(escalation)
    _refuse_own_case(by, escalation, sides, now)
    docket = docket_of(escalation)
    _check_shown(escalation, docket, sides, shown_hash)
    if not reason.strip():
        raise RulingRefused(
            "A question is not ruled on without a reason.",
            remedy="Say in a sentence or two why, for those who have to live with it.",
        )
    if verdict.decides and Side(verdict) not in escalation.sides:
        raise RulingRefused(
            "The question about %(document)s has no side %(verdict)s.",
            remedy="Rule for one of %(sides)s, or send it back.",
            document=escalation.document,
            verdict=verdict,
            sides=", ".join(escalation.sides),
        )
    if verdict == Verdict.OTHER and sides[Side.OTHER].outcome in SETTLED:
        raise RulingRefused(
            "The other change of %(document)s is in force or was withdrawn meanwhile.",
            remedy="Rule for the proposed wording, for what holds today, or send it back.",
            document=escalation.document,
        )
    if not 1 <= business_days <= LONGEST:
        raise RulingRefused(
            "%(business_days)s is not between 1 and %(most)s working days.",
            remedy="Give both sides a time within that.",
            business_days=business_days,
            most=LONGEST,
        )
    version = _ruled_for(escalation, verdict, sides)
    if version is not None and Side(verdict) is not Side.STANDING:
        _refuse_objections(version)
    ruling = Ruling(
        escalation=escalation,
        verdict=verdict,
        version=version,
        reason=reason.strip(),
        docket=docket.text,
        sha256=docket.sha256,
        seat=sitting.seat,
        person=by,
        instead_of=sitting.instead_of,
        ruled_at=now,
        key=key,
    )
    for_whom = f" for {sitting.instead_of}" if sitting.instead_of else ""
    done = "ruled on" if verdict.decides else "sent back"
    told = f"{by} {done} the question about {escalation.document} as {sitting.seat}{for_whom}."
    ruling.tell(at=now, by=by.by(SeatKey.CEO), verb="ruled", says=told)
    if verdict.decides:
        _take_effect(escalation, ruling, sides, now)
    else:
        until = deadline(now, business_days, company)
        escalation.due_on, escalation.due_at = until.on, until.at
        told = f"{by} asks both sides about {escalation.document}, until {until.on}."
        escalation.tell(at=now, by=by.by(SeatKey.CEO), verb="asked back", says=told)
    return ruling


def _take_effect(
    escalation: Escalation, ruling: Ruling, sides: dict[Side, Proposal], now: datetime
) -> None:
    by, reason = ruling.person, f"Ruled on: {ruling.reason}"
    for side, proposal in sides.items():
        if side == ruling.verdict:
            assert ruling.version
            # A rejected change was closed by whoever rejected it; now it holds by this.
            proposal.closed_by, proposal.closed_why = by, reason
            enact(proposal, ruling.version, now, ruling=True)
        elif proposal.is_open:
            proposal.outcome = ProposalOutcome.REJECTED
            proposal.closed_by, proposal.closed_at, proposal.closed_why = by, now, reason
            told = f"The change of {escalation.document} was ruled against."
            proposal.tell(at=now, by=by.by(SeatKey.CEO), verb="closed", says=told)
    escalation.outcome, escalation.closed_at = Outcome.RULED, now
    told = f"The question about {escalation.document} is answered."
    escalation.tell(at=now, by=by.by(SeatKey.CEO), verb="closed", says=told)
    follow_contests(now)


def _sitting(by: Person, escalation: Escalation, now: datetime) -> Sitting:
    """The CEO's seat as its holder has it at this instant."""
    thing = escalation.document.kind_of.thing
    for sitting in sittings(by, now):
        if sitting.seat.key == SeatKey.CEO and may([SeatKey.CEO], Verb.DECIDE, thing):
            return sitting
    raise NotAllowed(
        "%(person)s does not hold the seat of the CEO any more, or does not yet. Nothing was"
        " decided.",
        remedy="The CEO rules, or lends the seat to somebody who stands for neither side.",
        person=by,
    )


def _refuse_own_case(
    by: Person, escalation: Escalation, sides: dict[Side, Proposal], now: datetime
) -> None:
    """Nobody rules in their own case, also not as a stand-in."""
    signs = [str(s.seat) for s in sittings(by, now) if s.seat.key in SIGNING]
    party = by.pk in {
        escalation.raised_by_id,
        *escalation.cases.values_list("by_id", flat=True),
        *(each.opened_by_id for each in sides.values()),
        *(each.closed_by_id for each in sides.values()),
        *(editor for each in sides.values() for editor in each.editors()),
    }
    if signs or party:
        what = f"sits as {signs[0]}" if signs else "took part in the deadlock"
        raise RulingRefused(
            "%(person)s %(what)s, and nobody rules in their own case. Nothing was decided.",
            remedy="Lend the seat of the CEO to somebody who stands for neither side.",
            person=by,
            what=what,
        )


def _refuse_objections(version: Version) -> None:
    """A ruling stands in the place of signatures, not of data that speaks against what is ruled."""
    for objection in objections(version):
        if objection.refuses:
            raise RulingRefused(
                "%(version)s cannot take effect yet: %(why)s. Nothing was decided.",
                remedy="%(do)s.",
                version=version,
                why=objection.says,
                do=objection.remedy,
            )


def _locked_sides(escalation: Escalation) -> dict[Side, Proposal]:
    """The proposals of the question, as they are until this transaction ends.

    Raises   EscalationClosed if the change is in force, or was withdrawn, meanwhile
    """
    wanted = {Side.PROPOSED: escalation.proposal_id}
    if escalation.other_id:
        wanted[Side.OTHER] = escalation.other_id
    # In one order, so that two who lock both do not wait for each other.
    found = {
        each.pk: each
        for each in Proposal.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted.values())
        .order_by("pk")
    }
    change = found[escalation.proposal_id]
    if change.outcome in SETTLED:
        raise EscalationClosed(
            "The change of %(document)s was settled without a ruling: %(outcome)s.",
            remedy="Nothing is left to decide; look at the version in force.",
            document=escalation.document,
            outcome=Sentence(ProposalOutcome(change.outcome).name.lower().replace("_", " ")),
        )
    return {side: found[pk] for side, pk in wanted.items()}


def _check_shown(
    escalation: Escalation, docket: Docket, sides: dict[Side, Proposal], shown_hash: str
) -> None:
    here = [proposal.version for proposal in sides.values()]
    if standing := escalation.document.in_force():
        here.append(standing)
    changed = [version for version in here if text_hash(version.text) != version.sha256]
    if docket.sha256 != shown_hash or changed:
        raise DocumentChanged(
            "What lies before the CEO about %(document)s was changed after your page was made."
            " Nothing was decided.",
            remedy="Read what was added or worded otherwise, then rule on that.",
            document=escalation.document,
        )


def _ruled_for(
    escalation: Escalation, verdict: Verdict, sides: dict[Side, Proposal]
) -> Version | None:
    if not verdict.decides:
        return None
    side = Side(verdict)
    return escalation.document.in_force() if side is Side.STANDING else sides[side].version
