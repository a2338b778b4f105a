"""A function's draft."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.audit.models.audited import Told
from trivet.agreements.documents.rules.body import read_body, text_hash
from trivet.agreements.icp.models.workshop import Workshop
from trivet.agreements.people.models import Person
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function


class FunctionDraft(Audited):
    """What one function says the ideal customer is, written without seeing the others' drafts.

    text       canonical JSON of a profile
    saved_at   when it was last saved, by whom
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="drafts")
    function = models.CharField(max_length=20)
    text = models.TextField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        """One a function and workshop."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["workshop", "function"], name="draft_one_a_function_and_workshop"
            ),
        )

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        """What it is called in a refusal."""
        return Sentence(
            "the draft of %(function)s", {"function": Sentence(Function(self.function).title)}
        )

    def told(self) -> Told:
        """The chain tells the draft's hash: who may read the chain may not read the draft yet."""
        return super().told() | {"text": self.sha256}

    @property
    def sha256(self) -> str:
        return text_hash(self.text)

    @property
    def body(self) -> dict[str, object]:
        """The body, read."""
        return read_body(self.text)
