"""Replace a closed figure by the one counted today: a reason, and two of the three leaders."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.books.actions.close import edition_columns
from trivet.agreements.books.models import (
    Approval,
    Book,
    Correction,
    Edition,
    FrozenFigure,
    Outcome,
)
from trivet.agreements.books.rules.approval import Said, approving_seats, is_approved
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import Sitting, seats_of, sittings
from trivet.agreements.people.rules.right import Thing, Verb, may
from trivet.agreements.people.rules.seat import SIGNING, SeatKey
from trivet.errors import CorrectionRefused, NotAllowed
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.recount import Recount
from trivet.sentence import Sentence


def propose_correction(
    *, book: Book, recount: Recount, folder: BookFolder, why: str, by: Person, now: datetime
) -> Correction:
    """Count a closed period again under its own definition, and ask for that to be official.

    Raises   NotAllowed          `by` may neither edit nor approve books
             CorrectionRefused   no reason is given, another correction waits, nothing differs, or
                                 what is counted today is not final
    """
    seat = _seat_that(by, (Verb.EDIT, Verb.APPROVE), now)
    if not why.strip():
        raise CorrectionRefused(
            "The closed figure %(book)s is not corrected without a reason.",
            remedy="Say in a sentence what was wrong with it.",
            book=book,
        )
    if recount.stale_reason:
        raise CorrectionRefused(
            "%(book)s is not corrected from a build that is stale: %(stale_reason)s",
            remedy="Mend what kept the newer build from being published, then run `trivet run`.",
            book=book,
            stale_reason=recount.stale_reason,
        )
    _refuse_second(book)
    official = book.official
    definition = official.definition()
    whole = recount.whole(definition, book.period, None)
    if not whole.figure.is_settled:
        raise CorrectionRefused(
            "What is counted today of %(book)s is not final: %(reason)s.",
            remedy="Propose it once the figure is.",
            book=book,
            reason=whole.figure.reason,
        )
    if whole.figure.rows_hash == official.rows_hash:
        raise CorrectionRefused(
            "What is counted today of %(book)s is what the book says.",
            remedy="Nothing needs to be corrected.",
            book=book,
        )
    with folder.lock(), in_turn():
        rows_file = folder.write(whole.rows)
        known_file = folder.write(recount.known(whole.as_of_at).table)
        # Counting took its time: another may have been proposed, or taken effect, meanwhile.
        _refuse_second(book)
        _refuse_overtaken(book, official.number)
        correction = Correction(
            book=book,
            replaces=official.number,
            why=why.strip(),
            opened_by=by,
            opened_at=now,
            **edition_columns(definition, whole, recount, rows_file, known_file),
        )
        says = f"{by} proposed a correction of {book}: {correction.why}"
        correction.tell(at=now, by=by.by(seat), verb="proposed", says=says)
    return correction


@in_turn()
def approve(
    *, correction: Correction, seat: str, shown_rows: str, by: Person, now: datetime
) -> Approval:
    """Say yes in a leader's seat. The second leader's yes makes the next edition.

    shown_rows   hash of the rows on the approver's page

    Raises   CorrectionRefused   it is decided, or was shown otherwise, or the seat or the person
                                 has approved it already
             NotAllowed          `by` does not hold the seat, or it is none of the three
    """
    correction = _locked(correction)
    sitting = _sitting(by, seat, now)
    if correction.rows_file != shown_rows:
        raise CorrectionRefused(
            "What was shown is not what the %(correction)s would freeze. Nothing was approved.",
            remedy="Read it again, then approve.",
            correction=correction,
        )
    approvals = correction.approvals.select_related("seat", "person")
    if approvals.filter(seat=sitting.seat).exists():
        raise CorrectionRefused(
            "The seat %(seat)s has approved the %(correction)s.",
            remedy="Another leader has to approve it.",
            seat=sitting.seat,
            correction=correction,
        )
    if approvals.filter(person=by).exists():
        raise CorrectionRefused(
            "%(person)s has approved the %(correction)s; a second person is needed.",
            remedy="Another leader has to approve it.",
            person=by,
            correction=correction,
        )
    approval = Approval(
        correction=correction,
        seat=sitting.seat,
        person=by,
        instead_of=sitting.instead_of,
        rows_file=shown_rows,
        approved_at=now,
    )
    for_whom = f" for {sitting.instead_of}" if sitting.instead_of else ""
    says = f"{by} approved the {correction} as {sitting.seat}{for_whom}."
    approval.tell(at=now, by=by.by(seat), verb="approved", says=says)
    said = [Said(each.seat.key, each.person_id, each.rows_file) for each in approvals.all()]
    if is_approved(said, correction.rows_file):
        _replace(correction, by, seat, now)
    return approval


@in_turn()
def reject(*, correction: Correction, seat: str, why: str, by: Person, now: datetime) -> None:
    """Say no in a leader's seat: what is official stays so.

    Raises   CorrectionRefused   it is decided, or no reason is given
             NotAllowed          `by` does not hold the seat, or it is none of the three
    """
    correction = _locked(correction)
    _sitting(by, seat, now)
    if not why.strip():
        raise CorrectionRefused(
            "A correction is not rejected without a reason.",
            remedy="Say in a sentence why the closed figure should stand.",
        )
    correction.outcome, correction.closed_why = Outcome.REJECTED, why.strip()
    correction.closed_by, correction.closed_at = by, now
    says = f"{by} rejected the {correction}: {correction.closed_why}"
    correction.tell(at=now, by=by.by(seat), verb="rejected", says=says)


def _replace(correction: Correction, by: Person, seat: str, now: datetime) -> None:
    """The next edition, of exactly what was approved; those before stay as they are."""
    official = _refuse_overtaken(correction.book, correction.replaces)
    frozen = [field.attname for field in FrozenFigure._meta.concrete_fields]
    edition = Edition(
        book=correction.book,
        number=official.number + 1,
        correction=correction,
        made_at=now,
        **{name: getattr(correction, name) for name in frozen},
    )
    says = f"{edition} is official: {correction.why}"
    edition.tell(at=now, by=by.by(seat), verb="corrected", says=says)
    correction.outcome, correction.closed_by, correction.closed_at = Outcome.APPROVED, by, now
    says = f"The {correction} took effect."
    correction.tell(at=now, by=by.by(seat), verb="closed", says=says)


def _refuse_second(book: Book) -> None:
    if book.corrections.filter(outcome="").exists():
        raise CorrectionRefused(
            "A correction of %(book)s waits to be approved or rejected.",
            remedy="Decide that one first.",
            book=book,
        )


def _refuse_overtaken(book: Book, replaces: int) -> Edition:
    official = book.official
    if official.number != replaces:
        raise CorrectionRefused(
            "%(book)s was corrected meanwhile.", remedy="Propose it again.", book=book
        )
    return official


def _locked(correction: Correction) -> Correction:
    found = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("book")
        .get(pk=correction.pk)
    )
    if not found.is_open:
        raise CorrectionRefused(
            "The %(correction)s was decided: %(outcome)s.",
            remedy="Look at the book, and propose again if it should be otherwise.",
            correction=found,
            outcome=Sentence(Outcome(found.outcome).name.lower()),
        )
    return found


def _sitting(by: Person, seat: str, now: datetime) -> Sitting:
    """The leader's seat as somebody holds it at this instant."""
    held = {sitting.seat.key: sitting for sitting in sittings(by, now)}
    leaders = approving_seats(SeatKey(key) for key in held)
    if seat in SIGNING and seat in leaders and may([SeatKey(seat)], Verb.APPROVE, Thing.BOOKS):
        return held[seat]
    raise NotAllowed(
        "%(person)s does not hold a leader's seat %(seat)s, so nothing was decided.",
        remedy="Two of %(signing)s approve a correction of a closed period.",
        person=by,
        seat=repr(seat),
        signing=", ".join(SIGNING),
    )


def _seat_that(by: Person, verbs: tuple[Verb, ...], now: datetime) -> str:
    for seat in sorted(seats_of(by, now)):
        if any(may([seat], verb, Thing.BOOKS) for verb in verbs):
            return str(seat)
    raise NotAllowed(
        "%(person)s holds no seat that may propose a correction of a closed period.",
        remedy="Ask revenue operations or a leader to propose it.",
        person=by,
    )
