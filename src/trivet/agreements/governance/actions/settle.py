"""Close what came to an end by itself: agreed on after all, withdrawn, or overtaken."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.models import Outcome as ProposalOutcome
from trivet.agreements.documents.models import Proposal
from trivet.agreements.governance.models import Contest, Escalation
from trivet.agreements.governance.models.contest import Outcome as ContestOutcome
from trivet.agreements.governance.models.escalation import Outcome
from trivet.agreements.governance.queries import decision
from trivet.agreements.governance.rules.side import Verdict

SETTLED = (ProposalOutcome.IN_FORCE, ProposalOutcome.WITHDRAWN)
"""Ends of a change after which nothing is left to rule on."""


def settle(now: datetime) -> list[Escalation]:
    """Close questions whose change took effect by signatures, or was withdrawn.

    Any number of times, by the pages and by `trivet run`.
    """
    found = []
    for each in Escalation.objects.filter(outcome="", proposal__outcome__in=SETTLED):
        with in_turn():
            here = Escalation.objects.select_for_update(of=("self",)).get(pk=each.pk)
            if not here.is_open:
                continue
            here.outcome, here.closed_at = Outcome.SETTLED, now
            told = f"The question about {here.document} was settled without a ruling."
            here.tell(at=now, by=TRIVET, verb="settled", says=told)
            found.append(here)
    return found


def follow_contests(now: datetime) -> None:
    """Link each open contest to the change it led to, and close it once that has an end."""
    for each in Contest.objects.filter(outcome="").select_related("version__document"):
        if (contest := _followed(each)) is None:
            continue
        with in_turn():
            here = Contest.objects.select_for_update(of=("self",)).get(pk=each.pk)
            if not here.is_open:
                continue
            here.proposal, here.outcome = contest.proposal, contest.outcome
            here.closed_at = now if contest.outcome else None
            told = f"What {here.onboarding.tenure.person} contests in {here.version}" + (
                f" is closed: {here.outcome}." if here.outcome else " led to a proposal."
            )
            here.tell(at=now, by=TRIVET, verb="followed", says=told)


def _followed(contest: Contest) -> Contest | None:
    """The contest as it should be now; None if it is so already."""
    before = (contest.proposal_id, contest.outcome)
    document = contest.version.document
    if contest.proposal_id is None:
        contest.proposal = _led_to(contest)
    if document.in_force() != contest.version:
        contest.outcome = ContestOutcome.CHANGED
    elif _was_kept(contest):
        contest.outcome = ContestOutcome.KEPT
    return None if (contest.proposal_id, contest.outcome) == before else contest


def _was_kept(contest: Contest) -> bool:
    ruling = decision(contest.escalation) if contest.escalation else None
    return ruling is not None and ruling.verdict == Verdict.STANDING


def _led_to(contest: Contest) -> Proposal | None:
    """The first change that whoever contests proposed afterwards; else the one put to the CEO."""
    own = Proposal.objects.filter(
        document=contest.version.document_id,
        opened_by=contest.onboarding.tenure.person_id,
        opened_at__gte=contest.made_at,
    ).first()
    return own or (contest.escalation.proposal if contest.escalation else None)
