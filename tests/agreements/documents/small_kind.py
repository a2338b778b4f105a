"""A kind of document small enough to read at a glance."""

from __future__ import annotations

from trivet.agreements.documents.rules.kind import Clause, Kind, register
from trivet.agreements.people.rules.right import Thing


def problems(body):
    return [] if isinstance(body.get("days"), int) else ["`days` is a whole number"]


def reads(body):
    return [Clause("days", "Answer", f"A lead is answered within {body['days']} days.")]


PROMISE = Kind("promise", "Promise", Thing.PROCESSES, problems, reads)


def register_promise() -> None:
    register(PROMISE)
