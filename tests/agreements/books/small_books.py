"""A company made by hand whose books are closed, and counted again after it has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.company import Company
from trivet.agreements.books.actions.close import Closed, close_period
from trivet.agreements.books.actions.compare import Compared, compare_books
from trivet.agreements.books.models import Restatement
from trivet.agreements.books.queries import restatements
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.recount import Recount

NOW = datetime(2026, 7, 20, 6, tzinfo=UTC)


class SmallBooks:
    """Books of one company.

    builds   how many states of the company were counted: each is a build of its own
    """

    def __init__(self, folder: Path) -> None:
        self.folder = BookFolder(folder / "books")
        self.builds = 0

    def recount(self, company: Company, *, code: str = "code-1", stale: str = "") -> Recount:
        """The company as it is now, as a new build."""
        self.builds += 1
        company.measurement.build = f"b{self.builds}"
        return Recount(
            company.measurement, company.settings.hash, code_hash=code, stale_reason=stale
        )

    def close(self, company: Company, metric: str, period: str, **recount: str) -> Closed:
        """Close one metric's book, with what the company is now."""
        return close_period(
            company.settings.calendar.period(period),
            self.recount(company, **recount),
            self.folder,
            {metric: replace(company.definition(metric), agreed_version=1)},
            now=NOW,
        )

    def compare(self, company: Company, **recount: str) -> Compared:
        """Lay the closed books beside what the company is now."""
        return compare_books(self.recount(company, **recount), self.folder, now=NOW)

    def causes(self, company: Company, metric: str, period: str) -> dict[str, str]:
        """What the ledger says after another look: the cause of each record."""
        self.compare(company)
        return {line.record_id: line.cause for line in self.ledger(company, metric, period)}

    def ledger(self, company: Company, metric: str, period: str) -> list[Restatement]:
        return restatements(metric, company.settings.calendar.period(period))
