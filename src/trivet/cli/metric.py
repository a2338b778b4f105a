"""`trivet metric`: one metric, as text, as JSON, or with its rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, words
from trivet.numbers.shared_metrics.scope.value import read_value

NOT_COMPUTABLE = 3


def _where(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not (name and equals):
            raise click.BadParameter(f"{pair!r} is not DIMENSION=VALUE, such as region=EMEA")
        if name in found:
            raise click.BadParameter(f"{name} is narrowed twice; a record has one value of it")
        found[name] = read_value(text)
    return found


def _day(_: click.Context, __: click.Parameter, given: datetime | None) -> date | None:
    return given.date() if given else None


@click.command("metric")
@click.argument("metric_id", metavar="ID")
@folder_argument
@click.option("--period", required=True, help="2026, 2026-Q1, 2026-03, 2026-W14 or START..END.")
@click.option("--by", metavar="DIMENSION", help="A figure for each value of a dimension too.")
@click.option(
    "--where",
    multiple=True,
    callback=_where,
    metavar="DIMENSION=VALUE",
    help="Only these records; nothing after = for those that have no value.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="As known at the end of this day.",
)
@click.option(
    "--today", is_flag=True, help="As counted today, also where the period's book is closed."
)
@click.option(
    "--definition",
    "definition_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Count by the definition in this file instead of the one in force.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--rows",
    "rows_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows behind the figure, with their dimensions, to this CSV file.",
)
@click.pass_context
def command(
    context: click.Context,
    metric_id: str,
    folder: Path,
    period: str,
    by: str | None,
    where: dict[str, str],
    as_of: date | None,
    today: bool,
    definition_file: Path | None,
    as_json: bool,
    rows_file: Path | None,
) -> None:
    """Answer with the metric ID over a period.

    A period whose book is closed has its official figure, the frozen one, unless another way of
    counting is asked for.

    Exit status: 0 answered, 2 wrong use, 3 not computable.
    """
    from trivet.cli.figure_shown import print_figure, print_origin, print_parts
    from trivet.jobs.books import official
    from trivet.jobs.rows_file import write_rows
    from trivet.numbers.revenue_model import RevenueModel, added_up_otherwise, parts_of
    from trivet.numbers.shared_metrics.definition_file import read_definition
    from trivet.numbers.shared_metrics.figure import Status
    from trivet.numbers.shared_metrics.registry import drafts, metric_named
    from trivet.numbers.workspace.workspace import Workspace

    metric_named(metric_id)
    model = RevenueModel.open(folder)
    definition = read_definition(definition_file, drafts()) if definition_file else None
    asked = model.period(period)
    model.check_scope(where, metric_id, by)
    workspace = Workspace.open(folder)
    book = None if definition else official(workspace, metric_id, asked)
    if book and book.frozen.figure.definition_hash != model.definition(metric_id).hash:
        # A closed period is counted under its own book's definition, whichever way.
        definition = book.frozen.definition
    is_official = book is not None and not today and as_of is None
    if book and is_official:
        figure = book.frozen.part(where, by)
    else:
        figure = model.metric(
            metric_id, asked, by=by, where=where or None, as_of=as_of, definition=definition
        )
    counted = "official" if is_official else str(as_of or "today")
    used = definition or model.definition(metric_id)
    sides = metric_named(metric_id).sides(used)
    if as_json:
        shown = figure.as_json() | {
            "counted": counted,
            "units": {"numerator": str(sides[0]), "denominator": str(sides[1])},
        }
        if book and is_official:
            shown |= {"closed_on": str(book.closed_on), "edition": book.edition}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        currency = model.settings.company.currency
        console = answers()
        print_figure(console, figure, used.title, currency, sides)
        if book and is_official:
            console.print(
                f"  Closed on {book.closed_on}, edition {book.edition}; --today recounts."
            )
        shorter = parts_of(model.settings.calendar, asked)
        # Closed months stand at what was frozen, unless another way of counting is asked for.
        closed = [] if today or as_of or definition_file else shorter
        books = [kept for part in closed if (kept := official(workspace, metric_id, part))]
        found = [kept.frozen.part(where) for kept in books]
        still_open = [part for part in shorter if part not in [each.period for each in found]]
        found += model.series(
            metric_id, still_open, where=where, as_of=as_of, definition=definition
        )
        parts = added_up_otherwise(used, figure, found, as_of or model.as_of_on)
        if parts is not None:
            print_parts(console, parts, currency, sides)
        print_origin(console, figure)
    if rows_file:
        if book and is_official:
            rows = book.frozen.rows(where, dimensions=True)
        else:
            rows = model.rows(
                metric_id,
                asked,
                where=where or None,
                as_of=as_of,
                definition=definition,
                dimensions=[dimension.name for dimension in model.dimensions()],
            )
        written = write_rows(rows_file, model.named(rows))
        words().print(f"{written:,} rows written to {rows_file}.")
    if figure.status is Status.NOT_COMPUTABLE:
        context.exit(NOT_COMPUTABLE)
