"""A version of a document."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models.document import Document
from trivet.agreements.documents.models.proposal import Proposal
from trivet.agreements.documents.rules.body import read_body
from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.people.models import Person
from trivet.sentence import Sentence


class Version(Audited):
    """Bytes that can be signed. A version never changes; an edit is another version.

    proposal   the change it words
    number    1, 2, 3 ... within its document, also of those that were never agreed
    text       canonical JSON; `sha256` is its hash
    seat       the seat its writer used
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        """Numbered within the document."""

        ordering = ("document", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "number"], name="version_numbered_within_its_document"
            ),
        )

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        """What it is called in a refusal."""
        return Sentence(
            "%(document)s v%(number)s", {"document": self.document, "number": self.number}
        )

    @property
    def body(self) -> dict[str, object]:
        """The body, read."""
        return read_body(self.text)

    @property
    def title(self) -> str:
        """What it is called: of a definition it says which options were chosen."""
        titled = self.document.kind_of.titled
        return titled(self.body) if titled else self.document.called

    @property
    def clauses(self) -> list[Clause]:
        """What a signer reads."""
        return self.document.kind_of.reads(self.body)
