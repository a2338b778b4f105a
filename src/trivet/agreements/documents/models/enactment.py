"""The moment a version took effect."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models.document import Document
from trivet.agreements.documents.models.version import Version


class Enactment(Audited):
    """From here on this version holds, until the next one does.

    ruling   True where the CEO decided a deadlock; else every seat had signed
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="enactments")
    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="enactment")
    from_at = models.DateTimeField()
    ruling = models.BooleanField(default=False)

    class Meta:
        """In the order things took effect."""

        ordering = ("from_at", "pk")

    def __str__(self) -> str:
        return f"{self.version} in force"
