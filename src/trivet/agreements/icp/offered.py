"""What a criterion can ask for, told by whoever has the numbers: this chapter computes none."""

from __future__ import annotations

from collections.abc import Callable

from trivet.errors import TrivetError
from trivet.numbers.insight.icp.attributes import Askable

NOTHING = Askable((), (), (), ())
_ask: list[Callable[[], Askable]] = []


def ask_from(teller: Callable[[], Askable]) -> None:
    """Ask here from now on. The pages do it when they are ready."""
    _ask[:] = [teller]


def offered() -> Askable:
    """What the company's data has; nothing before a build is published."""
    try:
        return _ask[0]() if _ask else NOTHING
    except TrivetError:
        return NOTHING
