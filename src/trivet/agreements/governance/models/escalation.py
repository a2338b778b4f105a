"""A deadlock put to the CEO."""

from __future__ import annotations

import json
from enum import StrEnum

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.governance.rules.ground import Ground
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.governance.rules.stake import Stake, read_stakes
from trivet.agreements.people.models import Person


class Outcome(StrEnum):
    """How an escalation ended."""

    OPEN = ""
    RULED = "ruled"
    SETTLED = "settled"


class Escalation(Audited):
    """Two sides of a document, and a question of revenue between them that the CEO answers.

    proposal    the change that was escalated
    other       another open proposal it stands against; None where it is the version in force
    question    what has to be decided, in the words of whoever raised it
    stakes      canonical JSON: what depends on it, see `at_stake`
    due_on, due_at   last working day and close of business on it; moves when the CEO asks back
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="escalations")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="escalations")
    other = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+", null=True)
    ground = models.CharField(max_length=20, choices=[(g.value, g.name) for g in Ground])
    question = models.TextField()
    stakes = models.TextField()
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(max_length=40)
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(o.value, o.name) for o in Outcome]
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One open a document."""

        ordering = ("raised_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(outcome=""),
                name="escalation_one_open_a_document",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None)
                | (~models.Q(outcome="") & models.Q(closed_at__isnull=False)),
                name="escalation_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(question=""), name="escalation_asks_a_question"
            ),
        )

    def __str__(self) -> str:
        return f"the question about {self.document}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for the CEO."""
        return self.outcome == Outcome.OPEN

    @property
    def at_stake(self) -> list[Stake]:
        """In which of the five metrics, in accounts or money."""
        return read_stakes(json.loads(self.stakes)["stakes"])

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides there are."""
        here = (Side.PROPOSED, Side.OTHER, Side.STANDING)
        return here if self.other_id else (Side.PROPOSED, Side.STANDING)
