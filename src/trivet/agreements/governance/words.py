"""What the pages call the sides, grounds and ends that the records hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from trivet.agreements.governance.rules.ground import Ground
from trivet.agreements.governance.rules.side import Side, Verdict

SIDES = {
    Side.PROPOSED: gettext_lazy("The change proposed"),
    Side.OTHER: gettext_lazy("The other change proposed"),
    Side.STANDING: gettext_lazy("What holds today"),
}
VERDICTS = {
    Verdict.PROPOSED: gettext_lazy("The proposed change takes effect"),
    Verdict.OTHER: gettext_lazy("The other proposed change takes effect"),
    Verdict.STANDING: gettext_lazy("What holds today stays"),
    Verdict.SENT_BACK: gettext_lazy("Sent back to both sides with a question"),
}
GROUNDS = {
    Ground.REJECTED: gettext_lazy("The change was rejected"),
    Ground.CONTESTED: gettext_lazy("A new leader contests what holds today"),
    Ground.UNSIGNED: gettext_lazy("The change has waited two weeks for signatures"),
}
STANDS_BY = {
    "proposed": gettext_lazy("proposed it"),
    "signed": gettext_lazy("signed it"),
    "rejected": gettext_lazy("rejected the change"),
    "spoke": gettext_lazy("speaks for it"),
}
ENDS = {
    "": gettext_lazy("Open"),
    "ruled": gettext_lazy("Ruled on"),
    "settled": gettext_lazy("Settled without a ruling"),
    "done": gettext_lazy("Done"),
    "nothing": gettext_lazy("Nothing to take over"),
    "left": gettext_lazy("Left before it was done"),
    "changed": gettext_lazy("Another version took effect"),
    "kept": gettext_lazy("The CEO ruled for it"),
    "affirmed": gettext_lazy("Stood by after all"),
}
ANSWERS = {
    "": gettext_lazy("Not answered yet"),
    "affirmed": gettext_lazy("Stood by"),
    "contested": gettext_lazy("Contested"),
    "signed": gettext_lazy("Signed by themselves"),
    "replaced": gettext_lazy("A newer version is in force"),
}
