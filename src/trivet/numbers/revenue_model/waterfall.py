"""How the opening ARR of a cohort became its closing ARR, from the rows of net retention."""

from __future__ import annotations

import pyarrow as pa

from trivet.numbers.revenue_model.shapes import Movement
from trivet.numbers.shared_metrics.rows import rows_above_zero, rows_where, total

KINDS = ("expansion", "price", "reactivation", "contraction", "churn")


def movements(rows: pa.Table) -> tuple[Movement, ...]:
    """The bars of the waterfall; none of no rows."""
    if len(rows) == 0:
        return ()
    bars = [Movement("opening", total(rows, "denominator"), len(rows))]
    for kind in KINDS:
        moved = len(rows) - len(rows_where(rows, f"{kind}_minor", 0))
        bars.append(Movement(kind, total(rows, f"{kind}_minor"), moved))
    kept = len(rows_above_zero(rows, "numerator"))
    return (*bars, Movement("closing", total(rows, "numerator"), kept))
