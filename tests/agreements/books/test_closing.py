"""A period closes on business day 5, once; what was frozen is what was true then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pytest
from django.db import connection, transaction

from tests.agreements.books.small_books import NOW
from tests.company import company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, add_opportunity, fill
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.books.actions.close import close_due, close_period
from trivet.agreements.books.actions.compare import compare_books
from trivet.agreements.books.models import Book, Comparison, Edition, Restatement
from trivet.agreements.books.queries import damages, official, restatements, seams
from trivet.errors import BookDamaged, BookNotDue, BookNotReady
from trivet.numbers.ledger.difference import counted_of, effect, sums, with_differences
from trivet.numbers.ledger.folder import parquet_bytes
from trivet.numbers.shared_metrics.registry import METRICS

METRIC = "win_rate"


def first_quarter(c, *, reopened: bool):
    """Four that closed in Q1, two of them won; W4 was lost in March, and may be reopened in April.

    Of the second quarter there is what the worked example of win rate has.
    """
    fill_without_w4(c)
    for key, stage, day in (("V1", "Won", "2026-02-10"), ("V2", "Won", "2026-03-02")):
        add_opportunity(c, key, "marketing", "2026-01-05", [(stage, day)], 50)
    add_opportunity(c, "V3", "marketing", "2026-01-07", [("Lost", "2026-03-11")], 50, "price")
    after = [("Proposal", "2026-04-15"), ("Won", "2026-06-10")] if reopened else []
    add_opportunity(
        c, "W4", "marketing", "2025-12-15", [("Lost", "2026-03-20"), *after], 70, "price"
    )


def fill_without_w4(c):
    whole = type(c)(c.settings, "2026-07-15")
    fill(whole)
    for table, row in whole.given:
        if "W4" not in " ".join(str(value) for value in row.values()):
            c.add(table, **row)


@pytest.fixture(scope="module")
def april():
    """What was exported on the day after business day 5."""
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-08") as c:
        first_quarter(c, reopened=False)
        yield c


@pytest.fixture
def closed(books, april):
    """The first quarter, closed."""
    done = books.close(april, METRIC, "2026-Q1")
    assert [str(book) for book in done.books] == ["win_rate 2026-Q1"]
    return books


@pytest.fixture(scope="module")
def reopened():
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        first_quarter(c, reopened=True)
        yield c


def quarter(c, key="2026-Q1"):
    return c.settings.calendar.period(key)


def test_the_ledger_of_the_worked_example(closed, reopened):
    """Frozen 2 of 4; today 2 of 3; the one line between them is W4, reopened."""
    closed.compare(reopened)
    frozen = official(METRIC, quarter(reopened))
    today = reopened.metric(METRIC, "2026-Q1")
    assert (frozen.numerator, frozen.denominator, frozen.value) == (2, 4, Fraction(1, 2))
    assert (today.numerator, today.denominator, today.value) == (2, 3, Fraction(2, 3))
    [line] = restatements(METRIC, quarter(reopened))
    assert (line.record_id, line.cause) == ("W4", "reopened")
    assert (line.before_numerator, line.before_denominator) == (0, 1)
    assert (line.after_numerator, line.after_denominator) == (None, None)
    assert "outcome of W4: lost → won" in line.says
    assert f"{float(effect((2, 4), line.difference) * 100):+.2f}" == "+16.67"


def test_a_period_closed_late_is_frozen_as_it_was_known_on_its_day(books, reopened):
    books.close(reopened, METRIC, "2026-Q1")
    assert official(METRIC, quarter(reopened)).value == Fraction(1, 2)
    assert books.causes(reopened, METRIC, "2026-Q1") == {"W4": "reopened"}


def test_an_open_book_has_no_official_figure(closed, reopened):
    assert official(METRIC, quarter(reopened, "2026-Q2")) is None
    assert restatements(METRIC, quarter(reopened, "2026-Q2")) == []


def test_closing_before_business_day_5_is_refused(books):
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-07") as c:
        first_quarter(c, reopened=False)
        with pytest.raises(BookNotDue, match="close at the end of 2026-04-07"):
            books.close(c, METRIC, "2026-Q1")
    assert not Book.objects.exists()


def test_a_holiday_moves_the_day(books):
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-08", holidays="GB") as c:
        first_quarter(c, reopened=False)
        with pytest.raises(BookNotDue, match="close at the end of 2026-04-08"):
            books.close(c, METRIC, "2026-Q1")


def test_a_stale_build_closes_and_restates_nothing(closed, reopened):
    with pytest.raises(BookNotReady, match="opportunity lost a column"):
        closed.close(reopened, METRIC, "2026-Q2", stale="opportunity lost a column.")
    with pytest.raises(BookNotReady):
        closed.compare(reopened, stale="opportunity lost a column.")
    assert Book.objects.count() == 1
    assert not Restatement.objects.exists()


def test_closing_again_changes_nothing(closed, reopened):
    before = list(Edition.objects.values())
    done = closed.close(reopened, METRIC, "2026-Q1")
    assert done.books == ()
    assert list(Edition.objects.values()) == before


@pytest.mark.slow
def test_a_figure_that_waits_for_its_records_stays_open_and_says_why(books):
    with company(exported_on="2026-06-08") as c:
        leads(c)
        done = books.close(c, "mql_to_sql", "2026-05")
    assert done.books == ()
    [waiting] = done.waiting
    assert (waiting.metric, waiting.period.key) == ("mql_to_sql", "2026-05")
    assert "MQL to SQL" in waiting.reason or "mql" in waiting.reason.lower()
    assert "1 of its records" in waiting.reason
    with company(exported_on="2026-07-08") as c:
        leads(c)
        done = books.close(c, "mql_to_sql", "2026-05")
    assert [str(book) for book in done.books] == ["mql_to_sql 2026-05"]


def leads(c):
    for key, day, became in (("L1", "2026-05-02", "2026-05-20"), ("L2", "2026-05-28", None)):
        c.add("contact", contact_id=key, email=f"{key.lower()}@lead.example")
        c.add("lifecycle_stage_history", contact_id=key, stage="mql", entered_at=f"{day}T10:00")
        if became:
            c.add(
                "lifecycle_stage_history",
                contact_id=key, stage="sql", entered_at=f"{became}T10:00", created_by="marketing",
            )  # fmt: skip


def test_what_cannot_be_computed_is_not_closed(books):
    with company(exported_on="2026-07-15") as c:
        leads(c)
        done = books.close(c, "net_revenue_retention", "2026-Q2")
    assert done.books == ()
    assert "not computable" in done.waiting[0].reason


def signed(c):
    return {metric: replace(c.definition(metric), agreed_version=1) for metric in METRICS}


def test_a_draft_is_not_closed_for_its_figure_is_official_to_nobody(books, april):
    drafts = {METRIC: april.definition(METRIC)}
    done = close_period(quarter(april), books.recount(april), books.folder, drafts, now=NOW)
    assert done.books == ()
    assert [(each.metric, each.is_agreed) for each in done.waiting] == [(METRIC, False)]
    assert not Book.objects.exists()


@pytest.mark.slow
def test_the_first_books_are_those_of_the_newest_periods_and_gaps_are_closed_later(
    books, april, reopened
):
    first = close_due(books.recount(april), books.folder, signed(april), now=NOW)
    keys = {book.period_key for book in first.books}
    assert keys == {"2026-03", "2026-Q1", "2025"}
    later = close_due(books.recount(reopened), books.folder, signed(reopened), now=NOW)
    new = {book.period_key for book in later.books}
    assert {"2026-04", "2026-05", "2026-06", "2026-Q2"} <= new
    assert "2026-02" not in new


def test_a_new_definition_leaves_a_seam_and_rewrites_nothing(closed, reopened):
    frozen = official(METRIC, quarter(reopened))
    other = reopened.definition(METRIC, {"no_decision": "out"})
    close_period(
        quarter(reopened, "2026-Q2"),
        closed.recount(reopened),
        closed.folder,
        {METRIC: replace(other, agreed_version=2)},
        now=NOW,
    )
    closed.compare(reopened)
    assert official(METRIC, quarter(reopened)) == frozen
    assert official(METRIC, quarter(reopened, "2026-Q2")).definition_hash == other.hash
    assert [line.cause for line in restatements(METRIC, quarter(reopened, "2026-Q2"))] == []
    [seam] = seams(METRIC)
    assert (seam.before.period_key, seam.after.period_key) == ("2026-Q1", "2026-Q2")


# What was frozen stays


def test_the_frozen_rows_have_the_hash_in_the_store_and_give_the_figure(closed):
    edition = Edition.objects.get()
    rows = closed.folder.read(edition.rows_file)
    assert sums(counted_of(rows).values()) == (2, 4)
    assert {"opportunity_id", "outcome", "closed_on", "sourced_by"} <= set(rows.column_names)
    assert closed.folder.write(rows) == edition.rows_file
    assert edition.as_of_at.date() == date(2026, 4, 7)
    assert damages(closed.folder) == []


def test_bytes_changed_by_hand_are_found(closed):
    edition = Edition.objects.get()
    path = closed.folder.path(edition.rows_file)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    [damage] = damages(closed.folder)
    assert damage.book == "win_rate 2026-Q1 edition 1"
    assert "other bytes than were frozen" in damage.says
    with pytest.raises(BookDamaged, match="cannot be used"):
        closed.folder.read(edition.rows_file)


def test_a_damaged_book_is_named_and_not_restated_from(closed, reopened):
    path = closed.folder.path(Edition.objects.get().rows_file)
    path.unlink()
    done = closed.compare(reopened)
    assert done.restatements == ()
    assert "win_rate 2026-Q1" in done.problems[0]
    assert "is missing" in done.problems[0]


@pytest.mark.parametrize("table", ["books_book", "books_edition", "books_restatement"])
def test_the_database_refuses_to_change_or_remove_a_closed_book(closed, reopened, table):
    closed.compare(reopened)
    for statement in (f"update {table} set id = 99", f"delete from {table}"):
        with (
            pytest.raises(Exception, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_equal_rows_are_equal_bytes(closed):
    rows = closed.folder.read(Edition.objects.get().rows_file)
    again = pa.concat_tables([rows.slice(0, 2), rows.slice(2)])
    assert parquet_bytes(again) == parquet_bytes(rows)


def test_a_file_that_nothing_names_is_removed_at_the_next_closing(closed, reopened):
    orphan = closed.folder.write(closed.folder.read(Edition.objects.get().rows_file).slice(1))
    half = closed.folder.folder / ".working-left"
    half.write_bytes(b"PAR1")
    closed.close(reopened, METRIC, "2026-Q2")
    assert not closed.folder.path(orphan).exists()
    assert not half.exists()
    assert damages(closed.folder) == []


# Looking again


def test_looking_again_at_the_same_build_writes_nothing(closed, reopened):
    recount = closed.recount(reopened)
    compare_books(recount, closed.folder, now=NOW)
    before = (list(Restatement.objects.values()), Comparison.objects.count())
    compare_books(recount, closed.folder, now=NOW)
    assert (list(Restatement.objects.values()), Comparison.objects.count()) == before
    closed.compare(reopened)
    assert list(Restatement.objects.values()) == before[0]


@pytest.mark.slow
def test_a_record_that_moves_twice_has_two_lines_and_the_sums_hold(closed, reopened):
    closed.compare(reopened)
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-16") as c:
        first_quarter(c, reopened=False)
        closed.compare(c)
    lines = restatements(METRIC, quarter(reopened))
    assert [(line.record_id, line.step) for line in lines] == [("W4", 1), ("W4", 2)]
    frozen = counted_of(closed.folder.read(Edition.objects.get().rows_file))
    state = with_differences(frozen, [line.difference for line in lines])
    assert state == frozen
    assert damages(closed.folder) == []


@pytest.mark.slow
def test_a_fiscal_calendar_that_is_moved_does_not_give_a_book_to_other_days(closed, reopened):
    """Under a year that starts in February, 2026-Q1 is November to January: never closed."""
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15", fiscal_year_starts=2) as c:
        first_quarter(c, reopened=True)
        moved = quarter(c)
        assert moved.start != quarter(reopened).start
        assert official(METRIC, moved) is None
        closed.close(c, METRIC, "2026-Q1")
        closed.compare(c)
        assert official(METRIC, moved).records != 4
    assert official(METRIC, quarter(reopened)).value == Fraction(1, 2)
    assert [line.record_id for line in restatements(METRIC, quarter(reopened))] == ["W4"]
    assert damages(closed.folder) == []


def test_a_closed_period_shows_beside_it_what_stood_there_when_it_was_closed(
    closed, april, reopened
):
    """By amount: 100 of 270 won, before W4's 70 were taken out of what was lost."""
    day = date(2026, 4, 7)
    then = april.metric(METRIC, "2026-Q1", as_of=day)
    closed.compare(reopened)
    found = official(METRIC, quarter(reopened))
    shown = {each.label: each for each in found.companions}
    assert {label: each.value for label, each in shown.items()} == {
        each.label: each.value for each in then.companions
    }
    [amount] = [c for c in reopened.metric(METRIC, "2026-Q1").companions if c.label == "By amount"]
    assert shown["By amount"].value != amount.value
    by_amount = april.definition(METRIC, {"basis": "amount"})
    assert shown["By amount"].definition_hash == by_amount.hash
    alone = april.metric(METRIC, "2026-Q1", as_of=day, options={"basis": "amount"})
    assert shown["By amount"].rows_hash == alone.rows_hash
    assert shown["By amount"].query_hash == alone.query_hash


def test_the_chain_tells_what_stood_beside_a_closed_figure(closed):
    edition = Edition.objects.get()
    told = AuditRow.objects.get(noun="edition").told
    assert told["companions"] == edition.companions
    assert "Created-cohort win rate" in edition.companions


def test_an_edition_of_before_companions_were_frozen_still_reads_and_has_none(closed):
    edition = Edition.objects.get()
    edition.companions = Edition._meta.get_field("companions").default
    assert edition.figure.companions == ()
    assert edition.figure.value == Fraction(1, 2)
    assert Edition.began_as()["companions"] == ""
