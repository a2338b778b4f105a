"""A process of its own in which functions hand in at once: `workshop_process.py FOLDER`.

Prints one JSON object: what each was answered, and what is kept afterwards. A test's own
transaction would hide what one connection does to another.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

FUNCTIONS = {"marketing": "cmo", "sales": "cro", "customer_success": "vp_cs"}


def together(acts: list[Callable[[], int]]) -> list[int]:
    """What each is answered, all begun at the same instant on connections of their own."""
    from django.db import connection

    gate = threading.Barrier(len(acts))
    answers = [0] * len(acts)

    def run(at: int, act: Callable[[], int]) -> None:
        try:
            gate.wait()
            answers[at] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def main(folder: Path) -> None:
    (folder / "trivet.toml").write_text('[company]\nname = "Norvik"\n')
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    from django.conf import settings
    from django.db import transaction
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.STATIC_ROOT = str(folder / "static")
    from tests.agreements.leaders import leaders
    from tests.web.signed_in import as_
    from trivet.agreements.audit.models import AuditRow
    from trivet.agreements.audit.queries import chain_breaks, differences
    from trivet.agreements.documents.models import Proposal
    from trivet.agreements.icp.actions.draft import open_workshop, save_draft
    from trivet.agreements.icp.kind import body_of
    from trivet.agreements.icp.models import Workshop
    from trivet.numbers.insight.icp import Criterion, Profile, Section
    from trivet.numbers.insight.icp.predicates import OneOf
    from trivet.vocabulary.function import Function
    from trivet.web import published
    from trivet.web.server import gather_static_files

    gather_static_files()
    # Nothing is published: what people agree on needs no numbers.
    published.use(published.PublishedBuilds(folder))
    with transaction.atomic():
        people = leaders()
    test = OneOf("industry", ("Retail",))
    body = body_of(Profile((Criterion("trade", Section.FIRMOGRAPHIC, test, 10),)))

    def begun() -> Workshop:
        Workshop.objects.filter(is_over=False).update(is_over=True)
        with transaction.atomic():
            workshop = open_workshop(by=people.admin, now=datetime.now(UTC))
            for function, seat in FUNCTIONS.items():
                save_draft(
                    workshop=workshop, function=Function(function), body=body, shown_hash="",
                    by=getattr(people, seat), now=datetime.now(UTC),
                )  # fmt: skip
        return workshop

    def handing(workshop: Workshop, function: str, times: int = 1) -> list[Callable[[], int]]:
        draft = workshop.drafts.get(function=function)
        address = f"/icp/workshops/{workshop.pk}/drafts/{function}/handed-in"
        clients = [as_(getattr(people, FUNCTIONS[function])) for _ in range(times)]
        form = {"shown_hash": draft.sha256}
        return [lambda c=client: c.post(address, form).status_code for client in clients]  # type: ignore[misc]

    def kept(workshop: Workshop) -> dict[str, object]:
        found = Workshop.objects.get(pk=workshop.pk)
        drafts = [str(each.pk) for each in found.drafts.all()]
        told = AuditRow.objects.filter(noun="functiondraft", noun_id__in=drafts, verb="handed in")
        return {
            "handed_in": found.drafts.filter(handed_in_at__isnull=False).count(),
            "told": told.count(),
            "is_drafting": found.is_drafting,
        }

    found: dict[str, object] = {}
    three = begun()
    acts = [act for function in FUNCTIONS for act in handing(three, function)]
    found["three"] = {"answers": together(acts), **kept(three)}

    twice = begun()
    for function in ("marketing", "sales"):
        together(handing(twice, function))
    found["twice"] = {"answers": together(handing(twice, "customer_success", 2)), **kept(twice)}

    merge = f"/icp/workshops/{twice.pk}/merge"
    form = {"pick-trade": "marketing", "edges": "marketing", "why": "One customer for all."}
    clients = [as_(people.admin) for _ in range(2)]
    pressed = [lambda c=client: c.post(merge, form).status_code for client in clients]  # type: ignore[misc]
    found["merged"] = {
        "answers": together(pressed),  # type: ignore[arg-type]
        "proposals": Proposal.objects.count(),
    }

    closed = begun()
    together(handing(closed, "marketing"))
    ends = as_(people.admin)
    address = f"/icp/workshops/{closed.pk}/closing"
    acts = [
        *handing(closed, "sales"),
        lambda: ends.post(address, {"why": "The quarter ends."}).status_code,
    ]
    found["closed"] = {"answers": together(acts), **kept(closed)}
    late = handing(closed, "customer_success")
    found["late"] = {"answers": together(late), **kept(closed)}
    found["chain"] = [
        *map(str, chain_breaks()),
        # This process itself ended workshops behind the chain's back, to begin the next.
        *(str(each) for each in differences() if each.column != "is_over"),
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
