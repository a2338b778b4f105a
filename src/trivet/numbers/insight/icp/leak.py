"""What may be known only after the outcome, and what else makes evidence less than it looks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import stats

from trivet.numbers.insight.icp.sentence import Sentence, named
from trivet.numbers.insight.icp.statistics.weight import information_value

WRITTEN_LATER = re.compile(
    r"^type$|(^|[^a-z])(last|latest|next|status|(?<!funding )stage|tags?|quality|score|rating|grade"
    r"|index|outcome|result|reason|close[ds]?|won|lost|win|loss|support|renewal|churn|forecast"
    r"|probability|lead profile)([^a-z]|$)"
)
"""Words in the names of fields that people or systems write while they work on a record."""

AMOUNT_LIKE = re.compile(
    r"(^|[^a-z])(amount|acv|arr|mrr|tcv|bookings?|(deal|contract) value|price|discount)([^a-z]|$)"
)
"""What a deal is worth is often filled when it is won, and 0 or empty when it is lost."""

FILLED_GAP = 0.20
SUSPECT_VALUE = 1.0
SURE = 0.001
LEAST = 30

CAUTIONS = {
    "written_later": "%(attribute)s is written while people work on the record: its name says so",
    "amount_like": "%(attribute)s tells what a deal is worth, which is often filled when it is won",
    "filled": "%(attribute)s is known of %(won)s %% of what was won and %(lost)s %% of what was"
    " lost: it is filled because of the outcome",
    "determines": "%(attribute)s all but determines the outcome, as what is written after it does",
    "no_history": "%(attribute)s is as it is today, not as it was when the opportunity was created",
    "first_known": "%(attribute)s of %(older)s of %(all)s opportunities is as it was first"
    " exported, after they were created",
    "changed": "%(attribute)s changed before the close in %(won)s %% of what was won and"
    " %(lost)s %% of what was lost",
    "about_seller": "%(attribute)s tells who sells or where, not who buys",
    "shares_accounts": "Later opportunities of accounts that also closed earlier had to be kept",
}
"""Templates; `gettext` looks these up as they stand."""

Known = npt.NDArray[np.bool_]


def caution(name: str, attribute: str = "", **given: str) -> Sentence:
    """One of the sentences about an attribute."""
    return Sentence(CAUTIONS[name], {"attribute": named(attribute), **given})


def name_leaks(attribute: str) -> list[Sentence]:
    """What the name of a field already says."""
    words = re.sub(r"[_\s]+", " ", attribute).lower()
    found = []
    if AMOUNT_LIKE.search(words):
        found.append(caution("amount_like", attribute))
    if WRITTEN_LATER.search(words):
        found.append(caution("written_later", attribute))
    return found


def data_leaks(
    attribute: str, known: Known, won: Known, counts: Mapping[str, tuple[int, int]]
) -> list[Sentence]:
    """What the data says: filled because of the outcome, or all but determining it.

    known    by record, whether the field has a value
    counts   won and lost by value, the records without one left out
    """
    found = []
    wins, losses = int(won.sum()), int((~won).sum())
    if min(wins, losses) >= LEAST:
        of_won, of_lost = int((known & won).sum()), int((known & ~won).sum())
        table = np.array([[of_won, wins - of_won], [of_lost, losses - of_lost]])
        gap = abs(of_won / wins - of_lost / losses)
        if gap >= FILLED_GAP and stats.fisher_exact(table).pvalue < SURE:
            shares = {"won": f"{100 * of_won / wins:.0f}", "lost": f"{100 * of_lost / losses:.0f}"}
            found.append(caution("filled", attribute, **shares))
    good = [won_ for won_, _ in counts.values()]
    bad = [lost for _, lost in counts.values()]
    if min(sum(good), sum(bad)) >= LEAST and information_value(good, bad) >= SUSPECT_VALUE:
        found.append(caution("determines", attribute))
    return found
