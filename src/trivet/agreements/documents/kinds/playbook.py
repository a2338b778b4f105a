"""A playbook: what sets it off, who does what by when, and the number it should move.

Source   article B; requirements C10 to C13
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from trivet.agreements.documents.kinds.outline import Blank, Outline, Part, Row, function_word
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Kind
from trivet.agreements.people.rules.right import Thing
from trivet.agreements.people.rules.seat import SeatKey
from trivet.numbers.shared_metrics.registry import METRICS

ID = "playbook"


def _play(row: Row, names: Mapping[str, str]) -> str:
    metric = METRICS[row["measure"]].subject.title
    return _("Begins when: %(trigger)s Ends when: %(exit)s It should move: %(measure)s.") % {
        "trigger": row["trigger"],
        "exit": row["exit"],
        "measure": _(metric),
    }


def _step(row: Row, names: Mapping[str, str]) -> str:
    days = int(row["within_days"])
    said = ngettext(
        "%(owner)s, within %(number)s day: %(does)s",
        "%(owner)s, within %(number)s days: %(does)s",
        days,
    )
    return said % {
        "owner": function_word(row["owner"]),
        "number": days,
        "does": row["does"],
    }


OUTLINE = Outline(
    "playbook",
    (
        Part(
            "play",
            gettext_noop("The play"),
            gettext_noop("The play"),
            (
                Blank("trigger", gettext_noop("Begins when"), "text"),
                Blank("exit", gettext_noop("Ends when"), "text"),
                Blank("measure", gettext_noop("The measure it should move"), "metric"),
            ),
            _play,
            most=1,
        ),
        Part(
            "steps",
            gettext_noop("Steps"),
            gettext_noop("Step"),
            (
                Blank("name", gettext_noop("Name"), "line"),
                Blank("does", gettext_noop("What is done"), "text"),
                Blank("owner", gettext_noop("Who does it"), "function"),
                Blank("within_days", gettext_noop("Within days of the beginning"), "days"),
            ),
            _step,
        ),
    ),
)


def draft() -> Body:
    """An empty one: no play fits every company."""
    return {
        "kind": OUTLINE.kind,
        "play": [{"id": "play", "trigger": "", "exit": "", "measure": "expansion_pipeline"}],
        "steps": [{"id": "", "name": "", "does": "", "owner": "marketing", "within_days": ""}],
    }


PLAYBOOK = Kind(
    ID,
    gettext_noop("Playbook"),
    Thing.PROCESSES,
    OUTLINE.problems,
    OUTLINE.reads,
    plural=gettext_noop("Playbooks"),
    owner=SeatKey.CMO,
)
