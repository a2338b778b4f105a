"""A piece of evidence."""

from __future__ import annotations

import json

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.people.models import Person


class Exhibit(Audited):
    """Evidence as it was when the question was put: a later build does not change what was shown.

    text     canonical JSON, as the chapter gave it that knows the document
    sha256   of the text's bytes
    """

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="exhibits")
    side = models.CharField(max_length=20, choices=[(s.value, s.name) for s in Side])
    title = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        """In the order they were given."""

        ordering = ("given_at", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def body(self) -> dict[str, object]:
        """The evidence, read."""
        found: dict[str, object] = json.loads(self.text)
        return found

    @property
    def written(self) -> str:
        """The evidence as text a person can read."""
        return json.dumps(self.body, indent=2, ensure_ascii=False)
