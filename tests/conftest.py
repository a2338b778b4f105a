"""What every test may ask for, and what a run says at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import postgresql

# A random company takes as long as it takes on a busy machine; only its numbers are judged.
settings.register_profile(
    "trivet", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("trivet"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "trivet")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The connection string of an empty PostgreSQL. Mark the test `postgres`."""
    with postgresql.server() as connection:
        yield connection


LONGEST_FIRST = ("postgres", "slow", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests begin first, so that at the end no worker waits for the other."""
    place: dict[Path, int] = {}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        own = next(
            (at for at, name in enumerate(LONGEST_FIRST) if name in marks), len(LONGEST_FIRST)
        )
        place[item.path] = min(own, place.get(item.path, own))
    items.sort(key=lambda item: place[item.path])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out by choice: an omission must not look like a pass."""
    if left_out := os.environ.get("TRIVET_LEFT_OUT"):
        terminalreporter.write_sep("=", "left out by choice", yellow=True)
        terminalreporter.write_line(left_out)
