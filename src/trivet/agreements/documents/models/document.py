"""A governed document."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.rules.kind import Kind, kind_named, kinds
from trivet.agreements.people.models import Seat
from trivet.sentence import Sentence

if TYPE_CHECKING:
    from trivet.agreements.documents.models.version import Version


class Document(Audited):
    """What three functions agree on, through all its versions.

    kind    which of the kinds there are
    key     its name in an address and in the numbers: `win_rate`, `icp`
    owner   the seat that answers for it being kept up to date
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="documents")
    made_at = models.DateTimeField()

    class Meta:
        """One of a kind and key."""

        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], name="document_one_of_a_kind_and_key"),
        )

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Its name: ours where Trivet drafted it, the company's where they named it."""
        # A kind that is no longer there keeps the name it gave.
        kind = kinds().get(self.kind)
        return kind.called(self.key) if kind and kind.called else self.title

    @property
    def sentence(self) -> Sentence:
        """Its name in a refusal."""
        return Sentence(self.called)

    @property
    def kind_of(self) -> Kind:
        """What this kind of document asks."""
        return kind_named(self.kind)

    def in_force(self, at: datetime | None = None) -> Version | None:
        """The version that holds, now or at an instant; None before the first was signed."""
        enactments = self.enactments.select_related("version")
        if at is not None:
            enactments = enactments.filter(from_at__lte=at)
        last = enactments.order_by("-from_at", "-pk").first()
        return last.version if last else None
