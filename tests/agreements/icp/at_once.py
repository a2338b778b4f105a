"""A workshop, opened, drafted, handed in, closed, merged and reviewed by two at one instant."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.agreements.leaders import Leaders, later
from tests.agreements.people.at_once import Both
from tests.numbers.insight.icp.test_fit import SIZE, TRADE
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.documents.actions.sign import sign
from trivet.agreements.documents.models import Proposal
from trivet.agreements.icp.actions.draft import close_drafting, hand_in, open_workshop, save_draft
from trivet.agreements.icp.actions.merge import propose_merged
from trivet.agreements.icp.actions.review import record_review
from trivet.agreements.icp.kind import ID, body_of
from trivet.agreements.icp.models import FunctionDraft, Review, Workshop
from trivet.numbers.insight.icp import Profile
from trivet.vocabulary.function import Function

PROFILE = Profile((SIZE, TRADE))


def icp_at_once(people: Leaders, both: Both) -> None:
    now = later(days=50)
    opens = [partial(open_workshop, by=by, now=now) for by in (people.admin, people.cmo)]
    both("two workshops opened", opens, lambda: Workshop.objects.count())
    workshop = Workshop.objects.get()
    drafted = {"workshop": workshop, "function": Function.MARKETING, "by": people.cmo, "now": now}
    bodies = [body_of(PROFILE), body_of(replace(PROFILE, criteria=(TRADE,)))]
    saves = [partial(save_draft, **drafted, body=body, shown_hash="") for body in bodies]
    both("two first drafts of one function", saves, lambda: FunctionDraft.objects.count())
    draft = FunctionDraft.objects.get()
    hands = partial(hand_in, **drafted, shown_hash=draft.sha256)
    both("one draft handed in twice", [hands, hands], lambda: _told("handed in"))
    closes = partial(close_drafting, workshop=workshop, why="A fair.", by=people.admin, now=now)
    both("the drafting ended twice", [closes, closes], lambda: _told("closed", workshop))
    merges = partial(
        propose_merged, workshop=workshop, profile=PROFILE, why="merged", by=people.admin, now=now
    )
    both(
        "merged twice", [merges, merges],
        lambda: Proposal.objects.filter(document__kind=ID).count(),
    )  # fmt: skip
    proposal = Proposal.objects.get(document__kind=ID)
    version = proposal.version
    for seat in ("cmo", "cro", "vp_cs"):
        sign(
            proposal=proposal, shown_hash=version.sha256, seat=seat, by=getattr(people, seat),
            key=f"icp-{seat}", now=now,
        )  # fmt: skip
    reviews = partial(
        record_review, version=version, quarter="2026-Q2", report='{"parts":[]}', says="It holds.",
        by=people.cro, now=now,
    )  # fmt: skip
    both("one review recorded twice", [reviews, reviews], lambda: Review.objects.count())


def _told(verb: str, about: Workshop | None = None) -> int:
    rows = AuditRow.objects.filter(verb=verb)
    return rows.filter(noun="workshop", noun_id=str(about.pk)).count() if about else rows.count()
