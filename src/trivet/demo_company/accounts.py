"""The companies Norvik sells to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from trivet.demo_company import users
from trivet.demo_company.columns import Column, digits, joined, picked, text, where
from trivet.demo_company.days import DAY, NONE, STARTS, Flags, Real, Whole
from trivet.demo_company.names import BRANCH, company_names

SEGMENTS = ("SMB", "Mid-Market", "Enterprise")
NA, EMEA, APAC = 0, 1, 2
SMB, MID_MARKET, ENTERPRISE = 0, 1, 2
INDUSTRIES = (
    "Manufacturing", "Logistics", "Retail", "Financial Services", "Healthcare", "Software",
    "Energy", "Media", "Hospitality", "Agriculture",
)  # fmt: skip
COUNTRIES = (
    ("United States", "Canada", "Mexico"),
    ("United Kingdom", "Germany", "France", "Netherlands", "Sweden", "Spain"),
    ("Singapore", "Australia", "Japan", "India"),
)
COUNTRY_NAMES = tuple(name for region in COUNTRIES for name in region)
CURRENCIES = ("USD", "EUR", "GBP")
PER_SHARD = 2_000


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one shard, by position.

    first        number of the first one in the whole company
    parent       position of the parent, or NONE
    loyalty      how content the account is as a customer: health shows it, churn follows it
    appetite     how much it uses the product: usage shows it, expansion follows it
    is_opening   already a customer when the present systems started
    segment_before   what an export before autumn 2026 said
    """

    first: int
    name: Column
    domain: Column
    region: Whole
    segment: Whole
    segment_before: Whole
    industry: Whole
    country: Whole
    currency: Whole
    employees: Whole
    parent: Whole
    owner: Whole
    csm: Whole
    loyalty: Real
    appetite: Real
    is_opening: Flags
    created: Whole

    def __len__(self) -> int:
        return len(self.region)


def draw_accounts(rng: np.random.Generator, shard: int) -> Accounts:
    count = PER_SHARD
    first = shard * count
    region = rng.choice(3, size=count, p=(0.45, 0.37, 0.18))
    segment = rng.choice(3, size=count, p=(0.48, 0.34, 0.18))
    # Europe is a mid-market business.
    moves = (region == EMEA) & (segment != MID_MARKET) & (rng.random(count) < 0.22)
    segment = np.where(moves, MID_MARKET, segment)
    country = np.zeros(count, dtype=np.int64)
    for number, names in enumerate(COUNTRIES):
        here = region == number
        offset = sum(len(before) for before in COUNTRIES[:number])
        # The first country of a region is its largest market.
        share = np.array([len(names), *([1.0] * (len(names) - 1))])
        country[here] = offset + rng.choice(len(names), size=int(here.sum()), p=share / share.sum())
    currency = np.zeros(count, dtype=np.int64)
    british = len(COUNTRIES[0])
    currency[(region == EMEA) & (country > british)] = 1
    currency[country == british] = 2
    middle = np.array([60, 480, 3_200])[segment]
    employees = np.maximum(5, (middle * rng.lognormal(0.0, 0.5, count)).astype(np.int64))

    name, domain = company_names(first + np.arange(count))
    parent = _parents(rng, region, segment)
    has_parent = parent >= 0
    above = np.where(has_parent, parent, 0)
    branch = picked(text(BRANCH), np.arange(count) % len(BRANCH))
    name = where(has_parent, joined(picked(name, above), " ", branch), name)
    # A branch's own site, told apart by its position so that no two branches share one.
    site = joined(
        pc.replace_substring(picked(domain, above), ".example", "-"),
        pc.utf8_lower(branch),
        digits(np.arange(count)),
        ".example",
    )
    domain = where(has_parent, site, domain)

    loyalty = rng.normal(size=count)
    appetite = 0.35 * loyalty + 0.94 * rng.normal(size=count)
    grew = (rng.random(count) < 0.02) & (segment > SMB)
    return Accounts(
        first=first,
        name=name,
        domain=domain,
        region=region,
        segment=segment,
        segment_before=np.where(grew, segment - 1, segment),
        industry=rng.integers(0, len(INDUSTRIES), count),
        country=country,
        currency=currency,
        employees=employees,
        parent=parent,
        owner=users.pick(rng, "Account Executives", region),
        csm=users.pick(rng, "CSMs", region),
        loyalty=loyalty,
        appetite=appetite,
        is_opening=rng.random(count) < 0.16,
        created=STARTS - rng.integers(0, 700, count) * DAY - rng.integers(0, DAY, count),
    )


def _parents(rng: np.random.Generator, region: Whole, segment: Whole) -> Whole:
    """A few Enterprise accounts have branches; a branch has no branches itself."""
    parent = np.full(len(region), NONE, dtype=np.int64)
    heads = np.flatnonzero(segment == ENTERPRISE)[:60]
    others = np.setdiff1d(np.arange(len(region)), heads)
    branches = rng.choice(others, size=80, replace=False)
    parent[branches] = rng.choice(heads, size=len(branches))
    return parent
