"""A new leader answers for a document the seat had signed: stand by it, or contest it."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.governance.actions.onboard import end_onboardings
from trivet.agreements.governance.actions.settle import follow_contests
from trivet.agreements.governance.briefing import TakenOver, taken_over
from trivet.agreements.governance.models import Affirmation, Contest, Onboarding
from trivet.agreements.governance.models.contest import Outcome
from trivet.agreements.people.models import Person, Tenure
from trivet.errors import AnswerRefused, DocumentChanged, NotAllowed


@in_turn()
def affirm(
    *,
    onboarding: Onboarding,
    version: Version,
    shown_hash: str,
    by: Person,
    key: str,
    now: datetime,
) -> Affirmation:
    """Say "I have read this version and stand by it", under exactly the bytes that were shown.

    A contest of it is taken back with that.

    Raises   DocumentChanged   another version is in force by now, or it was changed by hand
             AnswerRefused     it is answered, or was not in force when they came
             NotAllowed        `by` is not the one who took the seat: a stand-in does not answer
    """
    again = Affirmation.objects.filter(key=key, onboarding=onboarding).first()
    if again is not None and again.sha256 == shown_hash:
        return again
    onboarding = _locked(onboarding, by, now)
    found = _shown(onboarding, version, shown_hash)
    if found.affirmation or found.is_own:
        raise AnswerRefused(
            "%(person)s stands by %(version)s already.",
            remedy="Nothing is left to do for it.",
            person=by,
            version=found.version,
        )
    affirmation = Affirmation(
        onboarding=onboarding,
        version=found.version,
        sha256=shown_hash,
        affirmed_at=now,
        key=key,
    )
    seat = onboarding.tenure.seat
    says = f"{by} has read {found.version} and stands by it as {seat}."
    affirmation.tell(at=now, by=by.by(seat.key), verb="affirmed", says=says)
    if found.contest and found.contest.is_open:
        contest = Contest.objects.select_for_update(of=("self",)).get(pk=found.contest.pk)
        contest.outcome, contest.closed_at = Outcome.AFFIRMED, now
        says = f"{by} stands by {found.version} after all."
        contest.tell(at=now, by=by.by(seat.key), verb="took back", says=says)
    end_onboardings(now)
    return affirmation


@in_turn()
def contest(
    *,
    onboarding: Onboarding,
    version: Version,
    shown_hash: str,
    why: str,
    by: Person,
    key: str,
    now: datetime,
) -> Contest:
    """Say "I do not stand by this version, because". It stays in force until another does.

    Raises   DocumentChanged   another version is in force by now, or it was changed by hand
             AnswerRefused     it is answered, was not in force then, or no reason is given
             NotAllowed        `by` is not the one who took the seat
    """
    again = Contest.objects.filter(key=key, onboarding=onboarding).first()
    if again is not None and again.sha256 == shown_hash:
        return again
    onboarding = _locked(onboarding, by, now)
    found = _shown(onboarding, version, shown_hash)
    if not why.strip():
        raise AnswerRefused(
            "%(version)s is not contested without a reason.",
            remedy="Say in a sentence what would have to be different.",
            version=found.version,
        )
    if found.answer:
        raise AnswerRefused(
            "%(person)s has answered for %(version)s: %(answer)s.",
            remedy="Propose a change of it instead.",
            person=by,
            version=found.version,
            answer=found.answer,
        )
    made = Contest(
        onboarding=onboarding,
        version=found.version,
        sha256=shown_hash,
        why=why.strip(),
        made_at=now,
        key=key,
    )
    seat = onboarding.tenure.seat
    says = f"{by} contests {found.version} as {seat}: {made.why}"
    made.tell(at=now, by=by.by(seat.key), verb="contested", says=says)
    follow_contests(now)
    end_onboardings(now)
    return made


def _locked(onboarding: Onboarding, by: Person, now: datetime) -> Onboarding:
    found = Onboarding.objects.select_for_update(of=("self",)).select_related("tenure__seat")
    here = found.get(pk=onboarding.pk)
    if not Tenure.objects.at(now).filter(pk=here.tenure_id, person=by).exists():
        raise NotAllowed(
            "%(person)s does not hold this seat, so nothing was answered.",
            remedy="Only the new leader answers for what was taken over; nobody stands in for it.",
            person=by,
        )
    return here


def _shown(onboarding: Onboarding, version: Version, shown_hash: str) -> TakenOver:
    """The document as it stands now, if that is what was shown."""
    for found in taken_over(onboarding):
        if found.document.pk == version.document_id:
            now = found.version
            if (
                now.pk != version.pk
                or now.sha256 != shown_hash
                or text_hash(now.text) != shown_hash
            ):
                raise DocumentChanged(
                    "%(document)s is not what your page showed: %(now)s is in force. Nothing was"
                    " answered.",
                    remedy="Read what is different, then answer for the version in force.",
                    document=found.document,
                    now=now,
                )
            return found
    raise AnswerRefused(
        "%(version)s was not in force when %(person)s came.",
        remedy="It is signed, or changed, as any other proposal.",
        version=version,
        person=onboarding.tenure.person,
    )
