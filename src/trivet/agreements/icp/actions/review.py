"""Record that the quarterly report was read, and keep what was read."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import proposing_seat
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.icp.kind import ID
from trivet.agreements.icp.models import Review
from trivet.agreements.people.models import Person
from trivet.errors import DocumentRefused


@in_turn()
def record_review(
    *, version: Version, quarter: str, report: str, says: str, by: Person, now: datetime
) -> Review:
    """Somebody who may propose the profile read the report of the version in force.

    report   its canonical JSON, kept as it was read; recording the same one twice in a seat is one
             review

    Raises   NotAllowed; DocumentRefused if the version is not the one in force
    """
    seat = proposing_seat(by, ID, now)
    if version.document.in_force() != version:
        raise DocumentRefused(
            "%(version)s is not in force any more.",
            remedy="Read the report of the version in force, and record that.",
            version=version,
        )
    sha256 = text_hash(report)
    same = Review.objects.filter(version=version, quarter=quarter, seat=seat, sha256=sha256).first()
    if same is not None:
        return same
    review = Review(
        version=version,
        quarter=quarter,
        sha256=sha256,
        text=report,
        by=by,
        seat=seat,
        says=says,
        made_at=now,
    )
    text = f"{by} reviewed {version} for {quarter}."
    review.tell(at=now, by=by.by(seat), verb="reviewed", says=text)
    return review
