"""Four writers on one store, killed again and again: `killed_writers.py FOLDER KILLS SEED`.

Writers are forked from a process that has everything imported, so that a kill costs a fork. Each
puts what it was told is done into a file of its own, on the disk, before it does the next thing.
Prints what is wrong afterwards as JSON: nothing, if the store keeps its word.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

WRITERS = 4
DOCUMENTS = 6
SEATS = ("cmo", "cro", "vp_cs")
LONGEST_LIFE_SECONDS = 0.12


def main(folder: Path, kills: int, seed: int) -> None:
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    people = _begin()
    dice = random.Random(seed)
    living: dict[int, int] = {}
    for number in range(WRITERS):
        living[_fork(folder, number, people, seed)] = number
    died_by_itself = []
    for kill in range(kills):
        time.sleep(dice.uniform(0.005, LONGEST_LIFE_SECONDS))
        pid = dice.choice(sorted(living))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            died_by_itself.append(living[pid])
        number = living.pop(pid)
        living[_fork(folder, number, people, seed + kill + 1)] = number
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    print(json.dumps(_look(folder) | {"died_by_themselves": died_by_itself}))


def _begin() -> dict[str, int]:
    """People, and documents that each have an open proposal."""
    from django.db import connections, transaction

    from tests.agreements.documents.small_kind import register_promise
    from tests.agreements.leaders import leaders
    from trivet.agreements.documents.actions.propose import begin, propose
    from trivet.agreements.people.models import Seat

    register_promise()
    with transaction.atomic():
        found = leaders()
        owner = Seat.objects.get(key="cro")
        for number in range(DOCUMENTS):
            document = begin(
                kind="promise", key=f"p{number}", title=f"Promise {number}", owner=owner,
                by=found.admin, now=datetime.now(UTC),
            )  # fmt: skip
            propose(
                document=document, body={"days": number}, why="first", by=found.admin,
                now=datetime.now(UTC),
            )  # fmt: skip
    connections.close_all()
    return {seat: getattr(found, seat).pk for seat in SEATS} | {"admin": found.admin.pk}


def _fork(folder: Path, number: int, people: dict[str, int], seed: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _write(folder, number, people, random.Random(f"{seed} {number}"))
    except BaseException:
        with (folder / f"crash-{number}.txt").open("a") as file:
            traceback.print_exc(file=file)
    finally:
        os._exit(1)


def _write(folder: Path, number: int, people: dict[str, int], dice: random.Random) -> None:
    from trivet.agreements.documents.models import Document, Proposal
    from trivet.agreements.people.models import Person
    from trivet.errors import TrivetError

    told = os.open(folder / f"told-{number}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        by = {name: Person.objects.get(pk=pk) for name, pk in people.items()}
        try:
            done = _one_thing(dice, by, Document, Proposal)
        except TrivetError:
            continue
        if done:
            os.write(told, (json.dumps(done) + "\n").encode())
            os.fsync(told)


def _one_thing(dice, by, documents, proposals):  # type: ignore[no-untyped-def]
    from trivet.agreements.documents.actions.propose import amend, propose
    from trivet.agreements.documents.actions.sign import reject, sign

    now, turn = datetime.now(UTC), dice.random()
    document = documents.objects.get(key=f"p{dice.randrange(DOCUMENTS)}")
    proposal = proposals.objects.filter(document=document, outcome="").first()
    days = dice.randrange(10_000)
    if proposal is None:
        made = propose(document=document, body={"days": days}, why="again", by=by["admin"], now=now)
        return {"did": "proposed", "pk": made.pk}
    version = proposal.version
    if turn < 0.1:
        made = amend(
            proposal=proposal, body={"days": days}, shown_hash=version.sha256, by=by["admin"],
            now=now,
        )  # fmt: skip
        return {"did": "wrote", "pk": made.pk}
    seat = dice.choice(SEATS)
    if turn < 0.13:
        reject(proposal=proposal, seat=seat, why="no", by=by[seat], now=now)
        return {"did": "rejected", "pk": proposal.pk}
    asked = {
        "proposal": proposal, "shown_hash": version.sha256, "seat": seat, "by": by[seat],
        "key": uuid4().hex, "now": now,
    }  # fmt: skip
    signature = sign(**asked)
    if turn > 0.8:
        # The answer was lost, and the browser sends the form again.
        assert sign(**asked).pk == signature.pk
    return {"did": "signed", "pk": signature.pk, "sha256": version.sha256, "seat": seat}


def _look(folder: Path) -> dict[str, object]:
    from trivet.agreements.audit.models import AuditRow
    from trivet.agreements.audit.queries import chain_breaks, differences
    from trivet.agreements.documents.models import Enactment, Proposal, Signature, Version
    from trivet.agreements.documents.queries import standing_of

    told = [
        json.loads(line)
        for path in folder.glob("told-*.jsonl")
        for line in path.read_text().splitlines()
    ]
    signed = {each.pk: each for each in Signature.objects.select_related("seat", "version")}
    kept = {
        "proposed": set(Proposal.objects.values_list("pk", flat=True)),
        "wrote": set(Version.objects.values_list("pk", flat=True)),
        "rejected": set(Proposal.objects.filter(outcome="rejected").values_list("pk", flat=True)),
        "signed": {pk for pk, each in signed.items() if each.sha256 == each.version.sha256},
    }
    rows = AuditRow.objects.filter(noun="signature", verb="signed").values_list(
        "noun_id", flat=True
    )
    enacted = Enactment.objects.select_related("version__proposal", "document")
    in_force = set(Proposal.objects.filter(outcome="in_force").values_list("pk", flat=True))
    return {
        "told": {did: sum(each["did"] == did for each in told) for did in kept},
        "lost": [each for each in told if each["pk"] not in kept[each["did"]]],
        "chain": [str(each) for each in chain_breaks()],
        "differences": [str(each) for each in differences()],
        "signatures_without_one_row": sorted(set(map(str, signed)) ^ set(rows))
        + ([] if len(rows) == len(signed) else ["twice"]),
        "half_enacted": [
            str(each.version) for each in enacted if not standing_of(each.version).is_agreed
        ],
        "agreed_and_not_enacted": [
            str(version)
            for version in Version.objects.filter(proposal__outcome="")
            if standing_of(version).is_agreed
        ],
        "closed_without_enactment": sorted(
            in_force ^ {each.version.proposal_id for each in enacted}
        ),
        "crashes": [path.read_text()[-2000:] for path in folder.glob("crash-*.txt")],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
