from __future__ import annotations

import pytest

from tests.agreements.leaders import Leaders, leaders


@pytest.fixture
def people(db: None) -> Leaders:
    return leaders()
