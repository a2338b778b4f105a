"""Columns of a plain table as criteria: what the evidence of accounts uses, without accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.leak import data_leaks, name_leaks
from trivet.numbers.insight.icp.statistics.auc import Auc, auc
from trivet.numbers.insight.icp.statistics.judged import Judged, Parts, judge
from trivet.numbers.insight.icp.statistics.scorecard import Scorecard, codes_of

Column = npt.NDArray[np.object_]


def column(values: Sequence[str | None], *, is_number: bool = False) -> Column:
    """Text or numbers; an empty cell is nothing known."""
    found = np.empty(len(values), dtype=object)
    found[:] = [
        (float(value) if is_number else value) if value not in (None, "") else None
        for value in values
    ]
    return found


def leaks(name: str, values: Column, won: npt.NDArray[np.bool_]) -> list[str]:
    """Why a column is known only after the outcome; numbers are looked at in fifths."""
    codes = codes_of(values, np.ones(len(values), bool))
    counts = {
        str(code): (int((won & (codes == code)).sum()), int((~won & (codes == code)).sum()))
        for code in np.unique(codes[codes > 0])
    }
    known = codes > 0
    return [str(each) for each in (*name_leaks(name), *data_leaks(name, known, won, counts))]


def proposed(columns: Mapping[str, Column]) -> tuple[list[str], npt.NDArray[np.int8]]:
    """A criterion for each value, or fifth, of each column: is it that one?"""
    names: list[str] = []
    told: list[npt.NDArray[np.int8]] = []
    for name, values in columns.items():
        codes = codes_of(values, np.ones(len(values), bool))
        for code in np.unique(codes[codes > 0]):
            names.append(f"{name} {code}")
            told.append(np.where(codes == 0, -1, codes == code).astype(np.int8))
    return names, np.column_stack(told)


def judged(
    columns: Mapping[str, Column], won: npt.NDArray[np.bool_], parts: Parts
) -> dict[str, Judged]:
    names, told = proposed(columns)
    return dict(zip(names, judge(told, won, parts), strict=True))


def out_of_time(
    columns: Mapping[str, Column],
    won: npt.NDArray[np.bool_],
    parts: Parts,
    group: Sequence[str],
) -> tuple[Auc, Scorecard, npt.NDArray[np.float64]]:
    """A scorecard learned on the earlier records, on the later ones: area, card, chances."""
    codes = np.column_stack([codes_of(values, parts.earlier) for values in columns.values()])
    card = Scorecard.learned(codes[parts.earlier], won[parts.earlier])
    chance = card.predicted(codes)[parts.later]
    theirs = [name for name, later in zip(group, parts.later, strict=True) if later]
    found = auc(chance, won[parts.later], theirs)
    assert found is not None
    return found, card, chance
