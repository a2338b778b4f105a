"""The lead-management process: stages with their criteria, handoffs, and how soon is soon.

Source   article A, "Governance structure" and "What alignment looks like"; requirements L1 to L6
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION_ID
from trivet.agreements.documents.kinds.outline import Blank, Outline, Part, Row, function_word
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Kind
from trivet.agreements.people.rules.right import Thing
from trivet.agreements.people.rules.seat import SeatKey
from trivet.numbers.shared_metrics.option import OptionValue
from trivet.numbers.shared_metrics.registry import drafts

ID = "lead_management"
SLA = "follow_up_sla"


def _stage(row: Row, names: Mapping[str, str]) -> str:
    return _("Entered when: %(entry)s Left when: %(exit)s %(owner)s answers for it.") % {
        "entry": row["entry"],
        "exit": row["exit"],
        "owner": function_word(row["owner"]),
    }


def _handoff(row: Row, names: Mapping[str, str]) -> str:
    return _(
        "From %(before)s to %(after)s: %(accepts)s accepts or refuses within %(hours)s. Refused:"
        " %(refused)s"
    ) % {
        "before": names.get(row["from"], row["from"]),
        "after": names.get(row["to"], row["to"]),
        "accepts": function_word(row["accepts"]),
        "hours": business_hours(row["within_hours"]),
        "refused": row["on_refusal"],
    }


def _tier(row: Row, names: Mapping[str, str]) -> str:
    said = {"tier": row["tier"], "hours": business_hours(row["within_hours"])}
    return _("%(tier)s: followed up within %(hours)s.") % said


def business_hours(text: str) -> str:
    """`4 business hours`."""
    hours = Decimal(text)
    said = ngettext("%(number)s business hour", "%(number)s business hours", 1 if hours == 1 else 2)
    return said % {"number": f"{hours.normalize():f}"}


OUTLINE = Outline(
    "lead-management",
    (
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
            "handoffs",
            gettext_noop("Handoffs"),
            gettext_noop("Handoff"),
            (
                Blank("from", gettext_noop("From"), "row", of="stages"),
                Blank("to", gettext_noop("To"), "row", of="stages"),
                Blank("accepts", gettext_noop("Who accepts"), "function"),
                Blank("within_hours", gettext_noop("Within business hours"), "hours"),
                Blank("on_refusal", gettext_noop("What happens on refusal"), "text"),
            ),
            _handoff,
        ),
        Part(
            "follow_up",
            gettext_noop("Follow-up SLA"),
            gettext_noop("Follow-up"),
            (
                Blank("tier", gettext_noop("Lead type"), "line"),
                Blank("within_hours", gettext_noop("Within business hours"), "hours"),
            ),
            _tier,
        ),
    ),
)


def problems(body: Body) -> list[str]:
    """What keeps it from being signed."""
    found = OUTLINE.problems(body)
    if found:
        return found
    handoffs = OUTLINE.rows(body, OUTLINE.parts[1])
    found = [
        f"a handoff goes from {row['from']} to itself"
        for row in handoffs
        if row["from"] == row["to"]
    ]
    tiers = [str(row["tier"]).strip().lower() for row in OUTLINE.rows(body, OUTLINE.parts[2])]
    return found + [
        f"the lead type {tier} has two promises"
        for tier in sorted({tier for tier in tiers if tiers.count(tier) > 1})
    ]


def disagreements(body: Body, options: Mapping[str, OptionValue]) -> list[str]:
    """Where the promised hours are not those that the follow-up metric measures by.

    options   of the follow-up SLA's definition
    """
    if problems(body):
        return []
    by_tier = options["targets"]
    assert isinstance(by_tier, dict)
    measured = {name.strip().lower(): Decimal(hours) for name, hours in by_tier.items()}
    usual = Decimal(str(options["target_hours"]))
    found = []
    for row in OUTLINE.rows(body, OUTLINE.parts[2]):
        there = measured.get(str(row["tier"]).strip().lower(), usual)
        if Decimal(row["within_hours"]) != there:
            said = {
                "tier": row["tier"],
                "here": business_hours(row["within_hours"]),
                "there": business_hours(str(there)),
            }
            found.append(
                _(
                    "%(tier)s is promised within %(here)s here, and measured by %(there)s in the"
                    " definition of the follow-up SLA. Change one of the two."
                )
                % said
            )
    if options["calendar"] != "business_hours":
        found.append(
            _(
                "The hours here are business hours, and the definition of the follow-up SLA counts"
                " every hour. Change one of the two."
            )
        )
    return found


def warns(body: Body) -> list[str]:
    """The same, held to the definition in force, else to the draft.

    It may be signed nevertheless: the two documents change one after the other.
    """
    from trivet.agreements.documents.queries import in_force

    held = in_force(METRIC_DEFINITION_ID).get(SLA)
    options = held.body["options"] if held is not None else drafts()[SLA].options
    assert isinstance(options, Mapping)
    return disagreements(body, options)


def draft() -> Body:
    """A process to begin with, after article A."""
    return {
        "kind": OUTLINE.kind,
        "stages": [
            {
                "id": "lead",
                "name": _("Lead"),
                "entry": _("A person from an account that fits the ICP responds to a program."),
                "exit": _(
                    "The score reaches the agreed threshold, or a year passes without a touch."
                ),
                "owner": "marketing",
            },
            {
                "id": "mql",
                "name": _("Marketing qualified"),
                "entry": _("Scored against criteria that sales has reviewed and agreed to."),
                "exit": _("Sales has accepted or refused it."),
                "owner": "marketing",
            },
            {
                "id": "accepted",
                "name": _("Sales accepted"),
                "entry": _("A representative has read every touchpoint and taken it on."),
                "exit": _(
                    "A conversation has shown whether there is a need, or there was no answer."
                ),
                "owner": "sales",
            },
            {
                "id": "qualified",
                "name": _("Sales qualified"),
                "entry": _("Need, buying committee and time are confirmed; an opportunity exists."),
                "exit": _("The opportunity is closed, won or lost, with its reason."),
                "owner": "sales",
            },
            {
                "id": "expansion",
                "name": _("Expansion signal"),
                "entry": _("A customer shows a signal that the ICP's criteria call ready."),
                "exit": _("Sales has opened an expansion, or given the signal back with a reason."),
                "owner": "customer_success",
            },
        ],
        "handoffs": [
            {
                "id": "mql-accepted",
                "from": "mql",
                "to": "accepted",
                "accepts": "sales",
                "within_hours": "8",
                "on_refusal": _(
                    "It goes back to marketing with a reason, which the weekly review reads."
                ),
            },
            {
                "id": "expansion-qualified",
                "from": "expansion",
                "to": "qualified",
                "accepts": "sales",
                "within_hours": "16",
                "on_refusal": _("It goes back to customer success with what was missing."),
            },
        ],
        "follow_up": [{"id": "every-lead", "tier": _("Every lead"), "within_hours": "4"}],
    }


LEAD_MANAGEMENT = Kind(
    ID,
    gettext_noop("Lead-management process"),
    Thing.PROCESSES,
    problems,
    OUTLINE.reads,
    owner=SeatKey.CRO,
    only_one=True,
    warns=warns,
)
