"""How far back retention looks: to the first day of its windows, and behind that as far as what is
added up on that day was billed.
"""

from __future__ import annotations

from datetime import timedelta

from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.needs import RECURRING
from trivet.numbers.shared_metrics.reach import Reach
from trivet.vocabulary.period import Period, months_before_end


def window_reaches(definition: Definition, asked: Asked, period: Period) -> list[Reach]:
    """Of the windows of one period."""
    months, method = definition.option("window_months"), str(definition.option("method"))
    assert isinstance(months, int)
    opening = min(asked.openings(period, months, method))
    basis = str(definition.option("basis"))
    one_day = timedelta(days=1)
    if basis == "invoices":
        return [Reach(RECURRING[basis], months_before_end(opening, 12) + one_day)]
    found = [Reach(RECURRING[basis], opening)]
    if basis == "subscriptions" and definition.option("usage_revenue") == "trailing_3_months_x4":
        found.append(Reach("invoice_line", months_before_end(opening, 3) + one_day))
    return found
