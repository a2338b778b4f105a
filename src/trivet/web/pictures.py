"""Charts of published figures: the picture, the sentence that says the same, and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext, gettext_noop, ngettext

from trivet.numbers.charts.cohort_map import CohortRow, cohort_map
from trivet.numbers.charts.flow import Node, Ribbon, flow
from trivet.numbers.charts.theme import PAGE
from trivet.numbers.charts.trend import TrendPoint, trend
from trivet.numbers.charts.waterfall import Step, starts_at, waterfall
from trivet.numbers.revenue_model import Cohort, FlowEdge, Movement
from trivet.numbers.shared_metrics.figure import Figure, Status
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
    """The metric's line over its target band, broken where the definition became another."""
    seams = _seams(tile.series)
    points = [
        TrendPoint(
            words.short_period(figure.period),
            words.plotted(figure.value, tile.unit, tile.currency),
            str(words.amount(figure.value, tile.unit, tile.currency)),
            figure.status is Status.PROVISIONAL,
            _version(figure) if index in seams else "",
        )
        for index, figure in enumerate(tile.series)
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
            *((_version(figure),) if seams else ()),
        )
        for figure in reversed(tile.series)
    )
    columns: tuple[str, ...] = (
        gettext("Period"), tile.title, gettext("Records"), gettext("Status"),
    )  # fmt: skip
    if seams:
        columns = (*columns, gettext("Definition"))
    if not known:
        says = gettext("%(metric)s has no number in these periods.") % {"metric": tile.title}
        return Picture("trend", (), says, columns, rows)
    first, last = known[0], known[-1]
    best = (max if tile.rises else min)(known, key=lambda f: f.value or 0)
    says = gettext(
        "%(metric)s went from %(first)s in %(first_period)s to %(last)s in %(last_period)s; best in"
        " %(best_period)s with %(best)s."
    ) % {
        "metric": tile.title,
        "first": _amount(tile, first.value),
        "first_period": words.period_words(first.period),
        "last": _amount(tile, last.value),
        "last_period": words.period_words(last.period),
        "best": _amount(tile, best.value),
        "best_period": words.period_words(best.period),
    }
    for index in seams:
        says += " " + gettext(
            "From %(period)s on it is counted under %(version)s, so the two sides are not to be"
            " compared."
        ) % {
            "period": words.period_words(tile.series[index].period),
            "version": _version(tile.series[index]),
        }
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
                    edges=(gettext("from"), gettext("to")),
                    width=width,
                    height=height,
                ),
                says,
            ),
        )
        for name, width, height in TREND_WIDTHS
    )
    return Picture("trend", drawings, says, columns, rows)


def _seams(series: Sequence[Figure]) -> list[int]:
    """Where a number is counted under another definition than the number before it."""
    numbers = [(index, figure) for index, figure in enumerate(series) if figure.value is not None]
    return [
        index
        for (_, before), (index, after) in pairwise(numbers)
        if before.definition_hash != after.definition_hash
    ]


def _version(figure: Figure) -> str:
    if not figure.agreed:
        return gettext("a draft")
    return gettext("v%(version)s") % {"version": figure.agreed_version}


def _amount(tile: Tile, value: Fraction | None) -> str:
    return str(words.amount(value, tile.unit, tile.currency))


def _status_words(status: Status, reason: str) -> str:
    said = {
        Status.FINAL: gettext("final"),
        Status.PROVISIONAL: gettext("provisional"),
        Status.NOT_COMPUTABLE: gettext("not computable"),
    }[status]
    if status is Status.FINAL or not reason:
        return said
    return f"{said}: {words.sentence(reason)}"


# Hyphenated where the bar's label breaks.
MOVEMENTS = {
    "opening": (gettext_noop("Start"), gettext_noop("Opening ARR")),
    "expansion": (gettext_noop("Expan- sion"), gettext_noop("Expansion")),
    "price": (gettext_noop("Price"), gettext_noop("Price rises")),
    "reactivation": (gettext_noop("Re- turned"), gettext_noop("Returned customers")),
    "contraction": (gettext_noop("Contrac- tion"), gettext_noop("Contraction")),
    "churn": (gettext_noop("Churn"), gettext_noop("Churn")),
    "closing": (gettext_noop("End"), gettext_noop("Closing ARR")),
}


def _movement(kind: str) -> tuple[str, str]:
    short, long = MOVEMENTS.get(kind, (kind.title(), kind.title()))
    return gettext(short), gettext(long)


