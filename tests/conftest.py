"""What every test may ask for, and what a run says at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out by choice: an omission must not look like a pass."""
    if left_out := os.environ.get("TRIVET_LEFT_OUT"):
        terminalreporter.write_sep("=", "left out by choice", yellow=True)
        terminalreporter.write_line(left_out)
