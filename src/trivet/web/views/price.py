"""What a proposed definition would have changed: eight closed quarters, and every record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.documents.kinds.metric_definition import ID, if_signed
from trivet.agreements.documents.models import Proposal
from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.insight.price import Change, Flip, Price, PricedMetric, PricedPeriod, Side
from trivet.numbers.ledger.difference import Counted
from trivet.numbers.revenue_model import AccountTeam
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.web import csv_file, published, words
from trivet.web.answers import Answers
from trivet.web.visible_accounts import visible_accounts

FLIPS_SHOWN = 25
CSV_COLUMNS = (
    "metric", "period", "record_id", "kind", "opportunity_id", "account_id", "contact_id",
    "numerator_before", "numerator_after", "denominator_before", "denominator_after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sides:
    """A change in words.

    reason   why a side has no value, '' where both have one
    """

    name: str
    before: str
    after: str
    moves: str
    records: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarterShown:
    """One quarter of one metric."""

    sides: Sides
    flips: int
    key: str


@dataclass(frozen=True, slots=True)
class FlipShown:
    """A record that counts otherwise, and where it is shown."""

    quarter: str
    kind: str
    name: str
    address: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MetricShown:
    """One metric under both definitions.

    functions   the newest quarter by who created the opportunities
    flips       the heaviest of the records that count otherwise; `more` are not shown
    hidden      records of accounts that whoever asks may not open
    """

    id: str
    title: str
    moved: int
    total: int
    quarters: list[QuarterShown]
    functions: list[Sides]
    flips: list[FlipShown]
    more: int
    hidden: int


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the price; to the proposal's page that asks for it, with the part alone."""
    proposal = _proposal(pk)
    answers = published.builds().answers()
    found = _price(proposal, answers)
    team = visible_accounts(request, answers)
    shown = {
        "proposal": proposal,
        "document": proposal.document,
        "price": found,
        "metrics": [_shown(metric, found, answers, team) for metric in found.metrics],
        "build": answers.build,
        "here": "documents",
    }
    part = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "web/_price.html" if part else "web/price.html", shown)


