"""Contacts of the accounts, and leads that never became one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from trivet.demo_company.accounts import Accounts
from trivet.demo_company.columns import Column, digits, joined, picked, where
from trivet.demo_company.days import NONE, Flags, Whole
from trivet.demo_company.names import TITLES, company_names, person_names

LEADS_PER_SHARD = 3_600


@dataclass(frozen=True, slots=True)
class People:
    """The people of one shard: contacts account by account, then leads.

    account      position of the account; for a lead NONE
    at_account   the account whose domain the e-mail has; NONE for a stranger's
    first_of, number_of   where an account's contacts begin, and how many they are
    company      the company as the person wrote it
    in_map       known to the marketing automation platform
    email        lower case, as the marketing automation platform keeps it
    """

    first: int
    account: Whole
    at_account: Whole
    region: Whole
    first_of: Whole
    number_of: Whole
    given: Column
    family: Column
    email: Column
    company: Column
    title: Whole
    in_map: Flags

    def __len__(self) -> int:
        return len(self.account)

    @property
    def is_lead(self) -> Flags:
        return self.account == NONE


def draw_people(rng: np.random.Generator, shard: int, accounts: Accounts) -> People:
    number_of = 2 + rng.binomial(5, 0.44, len(accounts))
    first_of = np.concatenate(([0], np.cumsum(number_of)[:-1]))
    contacts = int(number_of.sum())
    account = np.repeat(np.arange(len(accounts)), number_of)
    place = np.arange(contacts) - first_of[account]

    at_account = rng.integers(0, len(accounts), LEADS_PER_SHARD)
    at_account[rng.random(LEADS_PER_SHARD) < 0.4] = NONE
    everyone = np.concatenate((account, np.full(LEADS_PER_SHARD, NONE)))
    at = np.concatenate((account, at_account))
    count = len(everyone)
    # Leads at an account take family names from the far end of its range.
    seats = np.concatenate((place, 12 + np.arange(LEADS_PER_SHARD) % 40))
    first = shard * 20_000
    numbers = first + np.arange(count)
    given, family = person_names(numbers, seats)

    stranger = at == NONE
    name, domain_of = company_names(numbers)
    strange_name = joined(name, " Group")
    strange_domain = pc.replace_substring(domain_of, ".example", "-group.example")
    known = np.where(stranger, 0, at)
    company = where(stranger, strange_name, picked(accounts.name, known))
    domain = where(stranger, strange_domain, picked(accounts.domain, known))
    # Two leads of one company may share a name: their number keeps the addresses apart.
    tail = where(everyone == NONE, digits(numbers), "")
    email = joined(pc.utf8_lower(given), ".", pc.utf8_lower(family), tail, "@", domain)
    region = np.where(stranger, rng.choice(3, size=count, p=(0.45, 0.33, 0.22)), 0)
    region = np.where(stranger, region, accounts.region[np.where(stranger, 0, at)])
    return People(
        first=first,
        account=everyone,
        at_account=at,
        region=region,
        first_of=first_of,
        number_of=number_of,
        given=given,
        family=family,
        email=email,
        company=company,
        title=rng.integers(0, len(TITLES), count),
        in_map=(rng.random(count) < 0.92) | (everyone == NONE),
    )
