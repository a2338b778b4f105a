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
from trivet.web.ledger import SideWords
from trivet.web.visible_accounts import visible_accounts

FLIPS_SHOWN = 25
CSV_COLUMNS = (
    "metric", "period", "record_id", "kind", "opportunity_id", "account_id", "contact_id",
    "numerator_before", "numerator_after", "numerator_unit_before", "numerator_unit_after",
    "denominator_before", "denominator_after", "denominator_unit_before", "denominator_unit_after",
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
            before, after = (metric_named(e.id).sides(e) for e in (metric.before, metric.after))
            for flip in _visible(metric, team):
                cells = (
                    metric.after.id, flip.period.key, flip.difference.record_id, flip.kind,
                    flip.opportunity_id, flip.account_id, flip.contact_id,
                )  # fmt: skip
                yield csv_file.line(
                    [
                        *(csv_file.cell(cell, "", answers.currency) for cell in cells),
                        *_measured(flip, "numerator", (before[0], after[0]), found.currency),
                        *_measured(flip, "denominator", (before[1], after[1]), found.currency),
                    ]
                )

    return csv_file.answer(lines(), f"proposal_{proposal.pk}_records")


def _measured(flip: Flip, side: str, units: tuple[Unit, Unit], currency: str) -> list[str]:
    """One side of a record before and after, then the unit of each: money in major units."""
    both = (flip.difference.before, flip.difference.after)
    return [
        *(
            csv_file.cell(getattr(each, side, None), str(unit), currency)
            for each, unit in zip(both, units, strict=True)
        ),
        *(currency if unit is Unit.MONEY else str(unit) for unit in units),
    ]


def _proposal(pk: int) -> Proposal:
    found = Proposal.objects.select_related("document", "opened_by")
    return get_object_or_404(found, pk=pk, document__kind=ID)


def _price(proposal: Proposal, answers: Answers) -> Price:
    return answers.price(if_signed(answers.model.in_force, proposal.version.body))


def _shown(
    metric: PricedMetric, found: Price, answers: Answers, team: AccountTeam | None
) -> MetricShown:
    wrote = tuple(SideWords.of(each, found.currency) for each in (metric.before, metric.after))
    visible = list(_visible(metric, team))
    heaviest = sorted(visible, key=_weight, reverse=True)[:FLIPS_SHOWN]
    names = _names(heaviest, answers)
    newest = metric.periods[-1]
    return MetricShown(
        metric.after.id,
        _title(metric),
        metric.moved,
        metric.flips,
        [_quarter(each, metric.unit, found.currency) for each in reversed(metric.periods)],
        [
            _by_function(function.title, change, metric, found.currency)
            for function, change in newest.functions.items()
        ],
        [_flip(each, names, *wrote) for each in heaviest],
        len(visible) - len(heaviest),
        metric.flips - len(visible),
    )


def _title(metric: PricedMetric) -> str:
    """What the figure is called; both ways where the proposal gives it another name."""
    before, after = (words.sentence(each.title) for each in (metric.before, metric.after))
    if before == after:
        return after
    return gettext("%(before)s → %(after)s") % {"before": before, "after": after}


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
    if metric.after.id in ("win_rate", "time_to_close"):
        return _sides(gettext(name), change, metric.unit, currency)
    units = [metric_named(each.id).sides(each)[1] for each in (metric.before, metric.after)]
    wholes = [side.denominator or Fraction(0) for side in (change.before, change.after)]

    def said(size: Fraction, unit: Unit) -> str:
        if unit is Unit.MONEY:
            return words.compact_money(round(size), currency)
        return words.decimal(size, 0)

    moved = wholes[1] - wholes[0]
    # Money on one side and records on the other: there is no difference to be told.
    is_told = moved and units[0] is units[1]
    return Sides(
        gettext(name),
        said(wholes[0], units[0]),
        said(wholes[1], units[1]),
        _with_sign(said(abs(moved), units[1]), moved) if is_told else "",
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


def _flip(
    flip: Flip, names: dict[tuple[str, str], str], before: SideWords, after: SideWords
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
        _counted(flip.difference.before, flip.difference.record_id, before),
        _counted(flip.difference.after, flip.difference.record_id, after),
    )


def _counted(side: Counted | None, record_id: str, sides: SideWords) -> str:
    return words.NO_NUMBER if side is None else sides.both(side, record_id)