@allowed(Verb.SEE, Thing.ACCOUNTS)
@never_cache
@require_safe
def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every record that counts otherwise, as CSV."""
    proposal = _proposal(pk)
    answers = published.builds().answers()
    found = _price(proposal, answers)
    team = visible_accounts(request, answers)

    def lines() -> Iterator[str]:
        yield csv_file.line(CSV_COLUMNS)
        for metric in found.metrics:
            for flip in _visible(metric, team):
                before, after = flip.difference.before, flip.difference.after
                cells = (
                    metric.after.id, flip.period.key, flip.difference.record_id, flip.kind,
                    flip.opportunity_id, flip.account_id, flip.contact_id,
                    before.numerator if before else None, after.numerator if after else None,
                    before.denominator if before else None, after.denominator if after else None,
                )  # fmt: skip
                yield csv_file.line(csv_file.cell(cell, "", answers.currency) for cell in cells)

    return csv_file.answer(lines(), f"proposal_{proposal.pk}_records")


def _proposal(pk: int) -> Proposal:
    found = Proposal.objects.select_related("document", "opened_by")
    return get_object_or_404(found, pk=pk, document__kind=ID)


def _price(proposal: Proposal, answers: Answers) -> Price:
    return answers.price(if_signed(answers.model.in_force, proposal.version.body))


def _shown(
    metric: PricedMetric, found: Price, answers: Answers, team: AccountTeam | None
) -> MetricShown:
    is_money = _are_money(metric)
    visible = list(_visible(metric, team))
    heaviest = sorted(visible, key=_weight, reverse=True)[:FLIPS_SHOWN]
    names = _names(heaviest, answers)
    newest = metric.periods[-1]
    return MetricShown(
        metric.after.id,
        words.sentence(metric.after.title),
        metric.moved,
        metric.flips,
        [_quarter(each, metric.unit, found.currency) for each in reversed(metric.periods)],
        [
            _by_function(function.title, change, metric, found.currency)
            for function, change in newest.functions.items()
        ],
        [_flip(each, names, found.currency, is_money) for each in heaviest],
        len(visible) - len(heaviest),
        metric.flips - len(visible),
    )


def _visible(metric: PricedMetric, team: AccountTeam | None) -> Iterator[Flip]:
    for period in metric.periods:
        for flip in period.flips:
            if (
                team is None
                or flip.account_id in team.accounts
                or flip.opportunity_id in team.opportunities
            ):
                yield flip


def _weight(flip: Flip) -> tuple[int, str]:
    moved = abs(flip.difference.numerator) + abs(flip.difference.denominator)
    return moved, flip.difference.record_id


def _quarter(each: PricedPeriod, unit: Unit, currency: str) -> QuarterShown:
    name = words.period_words(each.period)
    return QuarterShown(_sides(name, each.change, unit, currency), len(each.flips), each.period.key)


def _sides(name: str, change: Change, unit: Unit, currency: str) -> Sides:
    def said(side: Side) -> str:
        return str(words.amount(side.value, unit, currency))

    moves = change.moves
    return Sides(
        name,
        said(change.before),
        said(change.after),
        "" if not moves else _moved(moves, unit, currency),
        gettext("%(before)s → %(after)s")
        % {
            "before": words.decimal(change.before.records, 0),
            "after": words.decimal(change.after.records, 0),
        },
        change.after.reason or change.before.reason,
    )


def _moved(moves: Fraction, unit: Unit, currency: str) -> str:
    size = abs(moves)
    if unit is Unit.SHARE:
        text = gettext("%(points)s points") % {"points": words.decimal(size * 100, 1)}
    else:
        text = str(words.amount(size, unit, currency))
    return _with_sign(text, moves)


def _with_sign(size: str, moved: Fraction) -> str:
    return words.signed(size, positive=True) if moved > 0 else f"\u2212{size}"


def _by_function(name: str, change: Change, metric: PricedMetric, currency: str) -> Sides:
    """A share of pipeline is 0 or 1 within one source: what moves there is the pipeline itself."""
    named = metric_named(metric.after.id)
    if metric.after.id in ("win_rate", "time_to_close"):
        return _sides(gettext(name), change, metric.unit, currency)

    def said(side: Side) -> str:
        whole = side.denominator or Fraction(0)
        if named.is_count(metric.after):
            return words.decimal(whole, 0)
        return words.compact_money(round(whole), currency)

    moved = (change.after.denominator or Fraction(0)) - (change.before.denominator or Fraction(0))
    size = (
        words.decimal(abs(moved), 0)
        if named.is_count(metric.after)
        else words.compact_money(round(abs(moved)), currency)
    )
    return Sides(
        gettext(name),
        said(change.before),
        said(change.after),
        _with_sign(size, moved) if moved else "",
        f"{words.decimal(change.before.records, 0)} → {words.decimal(change.after.records, 0)}",
        "",
    )


def _names(flips: list[Flip], answers: Answers) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind in ("opportunity", "account", "contact"):
        ids = {getattr(flip, f"{kind}_id") for flip in flips} - {""}
        if ids:
            named = answers.model.names(kind, ids)
            found |= {(kind, key): name for key, name in named.items()}
    return found


def _are_money(metric: PricedMetric) -> tuple[bool, bool]:
    """Whether the two sides of a row are money: days are not, and velocity divides one by them."""
    if metric.unit is Unit.DAYS or metric_named(metric.after.id).is_count(metric.after):
        return False, False
    return True, metric.unit is not Unit.MONEY_A_DAY


def _flip(
    flip: Flip, names: dict[tuple[str, str], str], currency: str, is_money: tuple[bool, bool]
) -> FlipShown:
    kind, key = next(
        (
            (kind, value)
            for kind, value in (
                ("opportunity", flip.opportunity_id),
                ("account", flip.account_id),
                ("contact", flip.contact_id),
            )
            if value
        ),
        ("", flip.difference.record_id),
    )
    pages = {"opportunity": "/opportunities/", "account": "/accounts/"}
    return FlipShown(
        words.period_words(flip.period),
        {
            "enters": gettext("counts now"),
            "leaves": gettext("counts no longer"),
            "changes": gettext("counts otherwise"),
        }[flip.kind],
        names.get((kind, key), key),
        f"{pages[kind]}{key}" if kind in pages else "",
        _counted(flip.difference.before, currency, is_money),
        _counted(flip.difference.after, currency, is_money),
    )


def _counted(side: Counted | None, currency: str, is_money: tuple[bool, bool]) -> str:
    if side is None:
        return words.NO_NUMBER

    def said(value: int, as_money: bool) -> str:
        return words.money(value, currency) if as_money else words.decimal(value, 0)

    return gettext("%(part)s of %(whole)s") % {
        "part": said(side.numerator, is_money[0]),
        "whole": said(side.denominator, is_money[1]),
    }
