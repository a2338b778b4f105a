"""A record of which the chain tells everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import ClassVar

from django.db import models

from trivet.agreements.audit.models.audit_row import AuditRow, By

Told = dict[str, object]


class Audited(models.Model):
    """Every change is told to the chain, with what all columns are afterwards.

    So a column changed by hand no longer is what the chain says, and `trivet verify` names it.

    untold   columns that change without anybody deciding anything, such as a last sign-in
    """

    untold: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        """No table of its own."""

        abstract = True

    def told(self) -> Told:
        """What every column is, in a form that has one spelling."""
        return {
            field.attname: _plain(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.attname not in self.untold
        }

    @classmethod
    def began_as(cls) -> Told:
        """What a column holds that was added when the record was already there."""
        return {
            field.attname: _plain(field.get_default())
            for field in cls._meta.concrete_fields
            if field.has_default()
        }

    def tell(self, *, at: datetime, by: By, verb: str, says: str) -> AuditRow:
        """Save the record, and tell the chain what was done to it, in one transaction.

        Raises   TransactionManagementError outside of a transaction
        """
        self.save()
        self.refresh_from_db()
        return AuditRow.append(
            at=at,
            by=by,
            verb=verb,
            noun=str(self._meta.model_name),
            noun_id=self.pk,
            says=says,
            facts=self.told(),
        )


def audited_models() -> Iterator[type[Audited]]:
    """Every kind of record that the chain tells of."""
    from django.apps import apps

    yield from (model for model in apps.get_models() if issubclass(model, Audited))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value
