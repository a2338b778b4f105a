"""Make a proposal of what a workshop settled."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.documents.rules.body import body_text
from trivet.agreements.documents.rules.kind import ONLY
from trivet.agreements.icp.kind import ICP, ID, body_of
from trivet.agreements.icp.models import Workshop
from trivet.agreements.people.models import Person, Seat
from trivet.errors import DocumentRefused
from trivet.numbers.insight.icp import Profile


@in_turn()
def propose_merged(
    *, workshop: Workshop, profile: Profile, why: str, by: Person, now: datetime
) -> Proposal:
    """Propose the merged profile as the document's next version; the workshop is over with it.

    Raises   NotAllowed
             DocumentRefused   it is no profile, drafting goes on, or it was merged already, by
                               somebody else or into something else
    """
    workshop = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    if workshop.is_drafting:
        raise DocumentRefused(
            "Not every function has handed its draft in.",
            remedy="Wait for the others, or ask revenue operations to end the drafting.",
        )
    body = body_of(profile)
    made = workshop.proposal
    same = made.versions.filter(text=body_text(body)) if made and made.opened_by == by else None
    if made is not None and same:
        # Pressed twice it is one proposal, and both presses lead to it.
        return made
    if workshop.is_over:
        raise DocumentRefused(
            "%(workshop)s was merged already.",
            remedy="Open its proposal and edit it there, or open another workshop.",
            workshop=workshop,
        )
    document = Document.objects.filter(kind=ID).first()
    if document is None:
        # The title is data from here on, so it is written in English like every other one.
        owner = Seat.objects.get(key=ICP.owner)
        document = begin(kind=ID, key=ONLY, title=ICP.title, owner=owner, by=by, now=now)
    proposal = propose(document=document, body=body, why=why, by=by, now=now)
    workshop.proposal, workshop.is_over = proposal, True
    says = f"{by} merged the drafts of {workshop} into a proposal."
    workshop.tell(at=now, by=by.by(proposal.version.seat), verb="merged", says=says)
    return proposal


def because(workshop: Workshop) -> str:
    """What a merge is for, unless somebody says it better."""
    return _("Merged from the drafts of %(day)s.") % {"day": f"{workshop.opened_at:%Y-%m-%d}"}
