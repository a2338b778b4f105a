"""Which criteria hold of which accounts, at which instants: true, false or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.predicates.condition import Condition
from trivet.numbers.shared_metrics.asked import local_day
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.sql_text import SqlText, read_folder
from trivet.numbers.workspace.settings import Settings

HERE = Path(__file__).parent
EXACT = pa.decimal128(28, 6)
TRUE, FALSE, UNKNOWN = 1, 0, -1

Verdicts = npt.NDArray[np.int8]
"""One row a subject, one column a criterion: 1 true, 0 false, -1 unknown."""


def own_sql(name: str) -> SqlText:
    """One of this folder's queries."""
    return read_folder(HERE)[name]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Accounts at instants.

    account_id       one a subject
    at               naive UTC; what came later is not known yet
    opportunity_id   the opportunity whose creation the instant is; empty for an account as such
    """

    account_id: Sequence[str]
    at: Sequence[datetime]
    opportunity_id: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.account_id)

    def table(self, settings: Settings) -> pa.Table:
        days: dict[datetime, date] = {}
        for at in self.at:
            if at not in days:
                days[at] = local_day(settings, at)
        return pa.table(
            {
                "subject_no": pa.array(range(len(self)), pa.int32()),
                "account_id": pa.array(self.account_id, pa.string()),
                "opportunity_id": pa.array(self.opportunity_id, pa.string()),
                "at": pa.array(self.at, pa.timestamp("us")),
                "on_day": pa.array([days[at] for at in self.at], pa.date32()),
            }
        )


def verdicts(
    engine: Engine, settings: Settings, criteria: Sequence[Criterion], subjects: Subjects
) -> Verdicts:
    """All criteria of all subjects, in one pass.

    Reads    record_attribute, touch, product_usage, expansion_signal, contact, first_revenue,
             opportunity_contact_role
    """
    if not criteria or not len(subjects):
        return np.full((len(subjects), len(criteria)), UNKNOWN, np.int8)
    conditions = [criterion.test.condition for criterion in criteria]
    relations = {"asked_subject": subjects.table(settings), **_tables(conditions)}
    zone = {"time_zone": settings.company.time_zone}
    found = engine.ask(
        own_sql("verdict"), zone, relations, {"record_attribute": own_sql("record_attribute")}
    )
    told = found["verdict"].to_numpy().astype(np.int8)
    return told.reshape(len(subjects), len(criteria))


def _tables(conditions: Sequence[Condition]) -> dict[str, pa.Table]:
    """The tests and what they look for, as tables that the SQL reads."""
    rows = [(number, member) for number, each in enumerate(conditions) for member in each.members]

    def exact(values: Sequence[Decimal | None]) -> pa.Array[Any]:
        return pa.array([None if v is None else round(v, 6) for v in values], EXACT)

    return {
        "asked_condition": pa.table(
            {
                "condition_no": pa.array(range(len(conditions)), pa.int32()),
                "compares": pa.array([each.compares for each in conditions], pa.string()),
                "attribute": pa.array([each.attribute for each in conditions], pa.string()),
                "is_negated": pa.array([each.is_negated for each in conditions], pa.bool_()),
                "low": exact([each.low for each in conditions]),
                "below": exact([each.below for each in conditions]),
                "least": exact([each.least for each in conditions]),
                "within_days": pa.array([each.within_days for each in conditions], pa.int32()),
                "fades": pa.array([each.half_life_days is not None for each in conditions]),
                "most_a_day": exact([each.most_a_day for each in conditions]),
            }
        ),
        "asked_weight": _weights(conditions),
        "asked_member": pa.table(
            {
                "condition_no": pa.array([number for number, _ in rows], pa.int32()),
                "part_no": pa.array([member.part for _, member in rows], pa.int32()),
                "looks_in": pa.array([member.where for _, member in rows], pa.string()),
                "value": pa.array([member.value for _, member in rows], pa.string()),
            }
        ),
    }


def _weights(conditions: Sequence[Condition]) -> pa.Table:
    """What one counts at each age, of tests that fade, until six places show nothing of it.

    Decimal arithmetic, half to even: a machine's own power function may differ in the last place.
    """
    rows: list[tuple[int, int, Decimal]] = []
    for number, each in enumerate(conditions):
        if each.half_life_days is None:
            continue
        for age in range(each.within_days + 1):
            weight = round(Decimal(2) ** (Decimal(-age) / each.half_life_days), 6)
            if not weight:
                break
            rows.append((number, age, weight))
    return pa.table(
        {
            "condition_no": pa.array([number for number, _, _ in rows], pa.int32()),
            "age": pa.array([age for _, age, _ in rows], pa.int32()),
            "weight": pa.array([weight for _, _, weight in rows], pa.decimal128(7, 6)),
        }
    )
