"""A new leader stands by what the seat had signed."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models import Version
from trivet.agreements.governance.models.onboarding import Onboarding


class Affirmation(Audited):
    """'I have read this version and stand by it': under exactly these bytes, never changed.

    It is no signature: the version was agreed, or ruled on, before.

    sha256   of what was shown
    key      sent with the form, so that a double click or a repeated answer counts once
    """

    onboarding = models.ForeignKey(
        Onboarding, on_delete=models.PROTECT, related_name="affirmations"
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="affirmations")
    sha256 = models.CharField(max_length=64)
    affirmed_at = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        """One a version."""

        ordering = ("affirmed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["onboarding", "version"], name="affirmation_one_a_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.onboarding.tenure} stands by {self.version}"
