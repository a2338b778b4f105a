"""The facts kept."""

from trivet.agreements.governance.models.affirmation import Affirmation
from trivet.agreements.governance.models.case import Case
from trivet.agreements.governance.models.contest import Contest
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.models.exhibit import Exhibit
from trivet.agreements.governance.models.onboarding import Onboarding
from trivet.agreements.governance.models.reminder import Reminder
from trivet.agreements.governance.models.ruling import Ruling

__all__ = [
    "Affirmation",
    "Case",
    "Contest",
    "Escalation",
    "Exhibit",
    "Onboarding",
    "Reminder",
    "Ruling",
]
