"""A figure with its rows, as data that cannot be computed otherwise tomorrow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from fractions import Fraction

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.errors import BookDamaged, TrivetError
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Figure, Status, Unit
from trivet.numbers.shared_metrics.in_force import definition_of
from trivet.vocabulary.canonical import canonical_bytes
from trivet.vocabulary.period import Period


class FrozenFigure(Audited):
    """What was counted, from which rows, under which definition, out of which build.

    rows_file        hash of the file in `books/` that holds the rows
    rows_hash        the figure's own hash of its rows: record, numerator, denominator
    known_file       hash of the file that holds what was known of every record
    value, numerator, denominator   exact, as "3/5"; empty where there is none
    definition_text  the definition and those it rests on, as canonical JSON
    agreed_version   its number within its document
    by_ruling        whether it was in force by a ruling of the CEO
    as_of_at         the last instant whose knowledge answered
    data_as_of       per source, as JSON
    companions       what stood beside it, as JSON, with the hashes of what was asked for it; empty
                     where the book was closed before they were frozen
    """

    rows_file = models.CharField(max_length=64)
    rows_hash = models.CharField(max_length=64)
    known_file = models.CharField(max_length=64)
    value = models.TextField(blank=True)
    numerator = models.TextField(blank=True)
    denominator = models.TextField(blank=True)
    records = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    agreed_version = models.PositiveIntegerField(default=0)
    by_ruling = models.BooleanField(default=False)
    definition_text = models.TextField()
    definition_hash = models.CharField(max_length=64)
    query_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    settings_hash = models.CharField(max_length=64)
    build = models.CharField(max_length=80)
    as_of_at = models.DateTimeField()
    data_as_of = models.TextField()
    companions = models.TextField(blank=True, default="")

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def known_until(self) -> dict[str, datetime]:
        """Per source, the instant of its newest export."""
        told = json.loads(self.data_as_of)
        return {source: datetime.fromisoformat(at) for source, at in told.items()}

    def held_definition(self) -> Definition:
        """The same as `definition`, with its number and by what it was in force."""
        return replace(
            self.definition(), agreed_version=self.agreed_version, by_ruling=self.by_ruling
        )

    def definition(self) -> Definition:
        """The definition it was counted under.

        Raises   BookDamaged if this Trivet reads another definition out of the frozen text
        """
        told = json.loads(self.definition_text)
        by_hash: dict[str, Definition] = {}
        try:
            # Each rests only on those before it.
            for body in [*told["bases"], told["definition"]]:
                found = definition_of(body, by_hash)
                by_hash[found.hash] = found
            return by_hash[self.definition_hash]
        except (KeyError, TrivetError) as wrong:
            raise BookDamaged(
                "The definition %(definition_hash)s of a closed book is not one that this"
                " version of Trivet can count under.",
                remedy="The frozen figure still holds; use the release that closed it to recount.",
                definition_hash=self.definition_hash[:12],
            ) from wrong

    def figure_over(self, metric: str, period: Period) -> Figure:
        """The figure as it was frozen, with what stood beside it; its flags are in its rows."""
        value = _fraction(self.value)
        return Figure(
            metric=metric,
            period=period,
            unit=Unit(self.unit),
            value=value,
            numerator=_fraction(self.numerator),
            denominator=_fraction(self.denominator),
            records=self.records,
            status=Status.FINAL if value is not None else Status.NOT_COMPUTABLE,
            reason=self.reason,
            definition_hash=self.definition_hash,
            query_hash=self.query_hash,
            rows_hash=self.rows_hash,
            build=self.build,
            data_as_of=self.known_until,
            agreed_version=self.agreed_version,
            by_ruling=self.by_ruling,
            companions=_companions(self.companions),
        )


def frozen_columns(figure: Figure) -> dict[str, object]:
    """The columns that a figure fills by itself."""
    return {
        "rows_hash": figure.rows_hash,
        "value": _text(figure.value),
        "numerator": _text(figure.numerator),
        "denominator": _text(figure.denominator),
        "records": figure.records,
        "unit": str(figure.unit),
        "reason": figure.reason,
        "agreed_version": figure.agreed_version,
        "by_ruling": figure.by_ruling,
        "definition_hash": figure.definition_hash,
        "query_hash": figure.query_hash,
        "build": figure.build,
        "data_as_of": _json({name: at.isoformat() for name, at in figure.data_as_of.items()}),
        "companions": _companions_text(figure.companions),
    }


def definition_text(definition: Definition) -> str:
    """A definition with those it rests on, each after those that it rests on itself."""
    bases: dict[str, Definition] = {}

    def collect(one: Definition) -> None:
        for base in one.bases.values():
            collect(base)
            bases.setdefault(base.hash, base)

    collect(definition)
    return _json(
        {
            "definition": definition.document(),
            "bases": [base.document() for base in bases.values()],
        }
    )


def _companions_text(companions: Sequence[Companion]) -> str:
    told = [
        {**asdict(each), "value": _text(each.value), "unit": str(each.unit)} for each in companions
    ]
    return _json({"companions": told})


def _companions(text: str) -> tuple[Companion, ...]:
    found = json.loads(text)["companions"] if text else []
    return tuple(
        Companion(**{**each, "value": _fraction(each["value"]), "unit": Unit(each["unit"])})
        for each in found
    )


def _json(told: Mapping[str, object]) -> str:
    return canonical_bytes(told).decode()


def _text(value: Fraction | None) -> str:
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None
