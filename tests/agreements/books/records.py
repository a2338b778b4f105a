"""A record of every kind that books keep, without a company behind them."""

from __future__ import annotations

from datetime import date

from tests.agreements.leaders import NOW, Leaders, later
from trivet.agreements.audit.models import TRIVET, Audited
from trivet.agreements.books.models import (
    Approval,
    Book,
    Comparison,
    Correction,
    Edition,
    Restatement,
)
from trivet.agreements.people.models import Seat

FROZEN = {
    "rows_file": "a" * 64, "rows_hash": "b" * 64, "known_file": "c" * 64, "value": "1/2",
    "numerator": "2/1", "denominator": "4/1", "records": 4, "unit": "share", "agreed_version": 1,
    "reason": "none", "definition_text": "{}", "definition_hash": "d" * 64,
    "query_hash": "e" * 64, "code_hash": "f" * 64, "settings_hash": "0" * 64, "build": "b1",
    "as_of_at": NOW, "data_as_of": "{}", "companions": '{"companions":[]}',
}  # fmt: skip


def _told(record: Audited) -> None:
    record.tell(at=NOW, by=TRIVET, verb="made", says="One was made.")


def one_of_each(people: Leaders) -> None:
    """Two books; the first was corrected, a correction of the second waits."""
    corrections = []
    for number, metric in enumerate(("win_rate", "time_to_close"), start=1):
        book = Book(
            metric=metric, period_key="2026-Q1", grain="quarter", starts_on=date(2026, 1, 1),
            ends_on=date(2026, 4, 1), closes_on=date(2026, 4, 7), closed_at=NOW,
        )  # fmt: skip
        _told(book)
        _told(Edition(book=book, number=1, made_at=NOW, **FROZEN))
        decided = {"outcome": "approved", "closed_by": people.cro, "closed_at": NOW}
        correction = Correction(
            book=book, replaces=1, why="W4 was never lost", opened_by=people.admin,
            opened_at=NOW, **(decided if number == 1 else {}), **FROZEN,
        )  # fmt: skip
        _told(correction)
        corrections.append(correction)
    first, second = corrections
    edition = Edition(book=first.book, number=2, correction=first, made_at=later(days=1), **FROZEN)
    _told(edition)
    _told(
        Approval(
            correction=second, seat=Seat.objects.get(key="cmo"), person=people.cmo,
            rows_file="a" * 64, approved_at=NOW,
        )
    )  # fmt: skip
    _told(
        Comparison(
            build="b2", known_file="c" * 64, code_hash="f" * 64, settings_hash="0" * 64, books=2,
            newest_edition=edition.pk, compared_at=NOW,
        )
    )  # fmt: skip
    _told(
        Restatement(
            edition=edition, record_id="W4", step=1, opportunity_id="W4", account_id="A4",
            contact_id="P4", before_numerator=0, before_denominator=1, after_numerator=1,
            after_denominator=1, cause="reopened", says="lost → won", build="b2", found_at=NOW,
        )
    )  # fmt: skip
