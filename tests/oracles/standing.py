"""Whether an answer may be quoted: final, provisional, or none at all (0024)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.oracles.company import Answer, RecordedCompany
from trivet.vocabulary.period import Period

CONTRADICTED_ABOVE = 10


def standing(
    company: RecordedCompany,
    answer: Answer,
    period: Period,
    known_on: date,
    *,
    bound: int = CONTRADICTED_ABOVE,
    looked_at: int = 0,
    flagged: Mapping[str, set[str]] | None = None,
) -> Answer:
    """The answer with its status: while the books are open, or too much contradicts it, not final.

    flagged   by flag of contradiction, the records under it
    """
    under = {name: records for name, records in (flagged or {}).items() if records}
    contradicted = set().union(*under.values()) if under else set()
    answer.contradicted = {name: len(records) for name, records in under.items()}
    is_open = company.end_of(known_on) < company.books_close(period)
    is_contradicted = looked_at > 0 and 100 * len(contradicted) > bound * looked_at
    if is_open:
        answer.status = "provisional"
    elif answer.value is None:
        answer.status = "not_computable"
    elif is_contradicted:
        answer.status = "provisional"
    return answer
