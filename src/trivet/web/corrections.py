"""A correction as its approvers read it: exactly what would be frozen, and beside it what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trivet.agreements.books.models import Correction
from trivet.agreements.books.rules.approval import NEEDED, approving_seats
from trivet.agreements.people.models import Person, Seat
from trivet.agreements.people.queries import sittings
from trivet.agreements.people.rules.seat import SeatKey
from trivet.numbers.ledger.difference import counted_of, differences
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.frozen import Frozen
from trivet.numbers.revenue_model import AccountTeam
from trivet.web import words
from trivet.web.answers import Answers
from trivet.web.ledger import SideWords, moves

RECORDS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RecordShown:
    """A record whose frozen row would be another."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """What would become official.

    records   those that differ from the official edition; `more` are in the ledger's file
    hidden    records of accounts that whoever asks may not open
    missing   how many approvals it still takes
    """

    correction: Correction
    before: str
    after: str
    moves: str
    sums_before: str
    sums_after: str
    records: tuple[RecordShown, ...]
    more: int
    hidden: int
    missing: int


def correction_shown(
    correction: Correction, folder: BookFolder, answers: Answers, team: AccountTeam | None
) -> CorrectionShown:
    """Lay the proposed rows beside the official ones. Raises   BookDamaged"""
    edition = correction.book.official
    before_rows = folder.read(edition.rows_file)
    after_rows = folder.read(correction.rows_file)
    official = Frozen(edition.figure, edition.definition(), before_rows).part({})
    proposed = Frozen(correction.figure, correction.definition(), after_rows).part({})
    subjects: dict[str, tuple[str, str]] = {}
    for rows in (before_rows, after_rows):
        columns = [
            rows[name].to_pylist() if name in rows.column_names else [""] * len(rows)
            for name in ("record_id", "opportunity_id", "account_id")
        ]
        for record, opportunity, account in zip(*columns, strict=True):
            subjects[str(record)] = (str(opportunity or ""), str(account or ""))
    found = differences(counted_of(before_rows), counted_of(after_rows))
    mine = [
        each
        for each in found
        if team is None or team.has_opportunity(*subjects.get(each.record_id, ("", "")))
    ]
    shown = mine[:RECORDS_SHOWN]
    names: dict[str, str] = {}
    for place, kind in enumerate(("opportunity", "account")):
        ids = {subjects[each.record_id][place] for each in shown} - {""}
        if ids:
            names |= answers.model.names(kind, ids)
    said = SideWords.of(edition.definition(), answers.currency)

    def name(record: str) -> str:
        opportunity, account = subjects[record]
        return names.get(opportunity) or names.get(account) or record

    unit, currency = official.unit, answers.currency
    return CorrectionShown(
        correction,
        str(words.amount(official.value, unit, currency)),
        str(words.amount(proposed.value, unit, currency)),
        moves(official.value, proposed.value, unit, currency),
        said.sums(official),
        SideWords.of(correction.definition(), answers.currency).sums(proposed),
        tuple(
            RecordShown(
                name(each.record_id),
                said.both(each.before, each.record_id),
                said.both(each.after, each.record_id),
            )
            for each in shown
        ),
        len(mine) - len(shown),
        len(found) - len(mine),
        max(0, NEEDED - correction.approvals.count()),
    )


def own_seats(person: Person | None, at: datetime) -> list[Seat]:
    """The leaders' seats that somebody may approve in."""
    if person is None:
        return []
    held = {SeatKey(sitting.seat.key): sitting.seat for sitting in sittings(person, at)}
    return [held[key] for key in approving_seats(held)]
