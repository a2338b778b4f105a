"""`trivet books`: the closed periods, and how far today's figures are from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, table
from trivet.numbers.shared_metrics.figure import decimal_text

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

    lines = closed_books(Workspace.open(folder))
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
            f"{line.restated_numerator:+,}" if line.restatements else "",
            f"{line.restated_denominator:+,}" if line.restatements else "",
        )
        for line in lines
    ]
    headings = (
        "period", "metric", "closed on", "edition", "frozen", "restated", "numerator",
        "denominator",
    )  # fmt: skip
    console.print(table(headings, rows, right=[3, 4, 5, 6, 7]))


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
    }
