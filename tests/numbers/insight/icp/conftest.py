"""The made-up seller, loaded once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.company import Company, company
from tests.numbers.insight.icp.selling_company import sells


@pytest.fixture(scope="session")
def seller() -> Iterator[Company]:
    """What made it win is planted: selling_company.py says what."""
    with company(exported_on="2026-10-31") as c:
        sells(c)
        yield c
