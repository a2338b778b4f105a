"""What is asked of the chain."""

from __future__ import annotations

from dataclasses import dataclass

from trivet.agreements.audit.models import AuditRow, audited_models
from trivet.agreements.audit.rules.chain import FIRST, Break, breaks

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is not what the chain says it is.

    column   empty if the whole record is missing, or was never told of
    """

    noun: str
    noun_id: str
    column: str
    says: str


def chain_breaks() -> list[Break]:
    """Every place where the chain does not hold, read from its first row."""
    rows = AuditRow.objects.order_by("number").iterator(chunk_size=ROWS_AT_ONCE)
    return breaks(row.link() for row in rows)


def chain_head() -> tuple[int, str]:
    """The newest row's number and hash: what a packet prints, so that a rewritten chain shows."""
    return AuditRow.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST)


def differences() -> list[Difference]:
    """Where a record is not what the chain last said of it: a column changed, or a row gone."""
    kinds = {str(model._meta.model_name): model for model in audited_models()}
    last: dict[tuple[str, str], AuditRow] = {}
    for row in AuditRow.objects.order_by("number").iterator(chunk_size=ROWS_AT_ONCE):
        if row.noun in kinds:
            last[row.noun, row.noun_id] = row
    found = []
    for noun, model in kinds.items():
        for record in model._default_manager.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE):
            row_or_none = last.pop((noun, str(record.pk)), None)
            if row_or_none is None:
                found.append(Difference(noun, str(record.pk), "", "was never told to the chain"))
                continue
            # A column younger than the row: what it began as is what it was.
            was, now = model.began_as() | row_or_none.told, record.told()
            found += [
                Difference(noun, str(record.pk), name, f"was {was.get(name)!r}, is {now[name]!r}")
                for name in now
                if was.get(name) != now[name]
            ]
    found += [
        Difference(noun, noun_id, "", "is gone")
        for (noun, noun_id), row in last.items()
        if row.verb != "removed"
    ]
    return found


def story_of(noun: str, noun_id: object) -> list[AuditRow]:
    """What happened to one record, in order."""
    return list(AuditRow.objects.filter(noun=noun, noun_id=str(noun_id)))
