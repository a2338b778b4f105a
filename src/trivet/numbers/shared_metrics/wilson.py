"""How sure a share of counted records is."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from trivet.numbers.shared_metrics.figure import Interval

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


def wilson(found: int, of: int) -> Interval:
    """Wilson's interval for `found` of `of` records; `of` is above zero.

    Source   Wilson (1927), JASA 22; the closed form of scipy.stats.binomtest's "wilson", without
             the second that importing scipy takes
    """
    share, spread = found / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    low = 0.0 if found == 0 else middle - reach
    high = 1.0 if found == of else middle + reach
    return Interval(low, high, LEVEL)
