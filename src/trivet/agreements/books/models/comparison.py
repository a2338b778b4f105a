"""A look at closed books with a newer build."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited


class Comparison(Audited):
    """When the closed books were last counted again, and what was known then.

    known_file      hash of the file that holds what was known; only the newest one's is kept
    code_hash, settings_hash   what counted, so that the next look can tell a changed mapping
    books           how many were counted again
    newest_edition  id of the newest edition that was there
    """

    build = models.CharField(max_length=80)
    known_file = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    settings_hash = models.CharField(max_length=64)
    books = models.PositiveIntegerField()
    newest_edition = models.BigIntegerField()
    compared_at = models.DateTimeField()

    class Meta:
        """In the order they were made."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.books} books against {self.build}"
