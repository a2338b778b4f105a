from __future__ import annotations

from pathlib import Path

import pytest

from tests.agreements.books.small_books import SmallBooks


@pytest.fixture
def books(db: None, tmp_path: Path) -> SmallBooks:
    return SmallBooks(tmp_path)
