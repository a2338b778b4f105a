"""`trivet books`: the closed periods, and how far today's figures are from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trivet.cli.figure_shown import side_shown
from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, table
from trivet.errors import BookDamaged
from trivet.numbers.shared_metrics.figure import Unit, decimal_text

if TYPE_CHECKING:
    from trivet.agreements.books.queries import Line


@click.command("books")
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def command(folder: Path, as_json: bool) -> None:
    """List the closed periods, each with its frozen figure and the sums of its ledger.

    Sums are over the rows: the frozen ones plus the ledger's are what would be counted today.
    """
    from trivet.jobs.books import closed_books
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    lines = closed_books(workspace)
    if as_json:
        click.echo(json.dumps([_as_json(line) for line in lines], ensure_ascii=False, indent=2))
        return
    console = answers()
    if not lines:
        console.print("No book has been closed yet.")
        return
    rows = [
        (
            line.book.period_key,
            line.book.metric,
            str(line.book.closes_on),
            str(line.edition.number),
            _short(decimal_text(line.edition.figure.value)),
            f"{line.restatements:,}",
            *_moved(line, workspace.settings.company.currency),
        )
        for line in lines
    ]
    headings = (
        "period", "metric", "closed on", "edition", "frozen", "restated", "numerator",
        "denominator",
    )  # fmt: skip
    console.print(table(headings, rows, right=[3, 4, 5, 6, 7]))


def _moved(line: Line, currency: str) -> tuple[str, str]:
    """What the ledger adds to either side, in its unit; nothing where it is empty."""
    if not line.restatements:
        return "", ""
    moved = (line.restated_numerator, line.restated_denominator)
    said = [
        f"{'-' if value < 0 else '+'}{side_shown(abs(value), unit, currency)}"
        for value, unit in zip(moved, _sides(line), strict=True)
    ]
    return said[0], said[1]


def _sides(line: Line) -> tuple[Unit, Unit]:
    """What the sides of a book's rows are; counts where this version cannot read its definition."""
    from trivet.numbers.shared_metrics.registry import metric_named

    try:
        definition = line.edition.definition()
    except BookDamaged:
        return Unit.COUNT, Unit.COUNT
    return metric_named(definition.id).sides(definition)


def _short(text: str | None) -> str:
    return "no value" if text is None else text[:12]


def _as_json(line: Line) -> dict[str, object]:
    figure = line.edition.figure
    return {
        "metric": line.book.metric,
        "period": {
            "key": line.book.period_key,
            "start": line.book.starts_on.isoformat(),
            "end": line.book.ends_on.isoformat(),
        },
        "closed_on": line.book.closes_on.isoformat(),
        "edition": line.edition.number,
        "value": decimal_text(figure.value),
        "numerator": decimal_text(figure.numerator),
        "denominator": decimal_text(figure.denominator),
        "records": figure.records,
        "definition_hash": figure.definition_hash,
        "rows_hash": figure.rows_hash,
        "build": figure.build,
        "restatements": line.restatements,
        "restated_numerator": line.restated_numerator,
        "restated_denominator": line.restated_denominator,
        "units": dict(zip(("numerator", "denominator"), map(str, _sides(line)), strict=True)),
    }
