"""`python -m tests.agreements.governance.ruling_process FOLDER fill | rule KEY HASH`."""

from __future__ import annotations

import sys
from pathlib import Path

from trivet.agreements import opening


def main(folder: Path, what: str, *told: str) -> None:
    opening.bring_up_to_date(folder)
    from django.db import transaction

    from tests.agreements.documents.small_kind import register_promise
    from tests.agreements.governance.deadlock import agreed, put, rejected, ruled
    from tests.agreements.leaders import leaders
    from trivet.agreements.governance.models import Escalation
    from trivet.agreements.governance.queries import docket_of
    from trivet.agreements.people.models import Person
    from trivet.errors import EscalationClosed

    register_promise()
    if what == "fill":
        with transaction.atomic():
            people = leaders()
            question = put(rejected(agreed(people), people), people.cmo)
        print(docket_of(question).sha256)
        return
    key, shown = told
    ceo = Person.objects.get(tenures__seat__key="ceo")
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        ruled(Escalation.objects.get(), ceo, key=key, shown_hash=shown)
    except EscalationClosed:
        print("closed")
    else:
        print("ruled")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
