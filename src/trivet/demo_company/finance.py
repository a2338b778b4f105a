"""What finance keeps beside the systems: rates, targets, and the billing export."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from trivet.demo_company import cells, stages
from trivet.demo_company.accounts import CURRENCIES, SEGMENTS
from trivet.demo_company.columns import Column, digits, joined, picked
from trivet.demo_company.days import DAY, ENDS, Whole, day, months_after, quarter_of
from trivet.demo_company.exports import Cells
from trivet.demo_company.opportunities import PRODUCTS
from trivet.demo_company.salesforce import account_ids
from trivet.demo_company.shard import Shard

PLAN_RATES = {
    "EUR": {2023: 1.06, 2024: 1.08, 2025: 1.07, 2026: 1.12},
    "GBP": {2023: 1.22, 2024: 1.25, 2025: 1.26, 2026: 1.30},
}
FIRST_QUARTER = (2024 - 1970) * 4
LAST_QUARTER = (2027 - 1970) * 4
CURRENT_QUARTER = (2026 - 1970) * 4 + 3
COVERAGE_NOW = 2.9
"""What the current and the next quarter's targets leave as coverage: thin, not hopeless."""


def rate_cells(seed: int) -> Cells:
    """Plan rates a fiscal year and spot rates a month, US dollars a unit."""
    rng = np.random.default_rng([seed, 4_217])
    rows: list[tuple[str, str, str, str]] = []
    months = np.arange("2023-01", "2026-12", dtype="datetime64[M]")
    for currency, plan in PLAN_RATES.items():
        for year, rate in plan.items():
            rows.append((currency, f"{year}-01-01", f"{rate:.4f}", "Plan"))
        drift = np.clip(np.cumsum(rng.normal(0.0, 0.008, len(months))), -0.06, 0.06)
        for month, away in zip(months, drift, strict=True):
            planned = plan[int(str(month)[:4])]
            rows.append((currency, f"{month}-01", f"{planned * (1 + away):.4f}", "Spot"))
    names = ("Currency", "Valid From", "USD per unit", "Rate")
    return {name: pa.array([row[n] for row in rows]) for n, name in enumerate(names)}


@dataclass(slots=True)
class Bookings:
    """Annual value won by quarter and segment, and open pipeline by the quarter it should close.

    In US dollars at plan rates; quarters are counted from FIRST_QUARTER.
    """

    won: np.ndarray = field(default_factory=lambda: np.zeros((LAST_QUARTER - FIRST_QUARTER + 1, 3)))
    open: np.ndarray = field(
        default_factory=lambda: np.zeros((LAST_QUARTER - FIRST_QUARTER + 1, 3))
    )

    def add(self, shard: Shard) -> None:
        o = shard.opportunities
        rates = np.array([1.0, PLAN_RATES["EUR"][2026], PLAN_RATES["GBP"][2026]])
        value = np.maximum(o.annual_value() - o.base, 0) * rates[shard.accounts.currency[o.account]]
        stage, closes = o.stage(), o.close_day() * DAY
        quarter = quarter_of(closes) - FIRST_QUARTER
        segment = shard.accounts.segment[o.account]
        inside = (quarter >= 0) & (quarter < len(self.won))
        won = inside & (stage == stages.WON)
        np.add.at(self.won, (quarter[won], segment[won]), value[won])
        running = inside & (stage >= stages.QUALIFIED) & (stage < stages.WON) & (closes >= ENDS)
        np.add.at(self.open, (quarter[running], segment[running]), value[running])


def target_cells(bookings: Bookings) -> Cells:
    """Bookings targets a quarter: for the company, and how it splits them by segment.

    Past targets follow the trend of what was won, so some quarters beat theirs and some miss.
    """
    now = CURRENT_QUARTER - FIRST_QUARTER
    won = bookings.won.sum(axis=1)
    usual = np.arange(1, now)
    trend = np.polyfit(usual, np.log(np.maximum(won[usual], 1.0)), 1)
    total = np.exp(np.polyval(trend, np.arange(now + 2))) * 1.06
    for quarter in (now, now + 1):
        total[quarter] = won[quarter] + bookings.open[quarter].sum() / COVERAGE_NOW
    total[now + 1] = max(total[now + 1], total[now] * 1.05)
    share = bookings.won[:now].sum(axis=0) / bookings.won[:now].sum()
    rows: list[tuple[str, str, str, str, str, str]] = []
    for quarter in range(now + 2):
        year, number = divmod(quarter, 4)
        first = np.datetime64(f"{2024 + year}-{number * 3 + 1:02d}")
        last = (first + 3).astype("datetime64[D]") - 1
        for segment, part in (("", 1.0), *zip(SEGMENTS, share, strict=True)):
            amount = round(total[quarter] * part / 10_000) * 10_000
            rows.append(
                (
                    f"{2024 + year}-Q{number + 1}",
                    f"{first}-01",
                    str(last),
                    segment,
                    f"{amount}.00",
                    "USD",
                )
            )
    names = ("Quarter", "First Day", "Last Day", "Segment", "Bookings Target", "Currency")
    return {name: pa.array([row[n] for row in rows]) for n, name in enumerate(names)}


def billing_number(shard: Shard, places: Whole) -> Column:
    return joined("CUST-", digits(100_000 + shard.accounts.first + places))


def billing_customer_cells(shard: Shard) -> Cells:
    keep = np.flatnonzero(shard.customer_since >= 0)
    return {
        "customer_no": billing_number(shard, keep),
        "customer_name": picked(shard.accounts.name, keep),
        "crm_account_id": account_ids(shard, keep),
    }


def invoice_line_cells(shard: Shard) -> Cells:
    """Billed in advance: small contracts a month at a time, the others a year."""
    s = shard.subscriptions
    monthly = shard.accounts.segment[s.account] == 0
    step = np.where(monthly, 1, 12)
    months = np.maximum((s.end - s.start + 15) * 12 // 365, 1)
    lines = np.maximum((months + step - 1) // step, 1)
    of = np.repeat(np.arange(len(s)), lines)
    number = np.arange(len(of)) - np.repeat(np.cumsum(lines) - lines, lines)
    on = months_after(s.start[of], number * step[of])
    # Co-terminating expansions are billed for the months that are left.
    billed = np.minimum(step[of], np.maximum(months[of] - number * step[of], 1))
    amount = s.arr[of] * 100 * billed // 12
    seen = (on >= day("2023-01-01")) & (on * DAY < ENDS) & (on < s.end[of])
    order = np.lexsort((s.account[of], on))
    order = order[seen[order]]
    of, on, amount = of[order], on[order], amount[order]
    count = len(order)
    return {
        "line_no": joined("INV-", digits(shard.number * 1_000_000 + np.arange(count))),
        "customer_no": billing_number(shard, s.account[of]),
        "invoice_date": cells.days(on),
        "net_amount": cells.cents(amount),
        "currency": cells.chosen(CURRENCIES, shard.accounts.currency[s.account[of]]),
        "item": cells.chosen(PRODUCTS, s.product[of]),
        "kind": cells.constant("recurring", count),
    }
