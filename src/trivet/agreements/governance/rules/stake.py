"""What is at stake in a deadlock: in which of the five metrics, in accounts or in money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

METRICS = (
    "marketing_sourced_pipeline",
    "win_rate",
    "time_to_close",
    "net_revenue_retention",
    "expansion_pipeline",
)
"""The five that the three functions own together, in the order always shown."""


@dataclass(frozen=True, slots=True)
class Stake:
    """How much of a metric depends on the answer.

    accounts   how many accounts count otherwise; None where it is not put in accounts
    minor      money in minor units of `currency`; None where it is not put in money
    """

    metric: str
    accounts: int | None
    minor: int | None
    currency: str

    def document(self) -> dict[str, object]:
        """As it is kept."""
        return {
            "metric": self.metric,
            "accounts": self.accounts,
            "minor": self.minor,
            "currency": self.currency,
        }


def read_stakes(told: Sequence[Mapping[str, object]]) -> list[Stake]:
    """Stakes as they were kept."""
    return [
        Stake(
            str(each["metric"]),
            _whole(each["accounts"]),
            _whole(each["minor"]),
            str(each["currency"]),
        )
        for each in told
    ]


def problems(stakes: Iterable[Stake]) -> list[str]:
    """What keeps a question from being one about revenue; nothing when it is."""
    stakes = list(stakes)
    if not stakes:
        return ["it does not say what is at stake in any of the five metrics"]
    found = [f"{each.metric} is none of the five" for each in stakes if each.metric not in METRICS]
    found += [
        f"the stake in {each.metric} is put neither in accounts nor in money"
        for each in stakes
        if each.accounts is None and each.minor is None
    ]
    found += [
        f"the stake in {each.metric} is below nothing"
        for each in stakes
        if min(each.accounts or 0, each.minor or 0) < 0
    ]
    named = [each.metric for each in stakes]
    return found + [
        f"{metric} is named twice" for metric in sorted({m for m in named if named.count(m) > 1})
    ]


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
