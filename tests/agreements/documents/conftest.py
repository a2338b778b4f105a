"""The pages of documents, with the made-up build behind the rest of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.agreements.documents.signers import Begun
from tests.agreements.leaders import Leaders
from tests.agreements.written_once import written_once
from tests.web.conftest import norvik, static_files
from trivet.agreements.documents.actions.begin_drafts import begin_drafts

__all__ = ["norvik", "static_files"]


@pytest.fixture(autouse=True)
def in_plain_english() -> Iterator[None]:
    """A request leaves its language behind in its thread; the next test begins without."""
    yield
    translation.deactivate()


@pytest.fixture
def begun(people: Leaders) -> Begun:
    """Every definition with its first draft, proposed by revenue operations."""
    _begin_drafts(people)
    return Begun(people)


@written_once
def _begin_drafts(people: Leaders) -> None:
    begin_drafts(by=people.admin, now=datetime.now(UTC))
