"""Verdicts of the same subjects, test by test: each is asked once, whoever's profile has it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.predicates import Predicate
from trivet.numbers.insight.icp.verdicts import UNKNOWN, Subjects, Verdicts, verdicts
from trivet.numbers.shared_metrics.measure import Measurement


class VerdictColumns:
    """A build does not change, so neither does an answer. Threads share it.

    Three drafts that differ in two clauses ask two questions more than one of them alone.
    """

    def __init__(self, measurement: Measurement, subjects: Subjects) -> None:
        self._measurement = measurement
        self.subjects = subjects
        self._columns: dict[Predicate, npt.NDArray[np.int8]] = {}
        self._lock = threading.Lock()

    def of(self, criteria: Sequence[Criterion]) -> Verdicts:
        """One row a subject, one column a criterion."""
        with self._lock:
            asked = {each.test: each for each in criteria if each.test not in self._columns}
            if asked:
                told = verdicts(
                    self._measurement.engine,
                    self._measurement.settings,
                    list(asked.values()),
                    self.subjects,
                )
                self._columns.update(zip(asked, told.T, strict=True))
            if not criteria:
                return np.full((len(self.subjects), 0), UNKNOWN, np.int8)
            return np.column_stack([self._columns[each.test] for each in criteria])
