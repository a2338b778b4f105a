"""What Norvik's CRM has fields of its own for: what kind of buyer an account is.

They are drawn behind everything else, from streams of their own, and say something about what
happened without having changed it: to whoever looks, an account with a data team of six to twenty
is won more often; one that lives on venture capital is won more often too, and leaves more often;
and the cloud data warehouse that everybody asks for makes no difference at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company.columns import Column, text
from trivet.demo_company.days import NONE, Flags, Real, Whole

DATA_TEAMS = ("None", "1 to 5", "6 to 20", "21 or more")
FUNDINGS = ("Bootstrapped", "Venture-backed", "Private equity", "Public")
TECHNOLOGIES = ("Cloud data warehouse", "Event streaming", "In-house BI", "Spreadsheets only")
PROBLEMS = ("Slow reporting", "Data in silos", "Audit pressure", "No reliable forecast")

USES = np.array([0.55, 0.30, 0.24, 0.22])
USES_AND_WON = np.array([0.55, 0.30, 0.10, 0.22])
"""Who built its own reporting buys less often."""

UNKNOWN = np.array([0.12, 0.16, 0.18])
"""Share of accounts of which nobody filled in the team, the funding and the technologies."""

ASKED = 0.22
"""Share of opportunities on which somebody wrote the buyer's problem down: few are asked."""


@dataclass(frozen=True, slots=True)
class AccountFields:
    """By position of the account, and for problems of the opportunity; NONE is not filled in.

    technologies   one column a technology, True where it is used; no row True is not filled in
    """

    data_team: Whole
    funding: Whole
    technologies: Flags
    problem: Whole

    def technology_cells(self) -> Column:
        """A multi-select picklist, as Salesforce exports one: values with `;` between."""
        names = np.array(TECHNOLOGIES)
        return text(";".join(names[row]) or None for row in self.technologies)


def draw_account_fields(
    rng: np.random.Generator, has_won: Flags, has_left: Flags, opportunities: int
) -> AccountFields:
    """has_won    accounts that new business was won from
    has_left   customers that left
    """
    count = len(has_won)
    team = _chosen(rng, np.where(has_won[:, None], (0.08, 0.2, 0.6, 0.12), (0.3, 0.32, 0.24, 0.14)))
    backed = np.where(has_won, np.where(has_left, 0.75, 0.42), np.where(has_left, 0.6, 0.16))
    rest = (1 - backed)[:, None] * np.array([0.5, 0.0, 0.3, 0.2])
    rest[:, 1] = backed
    funding = _chosen(rng, rest)
    uses = rng.random((count, len(TECHNOLOGIES))) < np.where(has_won[:, None], USES_AND_WON, USES)
    missing = rng.random((count, len(UNKNOWN))) < UNKNOWN
    problem = rng.choice(len(PROBLEMS), size=opportunities, p=(0.4, 0.3, 0.18, 0.12))
    return AccountFields(
        np.where(missing[:, 0], NONE, team),
        np.where(missing[:, 1], NONE, funding),
        uses & ~missing[:, 2:],
        np.where(rng.random(opportunities) < ASKED, problem, NONE),
    )


def _chosen(rng: np.random.Generator, share: Real) -> Whole:
    """One of several for each row, by that row's shares."""
    edges = np.cumsum(share, axis=1)
    found: Whole = (rng.random(len(share))[:, None] * edges[:, -1:] > edges).sum(axis=1)
    return found