def waterfall_picture(
    answers: Answers, movements: Sequence[Movement], rows_address: str
) -> Picture:
    """Recurring revenue of the customers at the start of the window, then and now."""
    currency = answers.currency
    columns = (gettext("Movement"), gettext("ARR"), gettext("Accounts"))
    found = {movement.kind: movement for movement in movements}
    opening, closing = found.get("opening"), found.get("closing")
    if opening is None or closing is None or opening.amount_minor <= 0:
        says = gettext("No customer had recurring revenue twelve months before.")
        return Picture("waterfall", (), says, columns, ())
    scale, unit, suffix = _scale(max(opening.amount_minor, closing.amount_minor), currency)
    # A movement too small to be drawn stands in the table only.
    shown = [
        m
        for m in movements
        if m.kind in ("opening", "closing") or abs(m.amount_minor) >= scale / 200
    ]
    steps = []
    for movement in shown:
        short, long = _movement(movement.kind)
        is_level = movement.kind in ("opening", "closing")
        amount = movement.amount_minor / scale
        text = (
            words.compact_money(movement.amount_minor, currency)
            if is_level
            else words.signed(_short(amount), amount > 0)
        )
        full = words.money(movement.amount_minor, currency)
        says = f"{long}: {full}, {words.accounts(movement.accounts)}"
        steps.append(Step(short, amount, text, is_level, says))
    floor = starts_at(steps)
    share = words.decimal(Fraction(100 * closing.amount_minor, opening.amount_minor), 1)
    says = gettext(
        "%(customers)s paid %(then)s a year then and %(now)s now: %(share)s%% retained."
    ) % {
        "customers": words.customers(opening.accounts),
        "then": words.compact_money(opening.amount_minor, currency),
        "now": words.compact_money(closing.amount_minor, currency),
        "share": share,
    }
    if floor > 0:
        edge = gettext("The axis starts at %(amount)s.") % {"amount": f"{unit}{floor:,.1f}{suffix}"}
        says = f"{says} {edge}"
    spec = waterfall(steps, PAGE)
    rows = tuple(
        (
            (_movement(m.kind)[1], rows_address),
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
    "qualified": (gettext_noop("Qualified"), 1, "accent"),
    "not_qualified": (gettext_noop("Not qualified"), 1, "unknown"),
    "won": (gettext_noop("Won"), 2, "good"),
    "lost": (gettext_noop("Lost"), 2, "bad"),
    "open": (gettext_noop("Open"), 2, "accent"),
}
SHORT_FUNCTIONS = {Function.CUSTOMER_SUCCESS: gettext_noop("CS")}


def flow_picture(answers: Answers, edges: Sequence[FlowEdge]) -> Picture:
    """From the function that created an opportunity to how it ended."""
    columns = (gettext("From"), gettext("To"), gettext("Opportunities"), gettext("Amount"))
    if not any(edge.opportunities for edge in edges):
        says = gettext("No opportunity was created in this period.")
        return Picture("flow", (), says, columns, ())
    sources = [f for f in Function if any(e.from_node == f.value for e in edges)]
    nodes = [
        Node(f.value, gettext(SHORT_FUNCTIONS.get(f, f.title)), 0, f.value) for f in sources
    ] + [Node(name, gettext(said), column, tone) for name, (said, column, tone) in OUTCOMES.items()]
    labels = {node.name: node.label for node in nodes}
    tones = {node.name: node.tone for node in nodes}
    ribbons = [
        Ribbon(
            edge.from_node,
            edge.to_node,
            edge.opportunities,
            tones[edge.to_node] if edge.from_node in OUTCOMES else tones[edge.from_node],
            gettext("%(source)s to %(end)s: %(opportunities)s, %(amount)s")
            % {
                "source": labels[edge.from_node],
                "end": labels[edge.to_node].lower(),
                "opportunities": words.opportunities(edge.opportunities),
                "amount": words.compact_money(edge.amount_minor, answers.currency),
            },
        )
        for edge in edges
        if edge.from_node in tones and edge.to_node in tones
    ]
    total = sum(e.opportunities for e in edges if e.from_node not in OUTCOMES)
    ended = {
        name: sum(e.opportunities for e in edges if e.to_node == name)
        for name in ("won", "lost", "open")
    }
    says = gettext(
        "Of %(opportunities)s created, %(won)s are won, %(lost)s lost and %(open)s open."
    ) % {
        "opportunities": words.opportunities(total),
        **{name: f"{number:,}" for name, number in ended.items()},
    }
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
    columns = (
        gettext("Customers since"),
        gettext("Accounts"),
        gettext("First ARR"),
        *(f"+{q}" for q in range(width)),
    )
    if not shown:
        says = gettext("No customers were won in these quarters.")
        return Picture("cohorts", (), says, columns, ())
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
        says = gettext(
            "Of what they paid at first, customers of %(best)s pay %(most)s now, those of"
            " %(worst)s %(least)s."
        ) % {
            "best": high,
            "most": f"{latest[high]:.0f}%",
            "worst": low,
            "least": f"{latest[low]:.0f}%",
        }
    else:
        says = gettext("Every cohort is in its first quarter.")
    spec = cohort_map(drawn, PAGE, says=_kept_after)
    return Picture("cohorts", (("any", answers.drawn(spec, says)),), says, columns, rows)


def _kept_after(cohort: str, quarters: int, percent: str) -> str:
    said = ngettext(
        "%(cohort)s after %(number)s quarter: %(percent)s",
        "%(cohort)s after %(number)s quarters: %(percent)s",
        quarters,
    )
    return said % {"cohort": cohort, "number": quarters, "percent": percent}
