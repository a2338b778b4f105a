"""Why a record counts otherwise than it did: one cause, found from what was known then and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trivet.numbers.ledger.difference import Difference
from trivet.numbers.ledger.known import Changed


class Cause(StrEnum):
    """What made a closed figure's records count otherwise.

    definition_change   never of a record: a new definition starts a new series beside the old one
    connector_fix       nothing in the data explains it, and Trivet's code or the mapping changed
    unexplained         nothing explains it at all, which is a fault to be reported
    """

    REOPENED = "reopened"
    AMOUNT_EDITED = "amount_edited"
    CLOSE_DATE_EDITED = "close_date_edited"
    SOURCE_EDITED = "source_edited"
    LATE_ARRIVAL = "late_arrival"
    WITHDRAWN = "withdrawn"
    MERGE = "merge"
    EXCHANGE_RATE = "exchange_rate"
    DEFINITION_CHANGE = "definition_change"
    CONNECTOR_FIX = "connector_fix"
    UNEXPLAINED = "unexplained"

    @property
    def says(self) -> str:
        """The cause as a heading of the ledger."""
        return SAYS[self]


SAYS: dict[Cause, str] = {
    Cause.REOPENED: "Reopened, or its outcome changed, after the books closed",
    Cause.AMOUNT_EDITED: "Amount edited",
    Cause.CLOSE_DATE_EDITED: "A date was edited",
    Cause.SOURCE_EDITED: "Source or type edited",
    Cause.LATE_ARRIVAL: "Arrived after the books closed",
    Cause.WITHDRAWN: "Deleted at the source, or marked as a test",
    Cause.MERGE: "Records were merged, or linked otherwise",
    Cause.EXCHANGE_RATE: "Exchange rate changed",
    Cause.DEFINITION_CHANGE: "The definition changed",
    Cause.CONNECTOR_FIX: "Trivet's code or the mapping changed",
    Cause.UNEXPLAINED: "UNEXPLAINED: nothing in the data, the code or the mapping changed",
}

MEMBERSHIP = (
    Cause.MERGE, Cause.REOPENED, Cause.CLOSE_DATE_EDITED, Cause.SOURCE_EDITED, Cause.LATE_ARRIVAL,
    Cause.WITHDRAWN, Cause.AMOUNT_EDITED, Cause.EXCHANGE_RATE,
)  # fmt: skip
"""What most likely put a record in, or took it out; the likeliest first."""

WEIGHT = (
    Cause.MERGE, Cause.AMOUNT_EDITED, Cause.EXCHANGE_RATE, Cause.LATE_ARRIVAL, Cause.WITHDRAWN,
    Cause.SOURCE_EDITED, Cause.CLOSE_DATE_EDITED, Cause.REOPENED,
)  # fmt: skip
"""What most likely changed both sides of a record that stays in."""

SIDE = (
    Cause.REOPENED, Cause.SOURCE_EDITED, Cause.MERGE, Cause.LATE_ARRIVAL, Cause.WITHDRAWN,
    Cause.CLOSE_DATE_EDITED, Cause.AMOUNT_EDITED, Cause.EXCHANGE_RATE,
)  # fmt: skip
"""What most likely changed the numerator alone: on which side of the line the record stands."""

_AMOUNTS = ("amount", "ACV", "net ARR", "TCV", "renewal base", "one-off", "term", "currency")
_DATES = ("closed", "close date", "created", "qualified")
_SOURCES = (
    "lead source", "campaign", "type", "expansion type", "qualified by", "lost reason", "partner",
    "self-serve",
)  # fmt: skip
ENTERED = "entered "
"""How the facts begin that are stages as the source names them."""

MEANT = ("outcome", "times reopened", "closed", "qualified")
"""Facts that are what [stages] makes of them."""

_LINKS = ("merged into", "account", "parent")


@dataclass(frozen=True, slots=True)
class Found:
    """A cause with the facts that show it, in words."""

    cause: Cause
    says: str


def cause_of(
    difference: Difference, circles: Sequence[Sequence[Changed]], *, code_or_mapping_changed: bool
) -> Found:
    """The one cause of a difference.

    circles   what changed, nearest first: of the record itself, then of its account and person,
              then of what every record reads. A farther circle is only asked when the nearer
              ones explain nothing.
    """
    for changed in circles:
        causes = _causes(changed)
        for cause in _order(difference):
            if cause in causes:
                return Found(cause, "; ".join(str(each) for each in causes[cause][:3]))
    if code_or_mapping_changed:
        return Found(
            Cause.CONNECTOR_FIX,
            "none of its facts changed, but Trivet's code or the mapping did",
        )
    return Found(
        Cause.UNEXPLAINED,
        "none of its facts changed, nor did Trivet's code or the mapping: please report it",
    )


def _order(difference: Difference) -> Sequence[Cause]:
    if difference.before is None or difference.after is None:
        return MEMBERSHIP
    if difference.before.denominator == difference.after.denominator:
        return SIDE
    return WEIGHT


def _causes(changed: Iterable[Changed]) -> dict[Cause, list[Changed]]:
    found: dict[Cause, list[Changed]] = {}
    every = list(changed)
    whole = {_whose(each) for each in every if each.fact == "there"}
    staged = {_whose(each) for each in every if each.fact.startswith(ENTERED)}
    decided = {_whose(each) for each in every if each.fact in ("outcome", "times reopened")}
    for each in every:
        whose = _whose(each)
        if each.fact == "there":
            cause = Cause.LATE_ARRIVAL if each.before is None else Cause.WITHDRAWN
        elif whose in whole or each.fact.startswith(ENTERED):
            # Of a record that was not there, or is gone, that alone is the news. A stage that was
            # entered is news only by what it means, and that stands in the facts below.
            continue
        elif each.fact in MEANT and whose not in staged:
            # The stages are as they were: what changed is their meaning, which is the mapping's.
            continue
        else:
            cause = _cause(each, outcome_changed=whose in decided)
        found.setdefault(cause, []).append(each)
    return found


def _whose(changed: Changed) -> tuple[str, str]:
    return changed.subject, changed.subject_id


def _cause(changed: Changed, *, outcome_changed: bool) -> Cause:
    """What kind of edit a changed fact is."""
    fact = changed.fact
    if changed.subject == "rate":
        return Cause.EXCHANGE_RATE
    if changed.subject == "target":
        return Cause.AMOUNT_EDITED
    if fact in _LINKS or fact.startswith("record "):
        return Cause.MERGE
    if fact == "times reopened":
        return Cause.REOPENED
    if fact == "outcome":
        # What was open and is closed now was closed late; what had an outcome has another.
        return Cause.LATE_ARRIVAL if changed.before in ("open", "") else Cause.REOPENED
    if fact == "closed" and outcome_changed:
        # The same event: the outcome says what kind it is.
        return Cause.LATE_ARRIVAL if not changed.before else Cause.REOPENED
    if fact in _DATES:
        return Cause.LATE_ARRIVAL if not changed.before else Cause.CLOSE_DATE_EDITED
    if fact in _AMOUNTS:
        return Cause.AMOUNT_EDITED
    if fact in _SOURCES or fact.startswith("role of "):
        return Cause.SOURCE_EDITED
    if fact == "touches before creation":
        return Cause.LATE_ARRIVAL
    return _cause_elsewhere(changed)


def _cause_elsewhere(changed: Changed) -> Cause:
    """A fact of an account or a person: a row that came or went, or a value in one."""
    if changed.before is None:
        return Cause.LATE_ARRIVAL
    if changed.after is None:
        return Cause.WITHDRAWN
    fact = changed.fact
    if fact.startswith("contract "):
        last = fact.rpartition(" ")[2]
        if last in ("start", "end", "signed"):
            return Cause.CLOSE_DATE_EDITED
        return Cause.SOURCE_EDITED if last == "kind" else Cause.AMOUNT_EDITED
    if fact.startswith("invoiced in "):
        return Cause.AMOUNT_EDITED
    if fact.startswith(("invoice lines of ", "first answered after ")):
        return Cause.LATE_ARRIVAL
    return Cause.SOURCE_EDITED
