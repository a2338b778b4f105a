"""The price of a proposal, as its signers read it."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pytest
from django.utils.translation import trans_real

from tests.agreements.agreed import agree
from tests.agreements.leaders import NOW, join, sit
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.web import test_language
from tests.web.signed_in import as_
from tests.web.test_language import A_WORD
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.people.models import Person, Seat
from trivet.jobs.run import run
from trivet.numbers.insight.price import Flip
from trivet.numbers.ledger.difference import Counted, Difference
from trivet.numbers.revenue_model.row_page import row_page
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.registry import drafts, metric_named
from trivet.vocabulary.period import Period
from trivet.web import published
from trivet.web.ledger import SideWords
from trivet.web.views.price import _measured, _moved

BASE = drafts()["win_rate"].bases["pipeline_base"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    workspace = company_folder(tmp_path_factory.mktemp("priced") / "norvik")
    for week in (1, 8):
        export_week(workspace.folder, week)
    older = ["Id,AccountId,StageName,Amount,CreatedDate,CloseDate"]
    older += [f"P{day},A1,Qualified,{day}00,2025-11-{day:02d},2026-09-30" for day in range(10, 20)]
    path = workspace.folder / "exports" / "opportunity_2026-06-09.csv"
    path.write_text("\n".join(older) + "\n")
    run(workspace)
    return workspace.folder


@pytest.fixture
def proposal(folder, people, norvik):
    """What a deal adds to ARR, which none of these says, instead of its annual value."""
    published.use(published.PublishedBuilds(folder))
    document = begin(
        kind="metric_definition", key="pipeline_base", title="Pipeline base",
        owner=Seat.objects.get(key="cro"), by=people.admin, now=NOW,
    )  # fmt: skip
    body = BASE.with_options(amount_basis="net_arr").document()
    return propose(
        document=document, body=body, why="As the board counts", by=people.admin, now=NOW
    )


def test_the_page_names_every_metric_the_base_moves_with_its_quarters(proposal, people):
    page = as_(people.cmo).get(f"/proposals/{proposal.pk}/price").content.decode()
    assert "What it would have changed" in page
    for metric in ("marketing_sourced_pipeline", "win_rate", "time_to_close", "expansion_pipeline"):
        assert f'href="/metrics/{metric}"' in page
    assert page.count('<tr><th scope="row">Q1 2026') >= 4
    assert "Closed books stay as they are" in page


def test_the_part_is_what_a_proposals_page_takes_in(proposal, people):
    answer = as_(people.cro).get(
        f"/proposals/{proposal.pk}/price",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.content.decode().lstrip().startswith('<section class="panel price"')


def test_the_file_has_every_record_that_counts_otherwise(proposal, people):
    answer = as_(people.vp_cs).get(f"/proposals/{proposal.pk}/price.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    found = (
        published.builds()
        .answers()
        .price(
            {
                name: each.resting_on(BASE.with_options(amount_basis="net_arr"))
                for name, each in drafts().items()
                if "pipeline_base" in each.bases
            }
        )
    )
    wanted = {
        (metric.after.id, flip.period.key, flip.difference.record_id)
        for metric in found.metrics
        for period in metric.periods
        for flip in period.flips
    }
    assert wanted
    assert {(row["metric"], row["period"], row["record_id"]) for row in rows} == wanted


def test_a_representative_sees_the_figures_and_no_foreign_record(proposal, people):
    rep = join("Olin Marsh")
    sit(rep, "rep", people.admin)
    page = as_(rep).get(f"/proposals/{proposal.pk}/price").content.decode()
    assert "What it would have changed" in page
    assert "/opportunities/" not in page
    answer = as_(rep).get(f"/proposals/{proposal.pk}/price.csv")
    assert len(b"".join(answer.streaming_content).decode().strip().splitlines()) == 1


def test_what_is_in_force_already_costs_nothing(proposal, people):
    agree(BASE.with_options(amount_basis="net_arr"), people, NOW, why="again")
    document = proposal.document
    same = propose(
        document=document, body=drafts()["win_rate"].bases["pipeline_base"].document(),
        why="back", by=people.admin, now=NOW,
    )  # fmt: skip
    page = as_(people.cmo).get(f"/proposals/{same.pk}/price").content.decode()
    assert "Nothing: every figure stays what it is, to the last record." in page


def test_a_question_to_the_ceo_comes_with_the_price_as_it_was_that_day(proposal, people):
    """Frozen: what the CEO read stays, whatever is loaded later."""
    from trivet.agreements.documents.actions.sign import reject
    from trivet.agreements.governance.actions.escalate import escalate
    from trivet.agreements.governance.rules.side import Side
    from trivet.agreements.governance.rules.stake import Stake

    reject(proposal=proposal, seat="cro", why="Not our funnel", by=people.cro, now=NOW)
    question = escalate(
        proposal=proposal, question="Whose funnel?", side=Side.PROPOSED, says="The board's",
        stakes=[Stake("win_rate", 2, None, "USD")], by=people.cmo, now=NOW,
        company=published.builds().answers().model.settings.company,
    )  # fmt: skip
    [exhibit] = question.exhibits.all()
    assert (exhibit.side, exhibit.title) == ("proposed", "The last eight closed quarters")
    assert "2026-Q1" in exhibit.text
    assert "Expansion pipeline" in exhibit.text
    assert published.builds().answers().build in exhibit.text


@pytest.mark.parametrize(
    ("moves", "unit", "says"),
    [
        (Fraction(-12, 1000), Unit.SHARE, "−1.2 points"),
        (Fraction(12, 1000), Unit.SHARE, "+1.2 points"),
        (Fraction(-3), Unit.DAYS, "−3.0 days"),
    ],
)
def test_a_fall_reads_as_a_fall(moves, unit, says):
    assert _moved(moves, unit, "EUR") == says


def test_from_counting_deals_to_counting_money_each_side_is_told_in_its_own_unit():
    """As bare numbers a count and an amount in cents stand there as if they were of one kind."""
    deals, money = drafts()["win_rate"], drafts()["win_rate"].with_options(basis="amount")
    before, after = (SideWords.of(each, "USD") for each in (deals, money))
    assert (before.both(Counted(1, 1)), after.both(Counted(0, 7_633_120))) == (
        "1 of 1",
        "$0 of $76,331",
    )
    period = Period(date(2026, 4, 1), date(2026, 7, 1), "2026-Q2")
    flip = Flip(period, Difference("o1", Counted(1, 1), Counted(0, 7_633_120)), "o1", "a1", "")
    units = [metric_named("win_rate").sides(each)[1] for each in (deals, money)]
    told = _measured(flip, "denominator", (units[0], units[1]), "USD")
    assert told == ["1", "76331.20", "count", "USD"]


@pytest.mark.parametrize(
    ("metric", "options", "sides"),
    [
        ("win_rate", {}, (Unit.COUNT, Unit.COUNT)),
        ("win_rate", {"basis": "amount"}, (Unit.MONEY, Unit.MONEY)),
        ("marketing_sourced_pipeline", {}, (Unit.MONEY, Unit.MONEY)),
        ("marketing_sourced_pipeline", {"basis": "count"}, (Unit.COUNT, Unit.COUNT)),
        ("expansion_pipeline", {"basis": "count"}, (Unit.COUNT, Unit.COUNT)),
        ("time_to_close", {}, (Unit.DAYS, Unit.COUNT)),
        ("deal_velocity", {}, (Unit.MONEY, Unit.DAYS)),
        ("net_revenue_retention", {}, (Unit.MONEY, Unit.MONEY)),
        ("mql_to_sql", {"method": "same_period"}, (Unit.COUNT, Unit.COUNT)),
        ("follow_up_sla", {}, (Unit.COUNT, Unit.COUNT)),
    ],
)
def test_what_the_rows_count_follows_from_the_definition(metric, options, sides):
    definition = drafts()[metric].with_options(**options)
    assert metric_named(metric).sides(definition) == sides


def test_rows_counted_by_their_worth_are_shown_as_money():
    """They were shown as bare cents under a definition that counts what deals are worth."""
    rows = pa.table({"record_id": ["o1"], "numerator": [7_633_120], "denominator": [7_633_120]})
    for basis, kind in (("amount", "money"), ("count", "number")):
        sides = metric_named("win_rate").sides(drafts()["win_rate"].with_options(basis=basis))
        found = row_page(rows, {}, sides, "", "", True, 10, 0)
        assert dict(found.columns) == {"numerator": kind, "denominator": kind}


def test_in_another_language_the_price_shows_no_english(
    proposal, people, monkeypatch: pytest.MonkeyPatch
):
    own = {"CSV", "ARR", *(w for p in Person.objects.all() for w in A_WORD.findall(p.name))}
    monkeypatch.setattr(test_language, "OWN", {*test_language.OWN, *own})
    monkeypatch.setitem(trans_real._translations, "en", test_language.Bracketed())
    page = as_(people.cmo).get(f"/proposals/{proposal.pk}/price").content.decode()
    assert "⟦" in page
    english = test_language.english_in(page)
    assert english == [], "\n".join(english)
