"""Two sets of rows of one metric and period, and what has to be added to one to get the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Counted:
    """What a record counts for.

    numerator, denominator   sums over its rows, of which it nearly always has one
    """

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that counts otherwise than before.

    before, after   None where the record is not among the rows
    """

    record_id: str
    before: Counted | None
    after: Counted | None

    @property
    def numerator(self) -> int:
        """What it adds to the numerator."""
        return _numerator(self.after) - _numerator(self.before)

    @property
    def denominator(self) -> int:
        """What it adds to the denominator."""
        return _denominator(self.after) - _denominator(self.before)


def counted_of(rows: pa.Table) -> dict[str, Counted]:
    """What each record of a table of rows counts for."""
    found: dict[str, Counted] = {}
    columns = (rows["record_id"], rows["numerator"], rows["denominator"])
    for record, numerator, denominator in zip(*(c.to_pylist() for c in columns), strict=True):
        one = Counted(_whole(numerator), _whole(denominator))
        before = found.get(record)
        if before is not None:
            one = Counted(before.numerator + one.numerator, before.denominator + one.denominator)
        found[record] = one
    return found


def differences(before: Mapping[str, Counted], after: Mapping[str, Counted]) -> list[Difference]:
    """Every record that counts otherwise, by id. Added to `before` they give `after`."""
    return [
        Difference(record, before.get(record), after.get(record))
        for record in sorted(before.keys() | after.keys())
        if before.get(record) != after.get(record)
    ]


def with_differences(
    before: Mapping[str, Counted], found: Iterable[Difference]
) -> dict[str, Counted]:
    """What the records count for once differences, in the order they were found, are added."""
    state = dict(before)
    for each in found:
        if each.after is None:
            state.pop(each.record_id, None)
        else:
            state[each.record_id] = each.after
    return state


def sums(counted: Iterable[Counted]) -> tuple[int, int]:
    """Both sides, added up."""
    every = list(counted)
    return sum(c.numerator for c in every), sum(c.denominator for c in every)


def effect(frozen: tuple[int, int], each: Difference) -> Fraction | None:
    """How far one difference alone would move the ratio of a frozen figure; None if there is none.

    Ratios do not add up: the effects of several lines are each seen from the frozen figure.
    """
    numerator, denominator = frozen
    after = denominator + each.denominator
    if denominator == 0 or after == 0:
        return None
    return Fraction(numerator + each.numerator, after) - Fraction(numerator, denominator)


def _numerator(counted: Counted | None) -> int:
    return counted.numerator if counted else 0


def _denominator(counted: Counted | None) -> int:
    return counted.denominator if counted else 0


def _whole(value: object) -> int:
    """A contribution is a whole number of records, days or minor units; else it cannot be kept."""
    if value is None:
        return 0
    whole = int(value)  # type: ignore[call-overload]
    if whole != value:
        raise ValueError(f"a contribution of {value!r} is no whole number")
    return int(whole)
