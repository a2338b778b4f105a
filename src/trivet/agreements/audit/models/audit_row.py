"""One thing that somebody did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, models, transaction

from trivet.agreements.audit.rules.chain import FIRST, Link, link_hash
from trivet.agreements.audit.turn import take_turn
from trivet.vocabulary.canonical import canonical_bytes


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, in the words of that day: a person may be renamed or leave, the row stays.

    person_id   None for what Trivet does by itself
    seat        key of the seat that was used, empty if none was
    """

    person_id: int | None
    name: str
    seat: str = ""


TRIVET = By(None, "Trivet")


class AuditRow(models.Model):
    """Who did what to which record, and when. Rows are only ever added.

    says    the sentence a person reads
    facts   what the sentence leaves out, as canonical JSON
    hash    over the row and the hash before it
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=200)
    seat = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=40)
    noun = models.CharField(max_length=40)
    noun_id = models.CharField(max_length=80)
    says = models.TextField()
    facts = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Newest last; found by what they are about."""

        ordering = ("number",)
        indexes = (models.Index(fields=["noun", "noun_id"], name="audit_row_by_noun"),)

    def __str__(self) -> str:
        return f"{self.number} {self.says}"

    @classmethod
    def append(
        cls,
        *,
        at: datetime,
        by: By,
        verb: str,
        noun: str,
        noun_id: object,
        says: str,
        facts: Mapping[str, object] | None = None,
    ) -> AuditRow:
        """Add a row, in the transaction that makes the change it tells of.

        Raises   TransactionManagementError outside of one: the two must stand or fall together
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "An audit row is appended in the transaction of the change it tells of."
            )
        take_turn()
        last = cls.objects.order_by("-number").values_list("number", "hash").first()
        number, previous = last or (0, FIRST)
        row = cls(
            number=number + 1,
            at=at,
            person_id=by.person_id,
            person_name=by.name,
            seat=by.seat,
            verb=verb,
            noun=noun,
            noun_id=str(noun_id),
            says=says,
            facts=canonical_bytes(facts or {}).decode(),
            previous=previous,
        )
        row.hash = link_hash(previous, row.number, row._said())
        row.save(force_insert=True)
        return row

    def link(self) -> Link:
        """The row as the chain sees it."""
        return Link(self.number, self._said(), self.previous, self.hash)

    def _said(self) -> dict[str, object]:
        return {
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "person_id": self.person_id,
            "person_name": self.person_name,
            "seat": self.seat,
            "verb": self.verb,
            "noun": self.noun,
            "noun_id": self.noun_id,
            "says": self.says,
            "facts": self.facts,
        }

    @property
    def told(self) -> dict[str, object]:
        """The facts, read."""
        found: dict[str, object] = json.loads(self.facts)
        return found
