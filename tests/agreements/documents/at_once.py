"""Documents: proposed, edited, commented on, signed and rejected by two at the same instant."""

from __future__ import annotations

from functools import partial

from tests.agreements.documents.small_kind import register_promise
from tests.agreements.leaders import Leaders, later
from tests.agreements.people.at_once import Both
from trivet.agreements.documents.actions.comment import comment, resolve
from trivet.agreements.documents.actions.propose import amend, begin, propose, withdraw
from trivet.agreements.documents.actions.sign import reject, sign
from trivet.agreements.documents.models import Comment, Document, Enactment, Proposal, Signature
from trivet.agreements.people.models import Seat


def documents_at_once(people: Leaders, both: Both) -> None:
    register_promise()
    admin, now = people.admin, later(days=5)
    owner = Seat.objects.get(key="cro")
    begins = partial(begin, kind="promise", key="p", title="P", owner=owner, by=admin, now=now)
    both("one document begun twice", [begins, begins], lambda: Document.objects.count())
    document = Document.objects.get()
    proposes = partial(propose, document=document, body={"days": 2}, why="x", by=admin, now=now)
    both("one change proposed twice", [proposes, proposes], lambda: Proposal.objects.count())
    proposal = Proposal.objects.get()
    shown = proposal.version.sha256
    edits = [
        partial(amend, proposal=proposal, body={"days": days}, shown_hash=shown, by=by, now=now)
        for days, by in ((3, admin), (4, people.cmo))
    ]
    both("two edits of one version", edits, lambda: proposal.versions.count() - 1)
    says = partial(comment, proposal=proposal, clause="", says="Why?", by=people.cro, now=now)
    both("one comment twice", [says, says], lambda: Comment.objects.count())
    settles = [
        partial(resolve, comment=Comment.objects.get(), by=by, now=now)
        for by in (people.cmo, people.cro)
    ]
    both("one comment settled twice", settles, lambda: _told("resolved"))

    shown = proposal.version.sha256
    signs = [
        partial(
            sign, proposal=proposal, shown_hash=shown, seat="cmo", by=people.cmo, key=key, now=now
        )
        for key in ("a", "b")
    ]
    both("one seat signs twice", signs, lambda: Signature.objects.filter(seat__key="cmo").count())
    sign(proposal=proposal, shown_hash=shown, seat="cro", by=people.cro, key="c", now=now)
    last = [
        partial(
            sign, proposal=proposal, shown_hash=shown, seat="vp_cs", by=people.vp_cs, key="d",
            now=now,
        ),
        partial(reject, proposal=proposal, seat="cmo", why="no", by=people.cmo, now=now),
    ]  # fmt: skip
    both(
        "the last signature and a rejection", last,
        lambda: Enactment.objects.count()
        + Proposal.objects.filter(outcome="rejected").count(),
    )  # fmt: skip
    change = propose(document=document, body={"days": 7}, why="y", by=people.cmo, now=now)
    out = [
        partial(withdraw, proposal=change, by=people.cmo, now=now),
        partial(reject, proposal=change, seat="cro", why="no", by=people.cro, now=now),
    ]
    both("withdrawn and rejected", out, lambda: _told("withdrew") + _told("rejected", change))


def _told(verb: str, about: Proposal | None = None) -> int:
    from trivet.agreements.audit.models import AuditRow

    rows = AuditRow.objects.filter(verb=verb)
    return rows.filter(noun_id=str(about.pk)).count() if about else rows.count()
