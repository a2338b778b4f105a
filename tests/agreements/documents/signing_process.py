"""A process of its own in which several sign at the same instant: `signing_process.py FOLDER`.

Prints one JSON object: what each was answered, and what is kept afterwards. A test's own
transaction would hide what one connection does to another.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path


def main(folder: Path) -> None:
    (folder / "trivet.toml").write_text('[company]\nname = "Norvik"\n')
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    from django.conf import settings
    from django.db import transaction
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.STATIC_ROOT = str(folder / "static")
    from tests.agreements.documents.signers import SEATS, Begun, hidden_of, read
    from tests.agreements.leaders import leaders
    from tests.agreements.together import together
    from tests.web.norvik import Norvik
    from tests.web.signed_in import as_
    from trivet.agreements.audit.queries import chain_breaks, differences
    from trivet.agreements.documents.actions.begin_drafts import begin_drafts
    from trivet.agreements.documents.actions.propose import amend
    from trivet.agreements.documents.models import Signature
    from trivet.web import published
    from trivet.web.server import gather_static_files

    gather_static_files()
    published.use(published.PublishedBuilds(folder, lambda _, build: Norvik(build or "b1")))
    with transaction.atomic():
        people = leaders()
        begin_drafts(by=people.admin, now=datetime.now(UTC))
    begun = Begun(people)

    def pressing(person: object, key: str, times: int = 1) -> list[Callable[[], object]]:
        """Whoever has read the page, with a hand on its button; twice is the same form."""
        address = f"/proposals/{begun.proposal(key).pk}/signature"
        clients = [as_(person) for _ in range(times)]  # type: ignore[arg-type]
        form = hidden_of(read(clients[0], address))
        return [lambda c=client: c.post(address, form).status_code for client in clients]  # type: ignore[misc]

    def edits(key: str) -> Callable[[], int]:
        version = begun.proposal(key).version
        body = version.body | {"options": {**version.body["options"], "basis": "amount"}}  # type: ignore[dict-item]

        def act() -> int:
            amend(
                proposal=version.proposal, body=body, shown_hash=version.sha256,
                by=people.admin, now=datetime.now(UTC),
            )  # fmt: skip
            return 200

        return act

    def kept(key: str) -> dict[str, object]:
        document = begun.document(key)
        return {
            "signatures": Signature.objects.filter(version__document=document).count(),
            "enactments": document.enactments.count(),
            "newest": document.versions.last().number,
            "under_newest": document.versions.last().signatures.count(),
        }

    told: dict[str, object] = {}
    three = [act for seat in SEATS for act in pressing(getattr(people, seat), "sourcing")]
    told["three"] = {"answers": together(three), **kept("sourcing")}
    twice = pressing(people.cmo, "time_to_close", times=2)
    told["twice"] = {"answers": together(twice), **kept("time_to_close")}
    beside = [*pressing(people.cmo, "win_rate"), edits("win_rate")]
    told["beside"] = {"answers": together(beside), **kept("win_rate")}
    told["chain"] = [*map(str, chain_breaks()), *map(str, differences())]
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
