"""Three leaders who have signed every definition, by way of what people do."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.registry import METRICS, drafts


def agree(definition: Definition, people: object, now: datetime, why: str = "first") -> None:
    """Propose a definition and have the three sign it."""
    from tests.agreements.leaders import Leaders
    from trivet.agreements.documents.actions.propose import begin, propose
    from trivet.agreements.documents.actions.sign import sign
    from trivet.agreements.documents.kinds.metric_definition import ID
    from trivet.agreements.documents.models import Document
    from trivet.agreements.people.models import Seat

    assert isinstance(people, Leaders)
    document = Document.objects.filter(kind=ID, key=definition.id).first() or begin(
        kind=ID,
        key=definition.id,
        title=definition.title,
        owner=Seat.objects.get(key="cro"),
        by=people.admin,
        now=now,
    )
    proposal = propose(
        document=document, body=definition.document(), why=why, by=people.admin, now=now
    )
    for person, seat in ((people.cmo, "cmo"), (people.cro, "cro"), (people.vp_cs, "vp_cs")):
        sign(
            proposal=proposal,
            shown_hash=definition.hash,
            seat=seat,
            by=person,
            key=f"{proposal.pk}-{seat}",
            now=now,
        )


def agree_on_everything(
    people: object, now: datetime, definitions: Mapping[str, Definition] | None = None
) -> None:
    """Sign every metric's definition, each after those it rests on."""
    signed: set[str] = set()

    def sign_one(definition: Definition) -> None:
        for base in definition.bases.values():
            sign_one(base)
        if definition.hash not in signed:
            signed.add(definition.hash)
            agree(definition, people, now)

    for metric in METRICS:
        sign_one((definitions or drafts())[metric])


def main(folder: Path) -> None:
    """In a process of its own, for a workspace whose store is opened here."""
    from trivet.agreements import opening

    opening.bring_up_to_date(folder)
    from django.db import transaction

    from tests.agreements.leaders import NOW, leaders

    with transaction.atomic():
        agree_on_everything(leaders(), NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
