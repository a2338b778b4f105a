"""Charts of published figures: the picture, the sentence that says the same, and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trivet.numbers.charts.cohort_map import CohortRow, cohort_map
from trivet.numbers.charts.flow import Node, Ribbon, flow
from trivet.numbers.charts.theme import PAGE
from trivet.numbers.charts.trend import TrendPoint, trend
from trivet.numbers.charts.waterfall import Step, starts_at, waterfall
from trivet.numbers.revenue_model import Cohort, FlowEdge, Movement
from trivet.numbers.shared_metrics.figure import Status
from trivet.vocabulary.function import Function
from trivet.vocabulary.money import minor_digits
from trivet.web import words
from trivet.web.answers import Answers
from trivet.web.scope import Scope
from trivet.web.tiles import Tile

TREND_WIDTHS = (("narrow", 330, 220), ("medium", 560, 230), ("wide", 730, 262))


@dataclass(frozen=True, slots=True)
class Picture:
    """What `_chart.html` shows.

    drawings   (class, SVG) for one or several widths; the style sheet shows the one that fits
    says       the sentence under it
    columns, rows   the table behind it; a cell is text, or (text, address)
    """

    id: str
    drawings: tuple[tuple[str, str], ...]
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    @property
    def empty(self) -> bool:
        return not self.drawings


def trend_picture(scope: Scope, tile: Tile) -> Picture:
    """The metric's line over its target band."""
    points = [
        TrendPoint(
            words.short_period(figure.period),
            words.plotted(figure.value, tile.unit, tile.currency),
            str(words.amount(figure.value, tile.unit, tile.currency)),
            figure.status is Status.PROVISIONAL,
        )
        for figure in tile.series
    ]
    known = [f for f in tile.series if f.value is not None]
    rows = tuple(
        (
            (
                words.period_words(figure.period),
                f"/metrics/{tile.metric.id}{scope.query(period=figure.period.key)}",
            ),
            str(words.amount(figure.value, tile.unit, tile.currency)),
            f"{figure.records:,}",
            _status_words(figure.status, figure.reason),
        )
        for figure in reversed(tile.series)
    )
    columns = ("Period", tile.title, "Records", "Status")
    if not known:
        return Picture("trend", (), f"{tile.title} has no number in these periods.", columns, rows)
    first, last = known[0], known[-1]
    best = (max if tile.rises else min)(known, key=lambda f: f.value or 0)
    says = (
        f"{tile.title} went from {_amount(tile, first.value)} in {words.period_words(first.period)}"
        f" to {_amount(tile, last.value)} in {words.period_words(last.period)};"
        f" best in {words.period_words(best.period)} with {_amount(tile, best.value)}."
    )
    band = tile.target.band(tile.unit, tile.currency) if tile.target else None
    drawings = tuple(
        (
            name,
            scope.answers.drawn(
                trend(
                    points,
                    PAGE,
                    band=band,
                    suffix=words.suffix(tile.unit),
                    width=width,
                    height=height,
                ),
                says,
            ),
        )
        for name, width, height in TREND_WIDTHS
    )
    return Picture("trend", drawings, says, columns, rows)


def _amount(tile: Tile, value: Fraction | None) -> str:
    return str(words.amount(value, tile.unit, tile.currency))


def _status_words(status: Status, reason: str) -> str:
    if status is Status.FINAL:
        return "final"
    return f"{str(status).replace('_', ' ')}{': ' + reason if reason else ''}"


# Hyphenated where the bar's label breaks.
MOVEMENTS = {
    "opening": ("Start", "Opening ARR"),
    "expansion": ("Expan- sion", "Expansion"),
    "price": ("Price", "Price rises"),
    "reactivation": ("Re- turned", "Returned customers"),
    "contraction": ("Contrac- tion", "Contraction"),
    "churn": ("Churn", "Churn"),
    "closing": ("End", "Closing ARR"),
}


def waterfall_picture(
    answers: Answers, movements: Sequence[Movement], rows_address: str
) -> Picture:
    """Recurring revenue of the customers of twelve months ago, then and now."""
    currency = answers.currency
    columns = ("Movement", "ARR", "Accounts")
    found = {movement.kind: movement for movement in movements}
    opening, closing = found.get("opening"), found.get("closing")
    if opening is None or closing is None or opening.amount_minor <= 0:
        return Picture(
            "waterfall", (), "No customer had recurring revenue twelve months before.", columns, ()
        )
    scale, unit, suffix = _scale(max(opening.amount_minor, closing.amount_minor), currency)
    # A movement too small to be drawn stands in the table only.
    shown = [
        m
        for m in movements
        if m.kind in ("opening", "closing") or abs(m.amount_minor) >= scale / 200
    ]
    steps = []
    for movement in shown:
        short, long = MOVEMENTS.get(movement.kind, (movement.kind.title(), movement.kind.title()))
        is_level = movement.kind in ("opening", "closing")
        amount = movement.amount_minor / scale
        text = (
            words.compact_money(movement.amount_minor, currency)
            if is_level
            else words.signed(_short(amount), amount > 0)
        )
        full = words.money(movement.amount_minor, currency)
        says = f"{long}: {full}, {words.count(movement.accounts, 'account')}"
        steps.append(Step(short, amount, text, is_level, says))
    floor = starts_at(steps)
    share = words.decimal(Fraction(100 * closing.amount_minor, opening.amount_minor), 1)
    says = (
        f"{words.count(opening.accounts, 'customer')} paid"
        f" {words.compact_money(opening.amount_minor, currency)} a year then and"
        f" {words.compact_money(closing.amount_minor, currency)} now: {share}% retained."
    )
    if floor > 0:
        says += f" The axis starts at {unit}{floor:,.1f}{suffix}."
    spec = waterfall(steps, PAGE)
    rows = tuple(
        (
            (MOVEMENTS.get(m.kind, ("", m.kind))[1], rows_address),
            words.money(m.amount_minor, currency),
            f"{m.accounts:,}",
        )
        for m in movements
    )
    return Picture("waterfall", (("any", answers.drawn(spec, says)),), says, columns, rows)


