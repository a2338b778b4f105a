"""Deadlocks and new leaders with the pages around them, as they are today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from tests.agreements.governance.deadlock import agree, agreed, put, rejected
from tests.agreements.leaders import NOW, Leaders, join, later
from tests.agreements.written_once import written_once
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.actions.sign import reject
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.models import Escalation, Onboarding
from trivet.agreements.people.actions.appoint import appoint, confirm, end
from trivet.agreements.people.models import Person, Seat, Tenure
from trivet.numbers.shared_metrics.registry import drafts

TOML = """
format = 1
[company]
name = "Norvik Analytics"
currency = "USD"
time_zone = "America/New_York"
holidays = "US"
"""


@contextmanager
def calendar() -> Iterator[None]:
    """The workspace says what its working days are."""
    path = Path(settings.WORKSPACE) / "trivet.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TOML)
    try:
        yield
    finally:
        path.unlink()


@dataclass
class Governed:
    """Two deadlocks, the second not put yet; a CRO who came three days ago."""

    question: Escalation
    document: Document
    rejected: Proposal
    open: Proposal
    new: Person
    onboarding: Onboarding


@written_once
def governed(people: Leaders) -> Governed:
    """With promises of days, which say themselves what they are."""
    first, second = agreed(people), agreed(people, key="handoff", days=4)
    changes = rejected(first, people), rejected(second, people, days=7)
    return _put(people, *changes, {"days": 6})


def governed_definitions(people: Leaders) -> Governed:
    """With metrics' definitions: what a server has that knows no other kind."""
    found = []
    for metric, option, value in (
        ("win_rate", "basis", "amount"),
        ("time_to_close", "calendar", "business"),
    ):
        body = drafts()[metric].document()
        document = begin(
            kind="metric_definition", key=metric, title=drafts()[metric].title,
            owner=Seat.objects.get(key="cro"), by=people.admin, now=NOW,
        )  # fmt: skip
        agree(
            propose(document=document, body=body, why="the start", by=people.admin, now=NOW),
            people,
        )
        changed = {**body, "options": {**body["options"], option: value}}  # type: ignore[dict-item]
        change = propose(
            document=document, body=changed, why="It says more.", by=people.cmo, now=later(days=1)
        )
        reject(
            proposal=change, seat="cro", why="Nobody counts so.", by=people.cro, now=later(days=2)
        )
        change.refresh_from_db()
        found.append(change)
    last = drafts()["time_to_close"].document()
    return _put(people, *found, {**last, "min_n": 20})


def _put(people: Leaders, first: Proposal, no: Proposal, body: Mapping[str, object]) -> Governed:
    now = datetime.now(UTC)
    question = put(first, people.cmo, now=now - timedelta(hours=2))
    opened = propose(document=no.document, body=body, why="y", by=people.cro, now=now)
    end(
        tenure=Tenure.objects.get(person=people.cro),
        by=people.admin,
        now=now - timedelta(days=40),
    )
    new = join("Nora Falk")
    tenure = appoint(
        seat=Seat.objects.get(key="cro"), person=new, by=people.admin,
        now=now - timedelta(days=3),
    )  # fmt: skip
    confirm(tenure=tenure, by=people.cmo, now=now - timedelta(days=3))
    reconcile(now)
    onboarding = Onboarding.objects.get(tenure=tenure)
    return Governed(question, first.document, no, opened, new, onboarding)
