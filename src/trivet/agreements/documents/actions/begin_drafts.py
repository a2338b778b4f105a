"""Begin with the drafts: every metric's definition as a document, with a first proposal to sign."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.definitions import document_of, known_bases, newest
from trivet.agreements.documents.kinds.metric_definition import ID
from trivet.agreements.documents.models import Proposal
from trivet.agreements.people.models import Person, Seat
from trivet.agreements.people.rules.seat import SeatKey
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import SUBJECTS, definition_of

OWNERS: dict[str, SeatKey] = {
    "pipeline_base": SeatKey.CRO,
    "sourcing": SeatKey.CMO,
    "retention_base": SeatKey.VP_CS,
    "marketing_sourced_pipeline": SeatKey.CMO,
    "win_rate": SeatKey.CRO,
    "time_to_close": SeatKey.CRO,
    "net_revenue_retention": SeatKey.VP_CS,
    "expansion_pipeline": SeatKey.VP_CS,
    "gross_revenue_retention": SeatKey.VP_CS,
    "mql_to_sql": SeatKey.CMO,
    "follow_up_sla": SeatKey.CRO,
    "pipeline_coverage": SeatKey.CRO,
    "deal_velocity": SeatKey.CRO,
}
"""Whose seat keeps a definition up to date: that of the function whose work makes the records it
counts. Marketing where people come from and become leads, sales what opportunities are and go
through, customer success what customers pay and add. It is not whose metric it is: all three sign
it and answer for it.
"""


@in_turn()
def begin_drafts(*, by: Person, now: datetime) -> list[Proposal]:
    """A document and a first proposal for each definition that has none; the others are left alone.

    A metric pins what is newest of its bases, also where somebody worded them otherwise already.

    Raises   NotAllowed if `by` may not propose definitions
    """
    seats = {seat.key: seat for seat in Seat.objects.all()}
    bases: dict[str, Definition] = {}
    made = []
    for name, subject in SUBJECTS.items():
        document = document_of(name)
        version = newest(document) if document is not None else None
        if version is not None:
            if subject.shared:
                known = {**known_bases(), **{base.hash: base for base in bases.values()}}
                bases[name] = definition_of(version.body, known)
            continue
        draft = Definition.draft(subject, bases={base: bases[base] for base in subject.uses})
        if subject.shared:
            bases[name] = draft
        if document is None:
            document = begin(
                kind=ID, key=name, title=subject.title, owner=seats[OWNERS[name]], by=by, now=now
            )
        elif document.versions.exists():
            # Begun, and its first proposal was turned down: that is for people to take up again.
            continue
        why = _("A first draft, every option as most companies choose it.")
        made.append(propose(document=document, body=draft.document(), why=why, by=by, now=now))
    return made
