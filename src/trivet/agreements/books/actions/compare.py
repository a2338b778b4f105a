"""Count the closed books again, and write down what counts otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.books.models import Comparison, Edition, Restatement
from trivet.agreements.books.queries import files_named, ledger_state, official_editions
from trivet.errors import BookDamaged, BookNotReady
from trivet.numbers.ledger.cause import cause_of
from trivet.numbers.ledger.difference import Difference, counted_of, differences
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.known import Known, Subject, circles
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.workspace.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to.

    problems   a sentence for each book that could not be compared
    """

    restatements: tuple[Restatement, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Then:
    """What was known when a book was last looked at."""

    known_file: str
    code_hash: str
    settings_hash: str


def compare_books(
    recount: Recount, folder: BookFolder, *, now: datetime, progress: Progress = silent
) -> Compared:
    """Lay every closed book beside what the build counts today, under the book's own definition.

    Again with the same build it changes nothing. A book whose rows are damaged is named, and the
    others are compared.

    Raises   BookNotReady while the build is stale
             DiskFull
    """
    if recount.stale_reason:
        raise BookNotReady(
            "No book is compared with a build that is stale: %(stale_reason)s.",
            remedy="Mend what kept the newer build from being published, then run `trivet run`.",
            stale_reason=recount.stale_reason.rstrip("."),
        )
    with folder.lock():
        last = Comparison.objects.last()
        editions = official_editions()
        if not editions or not _has_news(last, editions, recount):
            return Compared()
        progress(f"Comparing {len(editions)} closed books")
        known = recount.known(recount.newest_at)
        known_file = folder.write(known.table)
        found: list[Restatement] = []
        problems: list[str] = []
        then: dict[str, Known] = {}
        today = _today(recount, editions, problems)
        for edition in editions:
            if edition.pk not in today:
                continue
            try:
                found += _compare(edition, today[edition.pk], last, known, recount, folder, then)
            except BookDamaged as wrong:
                problems.append(f"{edition.book}: {wrong.happened}")
        with in_turn():
            if Comparison.objects.last() != last:
                # Another server, with a store in common, was first; its comparison is as good.
                return Compared()
            for each in found:
                each.build, each.found_at = recount.build, now
                says = f"{each.record_id} counts otherwise in {each.edition.book}: {each.cause}."
                each.tell(at=now, by=TRIVET, verb="restated", says=says)
            comparison = Comparison(
                build=recount.build,
                known_file=known_file,
                code_hash=recount.code_hash,
                settings_hash=recount.settings_hash,
                books=len(editions) - len(problems),
                newest_edition=max(edition.pk for edition in editions),
                compared_at=now,
            )
            says = f"{comparison} were compared: {len(found)} restatements."
            comparison.tell(at=now, by=TRIVET, verb="compared", says=says)
        folder.remove_others(files_named())
    return Compared(tuple(found), tuple(problems))


def _has_news(last: Comparison | None, editions: list[Edition], recount: Recount) -> bool:
    if last is None or last.build != recount.build:
        return True
    return max(edition.pk for edition in editions) > last.newest_edition


def _today(recount: Recount, editions: list[Edition], problems: list[str]) -> dict[int, pa.Table]:
    """Every edition's rows as they are counted today; one question a metric and definition."""
    together: dict[tuple[str, int], list[Edition]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for edition in editions:
        # Two periods of one key, from before and after the fiscal calendar was moved, are asked
        # apart: in one answer the key could not tell them apart.
        key = (edition.definition_hash, edition.book.period_key)
        together.setdefault((edition.definition_hash, seen[key]), []).append(edition)
        seen[key] += 1
    found: dict[int, pa.Table] = {}
    for same in together.values():
        try:
            definition = same[0].definition()
        except BookDamaged as wrong:
            problems += [f"{edition.book}: {wrong.happened}" for edition in same]
            continue
        rows = recount.rows(definition, [edition.book.period for edition in same])
        found |= {edition.pk: rows[edition.book.period_key] for edition in same}
    return found


def _compare(
    edition: Edition,
    today: pa.Table,
    last: Comparison | None,
    now_known: Known,
    recount: Recount,
    folder: BookFolder,
    read: dict[str, Known],
) -> list[Restatement]:
    """What has to be added to an edition's ledger, each with its cause."""
    frozen = folder.read(edition.rows_file)
    lines = list(edition.restatements.all())
    before = ledger_state(counted_of(frozen), lines)
    different = differences(before, counted_of(today))
    if not different:
        return []
    then = _then(edition, last)
    if then.known_file not in read:
        read[then.known_file] = Known(folder.read(then.known_file))
    code_or_mapping_changed = (then.code_hash, then.settings_hash) != (
        recount.code_hash,
        recount.settings_hash,
    )
    subjects = _subjects(today, frozen, lines, [each.record_id for each in different])
    steps: dict[str, int] = {}
    for line in lines:
        steps[line.record_id] = max(line.step, steps.get(line.record_id, 0))
    found = []
    for each in different:
        subject = subjects.get(each.record_id, Subject())
        around = circles(read[then.known_file], now_known, subject)
        cause = cause_of(each, around, code_or_mapping_changed=code_or_mapping_changed)
        line = _line(edition, each, subject, steps.get(each.record_id, 0) + 1)
        line.cause, line.says = str(cause.cause), cause.says
        found.append(line)
    return found


def _line(edition: Edition, each: Difference, subject: Subject, step: int) -> Restatement:
    return Restatement(
        edition=edition,
        record_id=each.record_id,
        step=step,
        opportunity_id=subject.opportunity_id,
        account_id=subject.account_id,
        contact_id=subject.contact_id,
        before_numerator=each.before.numerator if each.before else None,
        before_denominator=each.before.denominator if each.before else None,
        after_numerator=each.after.numerator if each.after else None,
        after_denominator=each.after.denominator if each.after else None,
    )


def _then(edition: Edition, last: Comparison | None) -> _Then:
    """An edition that was compared before is explained from there on, not from its freezing."""
    if last is not None and last.newest_edition >= edition.pk:
        return _Then(last.known_file, last.code_hash, last.settings_hash)
    return _Then(edition.known_file, edition.code_hash, edition.settings_hash)


def _subjects(
    today: pa.Table, frozen: pa.Table, lines: list[Restatement], wanted: list[str]
) -> Mapping[str, Subject]:
    """Whom each record is about: as today's row says, else the ledger, else the frozen row."""
    found: dict[str, Subject] = {}
    ids = set(wanted)
    for rows in (frozen, today):
        names = [
            n for n in ("opportunity_id", "account_id", "contact_id") if n in rows.column_names
        ]
        for row in rows.select(["record_id", *names]).to_pylist():
            if row["record_id"] in ids:
                found[row["record_id"]] = Subject(**{name: row[name] or "" for name in names})
    for line in lines:
        known = Subject(line.opportunity_id, line.account_id, line.contact_id)
        found.setdefault(line.record_id, known)
    return found
