"""Say which period to ask for when the data ends before the one that was measured.

An export without `exported_on` is dated by its landing. The dump of a system that was left in 2021
then looks like today's, and every figure of the last quarter is empty for no reason one can see.
"""

from __future__ import annotations

from collections.abc import Sequence

from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.figure import Figure
from trivet.vocabulary.period import Grain


def older_data(model: RevenueModel, figures: Sequence[Figure]) -> str:
    """A sentence, when none of the figures has a value and the newest record is older; else ''.

    figures   of one period, as they were measured; those that lack data say themselves what
              they lack, and another period would not help them
    """
    askable = [figure for figure in figures if figure.is_empty]
    if not askable or any(figure.value is not None for figure in figures):
        return ""
    newest_on, period = model.newest_record_on(), askable[0].period
    if newest_on is None or newest_on >= period.start:
        return ""
    covered = model.settings.calendar.containing(newest_on, Grain.QUARTER)
    return (
        f"No figure of {period.key} has a value: the newest record is of {newest_on:%Y-%m}."
        f" Ask `trivet metric {askable[0].metric} --period {covered.key}`, or set exported_on in"
        " trivet.toml to the day the exports were made."
    )
