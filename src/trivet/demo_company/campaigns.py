"""Norvik's campaigns: webinars, trade shows, content, paid search, and the two with a story."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, STARTS, Whole, day, instant

CLINIC_DAYS = tuple(instant(d) + 16 * HOUR for d in ("2026-01-14", "2026-02-04", "2026-03-04"))
"""The webinar series of 2026-Q1, the campaign that worked."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; the last day is included, `parent` is a position in CAMPAIGNS."""

    name: str
    kind: str
    first_day: int
    last_day: int
    cost: int
    function: str = "Marketing"
    parent: int = NONE


_TOPICS = (
    "Forecasts people believe", "Clean data in a week", "Board decks without tears",
    "One revenue model", "Usage that predicts", "Churn before it happens",
)  # fmt: skip
_SHOWS = ("Gadgetry Fair", "RevOps Jamboree", "Ledger & Lever Expo", "Data Regatta")


def _campaigns() -> tuple[Campaign, ...]:
    found: list[Campaign] = []
    months = np.arange("2024-02", "2026-12", dtype="datetime64[M]")
    clinic_months = ("2026-01", "2026-02", "2026-03")
    for n, month in enumerate(months):
        label = str(month)
        if label in clinic_months:
            continue
        held = day(f"{label}-15")
        held -= max(0, (held + 3) % 7 - 4)
        if held * DAY < ENDS:
            name = f"Webinar {label}: {_TOPICS[n % len(_TOPICS)]}"
            found.append(Campaign(name, "Webinar", held, held, 6_500))
    clinic = len(found)
    found.append(
        Campaign(
            "Pipeline Clinic webinar series",
            "Webinar",
            day("2026-01-05"),
            day("2026-03-31"),
            12_000,
        )
    )
    for n, at in enumerate(CLINIC_DAYS):
        name = f"Pipeline Clinic, part {n + 1}"
        found.append(Campaign(name, "Webinar", at // DAY, at // DAY, 9_000, parent=clinic))
    quarters = np.arange("2024-01", "2026-12", 3, dtype="datetime64[M]")
    for n, quarter in enumerate(quarters):
        first = max(int(quarter.astype("datetime64[D]").astype(np.int64)), STARTS // DAY)
        last = int((quarter + 3).astype("datetime64[D]").astype(np.int64)) - 1
        label = f"{str(quarter)[:4]}-Q{n % 4 + 1}"
        show = _SHOWS[n % len(_SHOWS)]
        found.append(Campaign(f"{show} {label[:4]}", "Trade Show", first + 38, first + 40, 58_000))
        found.append(Campaign(f"Buyer's guide {label}", "Content Syndication", first, last, 24_000))
        found.append(Campaign(f"Paid search {label}", "Paid Search", first, last, 41_000))
    found.append(
        Campaign(
            "Spring Switch offer 2025: 40 % off the first year",
            "Email",
            day("2025-03-03"),
            day("2025-05-31"),
            95_000,
        )
    )
    for year in (2024, 2025, 2026):
        first, name = day(f"{year}-10-08"), f"Norvik user conference {year}"
        found += [Campaign(name, "Conference", first, first + 1, 140_000, "Customer Success")]
    return tuple(c for c in found if c.first_day * DAY < ENDS)


CAMPAIGNS = _campaigns()


def _where(kind: str, name: str = "") -> Whole:
    return np.array([n for n, c in enumerate(CAMPAIGNS) if c.kind == kind and name in c.name])


FIRST_DAYS = np.array([c.first_day for c in CAMPAIGNS])
CLINIC_PARTS = _where("Webinar", "part")
WEBINARS = np.array([n for n in _where("Webinar") if "series" not in CAMPAIGNS[n].name])
WEBINARS = WEBINARS[np.argsort(FIRST_DAYS[WEBINARS], kind="stable")]
TRADE_SHOWS = _where("Trade Show")
SYNDICATION = _where("Content Syndication")
PAID_SEARCH = _where("Paid Search")
SPRING_OFFER = int(_where("Email", "Spring Switch")[0])
CONFERENCES = _where("Conference")


def latest(among: Whole, days: Whole) -> Whole:
    """The last of those campaigns that had begun by each day; NONE before the first."""
    place = np.searchsorted(FIRST_DAYS[among], days, side="right") - 1
    return np.where(place >= 0, among[np.maximum(place, 0)], NONE)