def _short(amount: float) -> str:
    places = 1 if abs(amount) >= 0.095 else 2
    return f"{amount:.{places}f}".replace("-", words.MINUS)


def _scale(largest_minor: int, currency: str) -> tuple[float, str, str]:
    """Minor units in one unit of the axis, the currency's sign, and what follows a number."""
    sign = words.money(0, currency).rstrip("0").strip()
    one = 10 ** minor_digits(currency)
    for size, name in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if largest_minor >= size * one:
            return float(size * one), sign, name
    return float(one), sign, ""


OUTCOMES = {
    "qualified": ("Qualified", 1, "accent"),
    "not_qualified": ("Not qualified", 1, "unknown"),
    "won": ("Won", 2, "good"),
    "lost": ("Lost", 2, "bad"),
    "open": ("Open", 2, "accent"),
}
SHORT_FUNCTIONS = {Function.CUSTOMER_SUCCESS: "CS"}


def flow_picture(answers: Answers, edges: Sequence[FlowEdge]) -> Picture:
    """From the function that created an opportunity to how it ended."""
    columns = ("From", "To", "Opportunities", "Amount")
    if not any(edge.opportunities for edge in edges):
        return Picture("flow", (), "No opportunity was created in this period.", columns, ())
    sources = [f for f in Function if any(e.from_node == f.value for e in edges)]
    nodes = [Node(f.value, SHORT_FUNCTIONS.get(f, f.title), 0, f.value) for f in sources] + [
        Node(name, *rest) for name, rest in OUTCOMES.items()
    ]
    labels = {node.name: node.label for node in nodes}
    tones = {node.name: node.tone for node in nodes}
    ribbons = [
        Ribbon(
            edge.from_node,
            edge.to_node,
            edge.opportunities,
            tones[edge.to_node] if edge.from_node in OUTCOMES else tones[edge.from_node],
            f"{labels[edge.from_node]} to {labels[edge.to_node].lower()}:"
            f" {words.count(edge.opportunities, 'opportunity', 'opportunities')},"
            f" {words.compact_money(edge.amount_minor, answers.currency)}",
        )
        for edge in edges
        if edge.from_node in tones and edge.to_node in tones
    ]
    total = sum(e.opportunities for e in edges if e.from_node not in OUTCOMES)
    ended = {
        name: sum(e.opportunities for e in edges if e.to_node == name)
        for name in ("won", "lost", "open")
    }
    says = (
        f"Of {words.count(total, 'opportunity', 'opportunities')} created,"
        f" {ended['won']:,} are won, {ended['lost']:,} lost and {ended['open']:,} open."
    )
    rows = tuple(
        (
            labels.get(e.from_node, e.from_node),
            labels.get(e.to_node, e.to_node),
            f"{e.opportunities:,}",
            words.money(e.amount_minor, answers.currency),
        )
        for e in edges
    )
    spec = flow(nodes, ribbons, PAGE, width=304, height=220)
    return Picture("flow", (("any", answers.drawn(spec, says)),), says, columns, rows)


def cohort_picture(answers: Answers, cohorts: Sequence[Cohort]) -> Picture:
    """What each quarter's new customers still pay."""
    shown = [c for c in cohorts if c.accounts]
    width = max((len(c.retained) for c in shown), default=0)
    columns = ("Customers since", "Accounts", "First ARR", *(f"+{q}" for q in range(width)))
    if not shown:
        return Picture("cohorts", (), "No customers were won in these quarters.", columns, ())
    rows = tuple(
        (
            words.period_words(cohort.period),
            f"{cohort.accounts:,}",
            words.money(cohort.opening_arr_minor, answers.currency),
            *(
                "" if share is None else f"{words.decimal(share * 100, 1)}%"
                for share in cohort.retained
            ),
        )
        for cohort in shown
    )
    drawn = [
        CohortRow(
            words.short_period(cohort.period),
            tuple(None if s is None else float(s * 100) for s in cohort.retained),
        )
        for cohort in shown
    ]
    latest: Mapping[str, float] = {
        row.label: known[-1]
        for row in drawn
        if len(known := [p for p in row.percents if p is not None]) > 1
    }
    if latest:
        low = min(latest, key=lambda label: latest[label])
        high = max(latest, key=lambda label: latest[label])
        says = (
            f"Of what they paid at first, customers of {high} pay {latest[high]:.0f}% now,"
            f" those of {low} {latest[low]:.0f}%."
        )
    else:
        says = "Every cohort is in its first quarter."
    spec = cohort_map(drawn, PAGE)
    return Picture("cohorts", (("any", answers.drawn(spec, says)),), says, columns, rows)
