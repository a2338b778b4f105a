"""Hold a workshop: open it, draft apart, hand in, end the drafting."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import proposing_seat
from trivet.agreements.documents.rules.body import Body, body_text, text_hash
from trivet.agreements.icp.kind import ICP, ID
from trivet.agreements.icp.models import FunctionDraft, Workshop
from trivet.agreements.icp.rules.whose import drafting_seat
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.right import Thing, Verb, may
from trivet.errors import DocumentChanged, DocumentRefused, NotAllowed
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function


@in_turn()
def open_workshop(*, by: Person, now: datetime) -> Workshop:
    """Begin a round; the one that is held goes on instead where there is one.

    Raises   NotAllowed if `by` may not propose the profile
    """
    seat = proposing_seat(by, ID, now)
    held = Workshop.objects.select_for_update(of=("self",)).filter(is_over=False).first()
    if held is not None:
        return held
    workshop = Workshop(opened_by=by, opened_at=now)
    says = f"{by} opened a workshop on the ideal customer profile."
    workshop.tell(at=now, by=by.by(seat), verb="opened", says=says)
    return workshop


@in_turn()
def save_draft(
    *,
    workshop: Workshop,
    function: Function,
    body: Body,
    shown_hash: str,
    by: Person,
    now: datetime,
) -> FunctionDraft:
    """Keep a function's draft, unfinished or not.

    shown_hash   of the draft that the editor started from; empty where there was none

    Raises   NotAllowed        whoever sits in no seat of this function
             DocumentChanged   a colleague saved it meanwhile
             DocumentRefused   it is handed in, or drafting is over
    """
    workshop, seat = _drafting(workshop, function, by, now)
    text = body_text(body)
    draft = workshop.drafts.filter(function=function).first()
    if draft is None:
        draft = FunctionDraft(workshop=workshop, function=str(function))
    elif draft.handed_in_at is not None:
        raise DocumentRefused(
            "%(draft)s was handed in by %(handed_in_by)s.",
            remedy="Wait for the others; what differs is settled clause by clause.",
            draft=draft,
            handed_in_by=draft.handed_in_by,
        )
    elif draft.text == text:
        return draft
    if shown_hash != (draft.sha256 if draft.pk else ""):
        raise DocumentChanged(
            "%(saved_by)s saved this draft at %(saved_at)s UTC, after you opened it.",
            remedy="Look at the difference, then make your change again on the newest draft.",
            saved_by=draft.saved_by,
            saved_at=f"{draft.saved_at:%Y-%m-%d %H:%M}",
        )
    draft.text, draft.saved_by, draft.saved_at = text, by, now
    says = f"{by} saved {draft}."
    draft.tell(at=now, by=by.by(seat), verb="saved", says=says)
    return draft


@in_turn()
def hand_in(
    *, workshop: Workshop, function: Function, shown_hash: str, by: Person, now: datetime
) -> FunctionDraft:
    """Say that a function's draft is done. When all three are, everybody sees all three.

    shown_hash   of the draft that was read before it was handed in

    Raises   NotAllowed, DocumentChanged
             DocumentRefused   nothing was saved, it is not a profile yet, or drafting is over
    """
    seat = _seat(function, by, now)
    workshop = _locked(workshop)
    draft = workshop.drafts.filter(function=function).first()
    # Pressed twice it is handed in once, also where the first press ended the drafting.
    if draft is not None and draft.handed_in_at is not None:
        return draft
    _check_drafting(workshop)
    if draft is None:
        raise DocumentRefused(
            "%(function)s has no draft yet.",
            remedy="Save one, then hand it in.",
            function=Sentence(function.title),
        )
    if text_hash(draft.text) != shown_hash:
        raise DocumentChanged(
            "%(saved_by)s saved this draft at %(saved_at)s UTC, after you opened it.",
            remedy="Read the newest draft, then hand it in.",
            saved_by=draft.saved_by,
            saved_at=f"{draft.saved_at:%Y-%m-%d %H:%M}",
        )
    if wrong := ICP.problems(draft.body):
        raise DocumentRefused(
            "%(draft)s is not a profile yet: %(why)s.",
            remedy="Correct what is named here, save the draft, then hand it in.",
            draft=draft,
            why=Sentence.joined("%(first)s; %(then)s", wrong),
        )
    draft.handed_in_by, draft.handed_in_at = by, now
    draft.tell(at=now, by=by.by(seat), verb="handed in", says=f"{by} handed in {draft}.")
    return draft


@in_turn()
def close_drafting(*, workshop: Workshop, why: str, by: Person, now: datetime) -> None:
    """End the drafting before all three are handed in; what is handed in is compared.

    Raises   NotAllowed        only revenue operations does this
             DocumentRefused   drafting is over, or nothing is handed in
    """
    seat = next((s for s in sorted(seats_of(by, now)) if may([s], Verb.EDIT, Thing.ICP)), None)
    if seat is None:
        raise NotAllowed(
            "%(person)s holds no seat that ends the drafting.",
            remedy="Ask somebody in the seat of revenue operations.",
            person=by,
        )
    workshop = _locked(workshop)
    _check_drafting(workshop)
    if not workshop.drafts.filter(handed_in_at__isnull=False).exists():
        raise DocumentRefused(
            "No function has handed a draft in.",
            remedy="Wait for the first one: there is nothing to compare.",
        )
    workshop.closed_by, workshop.closed_at, workshop.closed_why = by, now, why
    says = f"{by} ended the drafting of {workshop}: {why}"
    workshop.tell(at=now, by=by.by(str(seat)), verb="closed", says=says)


def _drafting(
    workshop: Workshop, function: Function, by: Person, now: datetime
) -> tuple[Workshop, str]:
    seat = _seat(function, by, now)
    workshop = _locked(workshop)
    _check_drafting(workshop)
    return workshop, seat


def _seat(function: Function, by: Person, now: datetime) -> str:
    seat = drafting_seat(seats_of(by, now), function)
    if seat is None:
        raise NotAllowed(
            "%(person)s sits in no seat that drafts for %(function)s.",
            remedy="Its leader and its operations draft for a function.",
            person=by,
            function=Sentence(function.title),
        )
    return str(seat)


def _locked(workshop: Workshop) -> Workshop:
    """The workshop as it is now, until this transaction ends."""
    return Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)


def _check_drafting(workshop: Workshop) -> None:
    if not workshop.is_drafting:
        raise DocumentRefused(
            "The drafting of %(workshop)s is over.",
            remedy="Compare the drafts, and settle what differs clause by clause.",
            workshop=workshop,
        )
