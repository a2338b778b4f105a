"""A figure as a person reads it at the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trivet.cli.terminal import table
from trivet.numbers.shared_metrics.figure import Companion, Factor, Figure, Status, Unit
from trivet.numbers.shared_metrics.scope.value import written_value
from trivet.vocabulary.money import Money
from trivet.vocabulary.period import Grain

if TYPE_CHECKING:
    from trivet.numbers.revenue_model import Parts

STATUS = {
    Status.FINAL: "final",
    Status.PROVISIONAL: "provisional",
    Status.NOT_COMPUTABLE: "not computable",
}


def value_shown(value: Fraction | None, unit: Unit, currency: str) -> str:
    """`48.19 %`, `88 days`, `0.94×`, `$2,500.00 a day`, `20`; a dash for no value."""
    if value is None:
        return "—"
    match unit:
        case Unit.SHARE:
            return f"{float(value * 100):.2f} %"
        case Unit.DAYS:
            return _counted(value, "day", "days")
        case Unit.HOURS if abs(value) < 1:
            return _counted(Fraction(round(value * 60)), "minute", "minutes")
        case Unit.HOURS:
            return _counted(value, "hour", "hours")
        case Unit.MULTIPLE:
            return f"{float(value):.2f}×"
        case Unit.MONEY:
            return str(Money(round(value), currency))
        case Unit.MONEY_A_DAY:
            return f"{Money(round(value), currency)} a day"
        case Unit.COUNT:
            return _number(value)


def _number(value: Fraction) -> str:
    return f"{float(value):,.1f}".removesuffix(".0")


def _counted(value: Fraction, one: str, more: str) -> str:
    number = _number(value)
    return f"{number} {one}" if number == "1" else f"{number} {more}"


def print_figure(
    console: Console, figure: Figure, title: str, currency: str, sides: tuple[Unit, Unit]
) -> None:
    """A figure with what stands behind it, its companions, flags and segments.

    sides   what its numerator and denominator are
    """
    scope = "".join(f", {name} {written_value(value)}" for name, value in figure.scope.items())
    shown = value_shown(figure.value, figure.unit, currency)
    console.print(
        f"[bold]{escape(title)}[/bold], {figure.period.key}{escape(scope)}: "
        f"[bold]{escape(shown)}[/bold]  [dim]{STATUS[figure.status]}, {held(figure)}[/dim]"
    )
    if figure.reason:
        console.print(f"  {escape(figure.reason)}")
    if figure.value is not None:
        console.print("  " + escape(_parts(figure, currency, sides)))
    if figure.interval:
        low, high = figure.interval.low * 100, figure.interval.high * 100
        console.print(f"  95 % interval {low:.1f} to {high:.1f} %")
    for flag in figure.flags:
        console.print(f"  {flag.records:,} flagged: {escape(flag.says)}")
    for companion in figure.companions:
        console.print("  " + escape(_companion(companion, currency)))
    if figure.segments:
        console.print(_segments(figure.segments, currency))


PARTS = {
    Grain.MONTH: (
        "The months add up to {}, the quarter to {}: each month stops at its own closing day."
    ),
    Grain.QUARTER: (
        "The quarters add up to {}, the year to {}: each quarter stops at its own closing day."
    ),
}


def print_parts(console: Console, parts: Parts, currency: str, sides: tuple[Unit, Unit]) -> None:
    """That the shorter periods do not add up to the figure, with both amounts."""
    said = (_sides(each, currency, sides) for each in (parts.sums, parts.whole))
    console.print("  " + escape(PARTS[parts.grain].format(*said)))


def print_origin(console: Console, figure: Figure) -> None:
    """The hashes and dates that say which question was answered from which data."""
    as_of = ", ".join(f"{name} {at:%Y-%m-%d %H:%M}" for name, at in figure.data_as_of.items())
    console.print(f"  [dim]build {figure.build}, data as of {escape(as_of) or 'nothing'}[/dim]")
    for name, found in (
        ("definition", figure.definition_hash),
        ("query", figure.query_hash),
        ("rows", figure.rows_hash),
    ):
        if found:
            console.print(f"  [dim]{name:<10} {found}[/dim]")


def held(figure: Figure) -> str:
    """By what its definition is in force, if it is."""
    if not figure.agreed:
        return "not yet agreed"
    if figure.by_ruling:
        return f"v{figure.agreed_version} by a ruling of the CEO"
    return f"agreed v{figure.agreed_version}"


def side_shown(value: Fraction | int | None, unit: Unit, currency: str) -> str:
    """One side of a figure's rows: `$12,400.00`, `98`, `6,174 days`."""
    return value_shown(None if value is None else Fraction(value), unit, currency)


def _parts(figure: Figure, currency: str, sides: tuple[Unit, Unit]) -> str:
    records = f"{figure.records:,} record" + ("" if figure.records == 1 else "s")
    if figure.factors:
        return f"{_product(figure.factors, currency)}, of {records}"
    # A median is no ratio of two sums.
    if figure.unit is Unit.DAYS:
        return f"of {records}"
    return f"{_sides(figure, currency, sides)}, {records}"


def _sides(figure: Figure, currency: str, sides: tuple[Unit, Unit]) -> str:
    numerator = side_shown(figure.numerator, sides[0], currency)
    denominator = side_shown(figure.denominator, sides[1], currency)
    if sides == (Unit.DAYS, Unit.COUNT):
        return f"{numerator} over {denominator} records"
    return f"{numerator} of {denominator}"


def _product(factors: Sequence[Factor], currency: str) -> str:
    said = ""
    for factor in factors:
        said += (" ÷ " if factor.divides else " × ") if said else ""
        said += value_shown(factor.value, factor.unit, currency)
    return said


def _companion(companion: Companion, currency: str) -> str:
    says = f" ({companion.says})" if companion.says else ""
    return f"{companion.label}: {value_shown(companion.value, companion.unit, currency)}{says}"


def _segments(segments: Sequence[Figure], currency: str) -> Table:
    rows: Iterable[Sequence[str]] = (
        (
            ", ".join(written_value(value) for value in segment.scope.values()),
            value_shown(segment.value, segment.unit, currency),
            f"{segment.records:,}",
            STATUS[segment.status],
            segment.reason if segment.value is None else "",
        )
        for segment in segments
    )
    return table(("  segment", "value", "records", "status", ""), rows, right=[1, 2])


def figure_table(figures: Sequence[Figure], titles: Mapping[str, str], currency: str) -> Table:
    """Several metrics side by side, each with its status and the hash of its rows."""
    rows = (
        (
            titles.get(figure.metric, figure.metric),
            figure.period.key,
            value_shown(figure.value, figure.unit, currency),
            f"{figure.records:,}",
            f"{STATUS[figure.status]}, {held(figure)}",
            figure.definition_hash[:12],
            figure.rows_hash[:12],
        )
        for figure in figures
    )
    headings = ("metric", "period", "value", "records", "status", "definition", "rows")
    return table(headings, rows, right=[2, 3])


def print_reasons(console: Console, figures: Sequence[Figure], titles: Mapping[str, str]) -> None:
    """Why a figure has no value, or may still change; each reason once."""
    for figure in figures:
        if figure.reason:
            title = titles.get(figure.metric, figure.metric)
            console.print(f"  {escape(title)}: {escape(figure.reason)}")
