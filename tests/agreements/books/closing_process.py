"""A process of its own that closes the first quarter: `closing_process.py FOLDER`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(folder: Path) -> None:
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    from tests.agreements.books.small_books import SmallBooks
    from tests.agreements.books.test_closing import METRIC, first_quarter
    from tests.company import company
    from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES

    start = datetime.now(UTC)
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-08") as c:
        first_quarter(c, reopened=False)
        closed = SmallBooks(folder).close(c, METRIC, "2026-Q1")
    print(len(closed.books), os.getpid(), (datetime.now(UTC) - start).total_seconds())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
