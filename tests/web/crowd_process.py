"""A process of its own with a crowd's store: `crowd_process.py FOLDER fill PEOPLE | look`.

`fill` seats and signs in so many people and begins the drafts; `look` says what is kept.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

OPS = ("marketing_ops", "sales_ops", "cs_ops")


def main(folder: Path, what: str, *told: str) -> None:
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    print(json.dumps(fill(int(told[0])) if what == "fill" else look()))


def fill(number: int) -> dict[str, object]:
    from django.conf import settings
    from django.db import transaction

    from tests.agreements.leaders import join, leaders, sit
    from tests.web.signed_in import as_
    from trivet.agreements.documents.actions.begin_drafts import begin_drafts

    with transaction.atomic():
        here = leaders()
        everybody = {"cmo": here.cmo, "cro": here.cro, "vp_cs": here.vp_cs, "admin": here.admin}
        for at in range(number - len(everybody)):
            person = join(f"Person{at} Example")
            sit(person, OPS[at % len(OPS)], here.admin)
            everybody[f"ops{at}"] = person
        drafts = begin_drafts(by=here.admin, now=datetime.now(UTC))
        name = settings.SESSION_COOKIE_NAME
        sessions = {who: as_(person).cookies[name].value for who, person in everybody.items()}
    return {"cookie": name, "sessions": sessions, "drafts": [draft.pk for draft in drafts]}


def look() -> dict[str, object]:
    from trivet.agreements.audit.queries import chain_breaks, differences
    from trivet.agreements.documents.models import Comment, Enactment, Proposal, Signature

    return {
        "comments": list(Comment.objects.values_list("says", flat=True)),
        "proposals": list(Proposal.objects.values_list("why", flat=True)),
        "signatures": [
            f"{seat} {proposal}"
            for seat, proposal in Signature.objects.values_list("seat__key", "version__proposal_id")
        ],
        "enactments": Enactment.objects.count(),
        "wrong": [*map(str, chain_breaks()), *map(str, differences())],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
