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


def step(now: tuple[int, int], before: tuple[int, int]) -> Interval:
    """The interval of how far one share of counted records lies from an earlier one, -1 to 1.

    now, before   found and of, of other records each

    It is made of the two intervals that are shown beside the shares. That those do not overlap
    asks for more: two shares whose intervals just touch differ at a level of about 99.5 %, so a
    change of eight points among a hundred records would go unsaid; a normal approximation of the
    difference, for its part, alarms too often where records are few.

    Source   Newcombe (1998), Statistics in Medicine 17:873, method 10
    """
    later, earlier = wilson(*now), wilson(*before)
    p, q = now[0] / now[1], before[0] / before[1]
    low = p - q - sqrt((p - later.low) ** 2 + (earlier.high - q) ** 2)
    high = p - q + sqrt((later.high - p) ** 2 + (q - earlier.low) ** 2)
    return Interval(low, high, LEVEL)
