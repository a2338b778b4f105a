"""Net revenue retention."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Flag, Unit
from trivet.numbers.shared_metrics.metric import MONEY_SIDES, Answer, Metric, Sums, flag
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.net_revenue_retention.definition import NET_REVENUE_RETENTION
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.retention_base.reach import window_reaches
from trivet.numbers.shared_metrics.rows import rows_above_zero
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

IN_GRACE = Sentence("had run out and counted while its renewal was late")
AWAITED = Sentence(
    "has run out and its renewal is awaited; it still counts until the grace is over"
)

OVERLAPPING = Sentence(
    "has several subscriptions to one product on one day that do not end together; they are added"
    " up, which is wrong if one of them replaced another without ending it"
)
BELOW_ZERO = Sentence("has an account whose credits are more than what it pays; it counts as zero")


def retention_sums(definition: Definition) -> tuple[str, ...] | None:
    """What `retention_flags` reads; compounding needs each window's own sums."""
    if definition.option("method") == "monthly_compounded":
        return None
    return ("is_in_grace", "is_awaited", "is_overlapping", "is_below_zero")


def retention_flags(rows: pa.Table) -> list[Flag]:
    """What keeps a customer in the figure that a reader should know of."""
    return [
        *flag("late_renewal", rows, "is_in_grace", IN_GRACE),
        *flag("renewal_awaited", rows, "is_awaited", AWAITED),
        *flag("overlapping_subscriptions", rows, "is_overlapping", OVERLAPPING, contradicts=True),
        *flag("below_zero", rows, "is_below_zero", BELOW_ZERO, contradicts=True),
    ]


def compounded(sums: Sums, definition: Definition) -> Fraction | None:
    """The product of the windows' ratios; None if one of them had nobody to follow."""
    found = sums.rows.group_by("window_key").aggregate(
        [("numerator", "sum"), ("denominator", "sum")]
    )
    sides = [(row["numerator_sum"], row["denominator_sum"]) for row in found.to_pylist()]
    if len(sides) != definition.option("window_months") or any(
        opening == 0 for _, opening in sides
    ):
        return None
    return prod((Fraction(int(n), int(d)) for n, d in sides), start=Fraction(1))


class NetRevenueRetention(Metric):
    """Reads    retention_row, one row a followed customer
    Units    money in minor units of the company's currency
    Source   docs/reference/metrics.md#net_revenue_retention
    """

    subject = NET_REVENUE_RETENTION
    rows_are = "account"
    needs = (needs.recurring_revenue,)
    nothing = Sentence("no customer had recurring revenue on the opening day")
    contradicted_if = "is_contradicted"

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return MONEY_SIDES

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        plain = super().answer(definition, sums)
        if definition.option("method") != "monthly_compounded" or plain.value is None:
            return plain
        value = compounded(sums, definition)
        reason = (
            "" if value is not None else Sentence("a month of the window had no customer to follow")
        )
        return Answer(plain.numerator, plain.denominator, value, reason)

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return retention_sums(definition)

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return window_reaches(definition, asked, period)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return retention_flags(rows)

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        if not sums.denominator:
            return []
        followed = rows_above_zero(sums.rows, "denominator")
        kept = rows_above_zero(followed, "numerator")
        shown = [
            Companion(Sentence("Customers kept"), Fraction(len(kept), len(followed)), Unit.SHARE)
        ]
        for column, label in (
            ("expansion_minor", Sentence("Expansion")),
            ("price_minor", Sentence("Price rises")),
            ("reactivation_minor", Sentence("Returned customers' ARR")),
            ("contraction_minor", Sentence("Contraction")),
            ("churn_minor", Sentence("Churn")),
        ):
            share = Fraction(sums.total(column)) / sums.denominator
            shown.append(Companion(label, share, Unit.SHARE, Sentence("of the opening ARR")))
        return shown
