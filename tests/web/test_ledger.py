"""The ledger of a closed book adds up on its page, and a correction takes two of three leaders."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from django.utils.translation import trans_real

from tests.agreements.books import test_causes as causes
from tests.agreements.books.test_closing import METRIC, april, quarter, reopened
from tests.agreements.leaders import join, sit
from tests.web import test_language
from tests.web.closed_company import Shown, text
from tests.web.signed_in import as_
from tests.web.test_language import A_WORD
from trivet.agreements.books.models import Book, Correction
from trivet.agreements.books.queries import official, official_editions
from trivet.agreements.people.models import Person
from trivet.numbers.ledger.difference import counted_of, differences

__all__ = ["april", "reopened"]

LEDGER = "/books/win_rate/2026-Q1"
EVERY = (
    "win_rate", "time_to_close", "expansion_pipeline", "marketing_sourced_pipeline",
    "deal_velocity",
)  # fmt: skip


@pytest.fixture
def shown(people, tmp_path, settings, april, reopened, norvik):
    found = Shown(tmp_path, settings)
    for metric in EVERY:
        found.books.close(april, metric, "2026-Q1")
    found.books.compare(reopened)
    found.show(reopened)
    return found


def read(page: str) -> str:
    """A page as text: the cells one after another."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def cells(page: str) -> list[list[str]]:
    table = page[page.index('<table class="ledger">') : page.index("</table>")]
    return [
        [read(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)
    ]


def test_the_ledger_of_the_worked_example_on_its_page(shown, people):
    """Frozen 2 of 4, W4 reopened, recomputed 2 of 3 (GT-2)."""
    page = text(as_(people.ceo), LEDGER)
    rows = cells(page)
    assert rows[1] == ["Frozen", "2", "4", "50.0%"]
    assert rows[2][:3] == ["Reopened, or its outcome changed, after the books closed", "0", "−1"]
    assert rows[3][:3] == ["W4", "0 of 1", "not counted"]
    assert "outcome of W4: lost → won" in rows[3][3]
    assert rows[3][4:] == ["0", "−1", "+16.67 points"]
    assert rows[4] == ["Restatements", "0", "−1", "+16.67 points"]
    assert rows[5] == ["Recomputed", "2", "3", "66.7%"]
    assert "are what is counted today: 2 over 3, 66.7%" in read(page)
    assert 'href="/opportunities/W4"' in page


def number(said: str) -> int:
    """A cell as the whole number it stands for, minor units of money among them."""
    plain = re.sub(r"[$,+]| days?$", "", said).replace("−", "-")
    return round(float(plain) * 100)


def test_every_ledger_adds_up_to_the_last_unit(shown, people, reopened):
    """Read from the pages: frozen + every line = recomputed, both sides, and that is today's."""
    client = as_(people.cro)
    listed = text(client, "/books")
    addresses = re.findall(r'<th scope="row"><a href="(/books/[^"]+)">', listed)
    assert len(addresses) == len(EVERY)
    for address in addresses:
        page = text(client, address)
        rows = cells(page)
        frozen = next(row for row in rows if row[0] == "Frozen")
        recomputed = next(row for row in rows if row[0] == "Recomputed")
        lines = [row for row in rows[1:] if len(row) == 7]
        for frozen_at, line_at in ((1, 4), (2, 5)):
            assert number(frozen[frozen_at]) + sum(number(line[line_at]) for line in lines) == (
                number(recomputed[frozen_at])
            )
        assert "are what is counted today" in read(page)
        edition = next(e for e in official_editions() if str(e.book.metric) in address)
        frozen_rows = shown.books.folder.read(edition.rows_file)
        today = reopened.table(edition.book.metric, "2026-Q1")
        assert len(lines) == len(differences(counted_of(frozen_rows), counted_of(today)))


def test_the_ledger_of_a_product_says_what_each_record_is_and_what_it_is_made_of(shown, people):
    """What is lost adds nothing to either sum, and one fewer of them is another win rate."""
    page = text(as_(people.cro), "/books/deal_velocity/2026-Q1")
    [line] = [row for row in cells(page) if row[0] == "W4"]
    assert line[1:3] == ["Lost", "not counted"]
    [frozen], [recomputed] = (
        [row[1:3] for row in cells(page) if row[0] == name] for name in ("Frozen", "Recomputed")
    )
    assert frozen == recomputed
    assert re.fullmatch(r"\$[\d,]+", frozen[0])
    assert re.fullmatch(r"\d+ days", frozen[1])
    said = r"what is counted today: \d+ × 66\.7% × \$[\d,]+ ÷ [\d.]+ days = \$[\d,]+ a day\."
    assert re.search(said, read(page)), read(page)


def everything_at_once(rows, more):
    """One edit of each kind, of records of their own where one record can have but one."""
    for edit in (causes.amount, causes.late, causes.created_earlier, causes.rate):
        edit(rows, more)


def contracts_at_once():
    return causes.customers(
        causes.JULY,
        ("S1", {"arr": 120}),
        ("S2", {"ends_on": "2026-02-01"}),
        ("S3", {"account_id": "C3", "arr": 50, "starts_on": "2024-06-01", "ends_on": None}),
    )


@pytest.mark.parametrize(
    ("metrics", "then", "now", "expected"),
    [
        (
            ("marketing_sourced_pipeline", "expansion_pipeline"),
            lambda: causes.norvik(causes.APRIL),
            lambda: causes.norvik(causes.JULY, everything_at_once),
            {"Amount edited", "A date was edited", "Arrived after the books closed",
             "Exchange rate changed"},
        ),
        (
            ("net_revenue_retention", "gross_revenue_retention"),
            lambda: causes.customers(causes.APRIL),
            contracts_at_once,
            {"Amount edited", "A date was edited", "Arrived after the books closed"},
        ),
        (
            ("marketing_sourced_pipeline",),
            lambda: causes.norvik(causes.APRIL),
            lambda: causes.norvik(causes.JULY, lambda rows, more: (
                causes.lead_source(rows, more), causes.gone(rows, more))),
            {"Source or type edited", "Deleted at the source, or marked as a test"},
        ),
        (
            ("marketing_sourced_pipeline",),
            lambda: causes.norvik(causes.APRIL),
            lambda: causes.norvik(causes.JULY, causes.merged),
            {"Records were merged, or linked otherwise"},
        ),
    ],
    ids=["pipeline", "retention", "sources", "merge"],
)  # fmt: skip
def test_edits_of_every_cause_add_up_line_by_line(
    people, tmp_path, settings, norvik, metrics, then, now, expected
):
    shown = Shown(tmp_path, settings)
    with then() as c:
        for metric in metrics:
            shown.books.close(c, metric, "2026-Q1")
    with now() as c:
        shown.books.compare(c)
        shown.show(c)
        found = set()
        for metric in metrics:
            page = text(as_(people.cro), f"/books/{metric}/2026-Q1")
            rows = cells(page)
            frozen = next(row for row in rows if row[0] == "Frozen")
            recomputed = next(row for row in rows if row[0] == "Recomputed")
            lines = [row for row in rows[1:] if len(row) == 7]
            groups = [row for row in rows[1:] if len(row) == 4][1:-2]
            today = c.metric(metric, "2026-Q1")
            for at, line_at, side in ((1, 4, today.numerator), (2, 5, today.denominator)):
                moved = sum(number(line[line_at]) for line in lines)
                assert sum(number(group[at]) for group in groups) == moved
                assert number(frozen[at]) + moved == number(recomputed[at]) == side
            found |= {group[0] for group in groups}
            assert "are what is counted today" in read(page)
    assert found == expected


def test_the_file_has_every_line(shown, people):
    rows = list(csv.DictReader(io.StringIO(text(as_(people.cro), f"{LEDGER}/ledger.csv"))))
    assert [(row["record_id"], row["cause"], row["denominator_adds"]) for row in rows] == [
        ("W4", "reopened", "-1")
    ]


def test_whoever_may_not_open_the_account_sees_the_sum_and_not_the_record(shown, people):
    viewer = join("Olin Marsh")
    sit(viewer, "viewer", people.admin)
    page = text(as_(viewer), LEDGER)
    assert ">W4<" not in page
    assert "of W4" not in page
    assert "/opportunities/" not in page
    assert "1 record is of an account that is not yours; it is in the sums." in read(page)
    assert ["Recomputed", "2", "3", "66.7%"] in cells(page)
    assert as_(viewer).get(f"{LEDGER}/ledger.csv").status_code == 403


def test_a_period_that_was_not_closed_has_no_ledger(shown, people):
    assert "has not been closed" in text(as_(people.cro), "/books/win_rate/2026-Q2", status=404)


class TestCorrecting:
    def propose(self, person, why="W4 was never lost"):
        return as_(person).post(f"{LEDGER}/corrections", {"why": why})

    def approve(self, person, seat, rows=None, **how):
        [correction] = Correction.objects.filter(outcome="")
        return as_(person, **how).post(
            f"/books/corrections/{correction.pk}/approval",
            {"seat": seat, "rows": rows or correction.rows_file},
        )

    def value(self, reopened):
        return float(official(METRIC, quarter(reopened)).value)

    def test_two_leaders_make_it_official_and_the_first_edition_stays(
        self, shown, people, reopened
    ):
        assert self.propose(people.admin).status_code == 303
        page = read(text(as_(people.cmo), LEDGER))
        assert "Ada Hale proposed on" in page
        assert "50.0% → 66.7% +16.67 points" in page
        assert "2 approvals are missing." in page
        assert Correction.objects.get().rows_file in page
        assert self.approve(people.cmo, "cmo").status_code == 303
        assert self.value(reopened) == 0.5
        assert self.approve(people.vp_cs, "vp_cs").status_code == 303
        assert self.value(reopened) == pytest.approx(2 / 3)
        page = text(as_(people.cmo), LEDGER)
        assert ["Frozen", "2", "3", "66.7%"] in cells(page)
        assert "Edition 2" in page
        first = text(as_(people.cmo), f"{LEDGER}?edition=1")
        assert ["Frozen", "2", "4", "50.0%"] in cells(first)
        assert "which a correction replaced" in first
        metric = text(as_(people.cmo), "/metrics/win_rate?period=2026-Q1")
        assert '<span class="number">66.7</span>' in metric
        assert "corrected" in metric

    def test_a_reason_is_asked_for(self, shown, people):
        answer = self.propose(people.admin, why=" ")
        assert answer.status_code == 422
        assert "is not corrected without a reason" in answer.content.decode()
        assert not Correction.objects.exists()

    def test_a_second_one_waits_for_the_first(self, shown, people):
        self.propose(people.admin)
        assert self.propose(people.cro).status_code == 409

    def test_only_the_rows_that_were_shown_are_approved(self, shown, people, reopened):
        self.propose(people.admin)
        answer = self.approve(people.cmo, "cmo", rows="0" * 64)
        assert answer.status_code == 409
        assert "Nothing was approved" in answer.content.decode()

    def test_one_leader_rejects_with_a_reason(self, shown, people, reopened):
        self.propose(people.admin)
        correction = Correction.objects.get()
        address = f"/books/corrections/{correction.pk}/rejection"
        assert as_(people.cro).post(address, {"seat": "cro", "why": ""}).status_code == 422
        done = as_(people.cro).post(address, {"seat": "cro", "why": "it was lost then"})
        assert done.status_code == 303
        assert "it was lost then" in text(as_(people.cro), LEDGER)
        assert self.value(reopened) == 0.5

    def test_nobody_else_proposes_or_approves(self, shown, people):
        rep = join("Ilya Brandt")
        sit(rep, "rep", people.admin)
        assert self.propose(rep).status_code == 403
        self.propose(people.admin)
        assert self.approve(people.admin, "revops_admin").status_code == 403
        assert self.approve(people.ceo, "ceo").status_code == 403

    def test_it_takes_a_fresh_sign_in_and_a_second_factor(self, shown, people):
        self.propose(people.admin)
        stale = self.approve(people.cmo, "cmo", minutes_ago=30)
        assert (stale.status_code, "again" in stale["Location"]) == (302, True)
        plain = self.approve(people.vp_cs, "vp_cs", second_factor=False)
        assert "second-factor" in plain["Location"]
        assert not Correction.objects.get().approvals.exists()


class TestTheList:
    def test_every_closed_book_with_todays_figure_and_its_lines(self, shown, people):
        page = read(text(as_(people.ceo), "/books"))
        assert "Q1 2026" in page
        assert "Win rate 50.0% 66.7% 1 line 1 v1 Tue" not in page
        assert "Win rate 50.0% 66.7% 1 line 1 v1 7 Apr 2026" in page

    def test_what_is_due_and_open_is_named_with_its_reason(self, shown, people):
        page = read(text(as_(people.admin), "/books"))
        assert "Due and still open" in page
        assert "The next trivet run closes it" in page

    def test_revenue_operations_closes_an_older_period_as_it_was_known_then(self, shown, people):
        answer = as_(people.admin).post("/books/closing", {"period": "2026-03"})
        page = read(answer.content.decode())
        assert "Closed 2026-03:" in page
        book = Book.objects.get(metric="win_rate", period_key="2026-03")
        assert str(book.closes_on) == "2026-04-07"
        # On that day W4 was still lost.
        assert official("win_rate", book.period).denominator == 3

    def test_a_period_that_is_not_over_or_is_none_is_refused(self, shown, people):
        client = as_(people.admin)
        assert client.post("/books/closing", {"period": "2026-Q3"}).status_code == 409
        assert client.post("/books/closing", {"period": "soon"}).status_code == 422
        assert as_(people.cro).post("/books/closing", {"period": "2026-03"}).status_code == 403


@pytest.mark.parametrize("address", ["/books", LEDGER, "/books?period=2026-Q9"])
def test_in_another_language_the_books_show_no_english(
    shown, people, address, monkeypatch: pytest.MonkeyPatch
):
    own = {
        "Company",
        "by",
        "hand",
        "ARR",
        "CSV",
        *(w for p in Person.objects.all() for w in A_WORD.findall(p.name)),
    }
    monkeypatch.setattr(test_language, "OWN", {*test_language.OWN, *own})
    monkeypatch.setitem(trans_real._translations, "en", test_language.Bracketed())
    page = text(as_(people.ceo), address)
    assert "⟦" in page
    english = test_language.english_in(re.sub("[0-9a-f]{12,64}", "", page))
    assert english == [], "\n".join(english)
