"""Fifty people read, comment, propose and sign at the same time, on the server as it is started.

What the server said it kept is there once; whom it turned away, it told why. On SQLite and on
PostgreSQL.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.agreements.documents.signers import filled, hidden_of
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.postgresql import fresh_database
from trivet.agreements.opening import ADDRESS_VARIABLE
from trivet.jobs.run import run

ROOT = Path(__file__).parents[2]
PEOPLE = 50
LEADERS = ("cmo", "cro", "vp_cs")
READ = ("/", "/documents", "/metrics/win_rate", "/people", "/books")
TURNED_AWAY = (409, 503)
PROPOSES = 4
"""Every fourth who does not sign proposes a change of their own."""
SECONDS = 120
"""That one request may take before the test gives up: a bound, not a promise."""


class Crowd:
    """What everybody was told; one list, for threads append to it."""

    def __init__(self, address: str, told: dict[str, object]) -> None:
        self.address = address
        self.told = told
        self.number = {name: at for at, name in enumerate(told["sessions"])}  # type: ignore[call-overload]
        self.kept: list[tuple[str, str]] = []
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def asks(self, who: requests.Session, path: str, form: dict | None = None) -> requests.Response:
        method = "GET" if form is None else "POST"
        answer = who.request(
            method,
            self.address + path,
            data=form,
            headers={"Referer": self.address + path},
            allow_redirects=False,
            timeout=SECONDS,
        )
        self.statuses[answer.status_code] += 1
        if answer.status_code in TURNED_AWAY:
            if 'class="happened"' not in answer.text and 'class="notice' not in answer.text:
                self.wrong.append(f"{method} {path}: {answer.status_code} without a sentence")
        elif answer.status_code not in (200, 302, 303):
            self.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def sends(self, who: requests.Session, path: str, form: dict, kind: str, what: str) -> None:
        """A form from a page that was read before; what was acknowledged is remembered."""
        answer = self.asks(who, path, form | {"csrfmiddlewaretoken": who.token})  # type: ignore[attr-defined]
        if answer.status_code in (302, 303):
            if (
                "/sign-in" in answer.headers["Location"]
                or "second-factor" in answer.headers["Location"]
            ):
                self.wrong.append(f"{path}: sent to {answer.headers['Location']}")
            self.kept.append((kind, what))

    def reads(self, who: requests.Session, path: str) -> str:
        page = self.asks(who, path).text
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page):
            who.token = found[1]  # type: ignore[attr-defined]
        return page


def one_person(crowd: Crowd, name: str, rounds: int, gate: threading.Barrier) -> None:
    who = requests.Session()
    who.cookies.set(str(crowd.told["cookie"]), crowd.told["sessions"][name])  # type: ignore[index]
    drafts = crowd.told["drafts"]
    assert isinstance(drafts, list)
    gate.wait()
    try:
        for at in range(rounds):
            crowd.reads(who, READ[(crowd.number[name] + at) % len(READ)])
            draft = drafts[(crowd.number[name] + at) % len(drafts)]
            crowd.reads(who, f"/proposals/{draft}")
            says = f"{name} in round {at}"
            crowd.sends(
                who, f"/proposals/{draft}/comments", {"says": says, "clause": ""}, "comments", says
            )
        if name in LEADERS:
            for draft in drafts:
                path = f"/proposals/{draft}/signature"
                form = hidden_of(crowd.reads(who, path))
                crowd.sends(who, path, form, "signatures", f"{name} {draft}")
        elif crowd.number[name] % PROPOSES == 0:
            path = "/documents/metric_definition/win_rate/proposals"
            form = filled(crowd.reads(who, path))
            why = f"{name} wants it so"
            crowd.sends(who, path, form | {"why": why, "option-basis": "amount"}, "proposals", why)
    except Exception as raised:
        crowd.wrong.append(f"{name}: {raised!r}")
    finally:
        who.close()


def process(folder: Path, environment: dict[str, str], *told: object) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.crowd_process", str(folder), *map(str, told)],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def serving(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "trivet.cli.main", "serve", str(folder), "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout
        port = re.search(r":(\d+)/", server.stdout.readline())
        assert port
        address = f"http://127.0.0.1:{port[1]}"
        for _ in range(300):
            try:
                requests.get(f"{address}/healthz", timeout=SECONDS)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(
    "rounds", [pytest.param(1, id="once"), pytest.param(20, marks=pytest.mark.soak, id="soak")]
)
@pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_nothing_that_was_acknowledged_is_lost(store, rounds, request, tmp_path):
    workspace = company_folder(tmp_path / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    if store == "postgresql":
        postgres = request.getfixturevalue("postgres")
        own[ADDRESS_VARIABLE] = fresh_database(postgres, f"crowd_of_{rounds}")
    told = process(workspace.folder, own, "fill", PEOPLE)
    names = list(told["sessions"])  # type: ignore[call-overload]
    assert len(names) == PEOPLE
    with serving(workspace.folder, own) as address:
        crowd = Crowd(address, told)
        gate = threading.Barrier(PEOPLE)
        threads = [
            threading.Thread(target=one_person, args=(crowd, name, rounds, gate)) for name in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    there = process(workspace.folder, own, "look")
    assert crowd.wrong == []
    assert there["wrong"] == []
    for kind in ("comments", "proposals", "signatures"):
        said = Counter(what for of, what in crowd.kept if of == kind)
        kept = Counter(there[kind])  # type: ignore[arg-type]
        assert {what: kept[what] for what in said} == dict.fromkeys(said, 1), kind
    # Almost everybody was served: a server that turns all away would lose nothing either.
    proposers = [name for name in set(names) - set(LEADERS) if crowd.number[name] % PROPOSES == 0]
    assert len(crowd.kept) > 0.9 * (PEOPLE * rounds + len(proposers) + len(LEADERS) * 13)
    assert there["enactments"] == 13
