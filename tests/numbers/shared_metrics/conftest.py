"""Every worked example is asked twice: of the real SQL, and of the slow second implementation.

A value that both get wrong the same way would have to be misread twice; a value only one of
them gets wrong says at once which side to look at.
"""

from __future__ import annotations

from tests.company import company
from tests.numbers.shared_metrics.worked_example import Opener
from tests.oracles.company import recorded_company


def pytest_generate_tests(metafunc) -> None:
    if "opener" in metafunc.fixturenames:
        metafunc.parametrize(
            "opener",
            [Opener("sql", company), Opener("second implementation", recorded_company)],
            ids=["sql", "second"],
            scope="module",
        )
