"""The customer-lifecycle process: from the handoff by sales to renewal, and what is healthy.

Source   article A; requirements E1 to E5
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from trivet.agreements.documents.kinds.lead_management import business_hours
from trivet.agreements.documents.kinds.outline import Blank, Outline, Part, Row, function_word
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Kind
from trivet.agreements.people.rules.right import Thing
from trivet.agreements.people.rules.seat import SeatKey

ID = "customer_lifecycle"


def _stage(row: Row, names: Mapping[str, str]) -> str:
    return _("Entered when: %(entry)s Left when: %(exit)s %(owner)s answers for it.") % {
        "entry": row["entry"],
        "exit": row["exit"],
        "owner": function_word(row["owner"]),
    }


def _health(row: Row, names: Mapping[str, str]) -> str:
    return _("%(band)s: a health score from %(from)s. %(owner)s does: %(does)s") % {
        "band": row["band"],
        "from": row["from_score"],
        "owner": function_word(row["owner"]),
        "does": row["does"],
    }


def _handoff(row: Row, names: Mapping[str, str]) -> str:
    return _(
        "Sales hands over: %(brings)s %(accepts)s accepts within %(hours)s. Refused: %(refused)s"
    ) % {
        "brings": row["brings"],
        "accepts": function_word(row["accepts"]),
        "hours": business_hours(row["within_hours"]),
        "refused": row["on_refusal"],
    }


OUTLINE = Outline(
    "customer-lifecycle",
    (
        Part(
            "handoff",
            gettext_noop("Handoff from sales"),
            gettext_noop("Handoff from sales"),
            (
                Blank("brings", gettext_noop("What sales hands over"), "text"),
                Blank("accepts", gettext_noop("Who accepts"), "function"),
                Blank("within_hours", gettext_noop("Within business hours"), "hours"),
                Blank("on_refusal", gettext_noop("What happens on refusal"), "text"),
            ),
            _handoff,
            most=1,
        ),
        Part(
            "stages",
            gettext_noop("Stages"),
            gettext_noop("Stage"),
            (
                Blank("name", gettext_noop("Name"), "line"),
                Blank("entry", gettext_noop("Entered when"), "text"),
                Blank("exit", gettext_noop("Left when"), "text"),
                Blank("owner", gettext_noop("Who answers for it"), "function"),
            ),
            _stage,
            least=2,
        ),
        Part(
            "health",
            gettext_noop("Health"),
            gettext_noop("Health"),
            (
                Blank("band", gettext_noop("Band"), "line"),
                Blank("from_score", gettext_noop("From a score of"), "score"),
                Blank("owner", gettext_noop("Who acts"), "function"),
                Blank("does", gettext_noop("What is done"), "text"),
            ),
            _health,
            least=2,
        ),
    ),
)


def problems(body: Body) -> list[str]:
    """What keeps it from being signed."""
    found = OUTLINE.problems(body)
    if found:
        return found
    [*_before, health] = OUTLINE.parts
    scores = [int(row["from_score"]) for row in OUTLINE.rows(body, health)]
    if len(set(scores)) < len(scores):
        found.append("two bands of health begin at the same score")
    if min(scores) > 0:
        found.append(f"a health score below {min(scores)} is in no band")
    return found


def draft() -> Body:
    """A process to begin with, after article A."""
    return {
        "kind": OUTLINE.kind,
        "handoff": [
            {
                "id": "sales-customer-success",
                "brings": _("Why they bought, who decided, what was promised, and by when."),
                "accepts": "customer_success",
                "within_hours": "16",
                "on_refusal": _("Sales adds what is missing before the kickoff."),
            }
        ],
        "stages": [
            {
                "id": "onboarding",
                "name": _("Onboarding"),
                "entry": _("The contract is signed and the handoff accepted."),
                "exit": _("The first agreed outcome is reached."),
                "owner": "customer_success",
            },
            {
                "id": "adoption",
                "name": _("Adoption"),
                "entry": _("The first outcome is reached and people use what they bought."),
                "exit": _("Adoption and value are shown to the customer's sponsor."),
                "owner": "customer_success",
            },
            {
                "id": "expansion",
                "name": _("Expansion"),
                "entry": _(
                    "A signal that the ICP's criteria call ready; marketing runs the program."
                ),
                "exit": _("Sales has closed the expansion, or the signal was given back."),
                "owner": "sales",
            },
            {
                "id": "renewal",
                "name": _("Renewal"),
                "entry": _("120 days before the contract ends."),
                "exit": _("It is renewed, or lost with its reason."),
                "owner": "customer_success",
            },
        ],
        "health": [
            {
                "id": "healthy",
                "band": _("Healthy"),
                "from_score": "70",
                "owner": "marketing",
                "does": _("Expansion programs and a request for a reference."),
            },
            {
                "id": "watched",
                "band": _("Watched"),
                "from_score": "40",
                "owner": "customer_success",
                "does": _("A plan with the sponsor within ten days."),
            },
            {
                "id": "at-risk",
                "band": _("At risk"),
                "from_score": "0",
                "owner": "customer_success",
                "does": _("The three functions look at it in the weekly review."),
            },
        ],
    }


CUSTOMER_LIFECYCLE = Kind(
    ID,
    gettext_noop("Customer-lifecycle process"),
    Thing.PROCESSES,
    problems,
    OUTLINE.reads,
    owner=SeatKey.VP_CS,
    only_one=True,
)
