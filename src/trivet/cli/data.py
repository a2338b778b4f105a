"""`trivet data`: how fresh and how complete the data behind the figures is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, table


@click.command("data")
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(folder: Path, as_json: bool) -> None:
    """Show freshness, row counts, quarantine and unresolved identities, per source.

    And which metrics can be computed, with what the others lack.
    """
    from trivet.numbers.revenue_model import RevenueModel
    from trivet.numbers.revenue_model.freshness import stale, told

    model = RevenueModel.open(folder)
    found: Mapping[str, Any] = model.data()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    console = answers()
    console.print(
        f"Build [bold]{escape(found['build'])}[/bold], published {found['published_at']}."
    )
    if found.get("stale_reason"):
        console.print(f"[red]Not current:[/red] {escape(found['stale_reason'])}")
    console.print()
    _sources(console, found["sources"])
    today = model.today
    for late in told(stale(model.freshness, today), today):
        console.print(f"[yellow]Old data:[/yellow] {escape(late)}.")
    _quarantine(console, found["quarantine"])
    _noticed(console, found["noticed"])
    _references(console, found["references"])
    _known_from(console, found["known_from"])
    _close_dates(console, found["close_dates"])
    _identity(console, found["identity"], [str(s["source"]) for s in found["sources"]])
    _metrics(console, found["metrics"])


def _sources(console: Console, sources: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            str(source["source"]) if place == 0 else "",
            str(source["data_as_of"] or "")[:16].replace("T", " ") if place == 0 else "",
            str(fed["table"]),
            f"{fed['rows']:,}",
            f"{fed['derived']:,}" if fed["derived"] else "",
            f"{fed['quarantined']:,}",
            f"{fed['not_applicable']:,}",
        )
        for source in sources
        for place, fed in enumerate(source["tables"])
    ]
    headings = (
        "source", "data as of", "table", "records", "derived", "quarantined", "not applicable"
    )  # fmt: skip
    console.print(table(headings, rows, right=[3, 4, 5, 6]))
    if any(fed["derived"] for source in sources for fed in source["tables"]):
        console.print("Derived records are in no export: they were made from the other tables.")


def _quarantine(console: Console, quarantine: Mapping[str, Any]) -> None:
    if not quarantine["rows"]:
        console.print("\nNo row is in the quarantine.")
        return
    number = quarantine["rows"]
    are = (
        "1 row does not count as a record of the table it was"
        if number == 1
        else f"{number:,} rows do not count as records of the table they were"
    )
    console.print(f"\n[bold]Quarantine[/bold]: {are} read for.")
    console.print("Where a row feeds another table too, it counts there.")
    rows = [
        (str(r["source"]), str(r["table"]), str(r["rule"]), f"{r['rows']:,}", str(r["says"]))
        for r in quarantine["by_rule"]
    ]
    console.print(table(("source", "table", "rule", "rows", "for example"), rows, right=[3]))


def _noticed(console: Console, noticed: Sequence[Mapping[str, Any]]) -> None:
    if not noticed:
        return
    console.print("\n[bold]Read all the same[/bold]")
    rows = [(str(n["source"]), str(n["table"]), f"{n['says']}.") for n in noticed]
    console.print(table(("source", "table", "what was noticed"), rows))


def _references(console: Console, references: Sequence[Mapping[str, Any]]) -> None:
    lost = [found for found in references if found["remedy"]]
    if not lost:
        return
    console.print("\n[bold]References that lead nowhere[/bold]")
    for found in lost:
        number, says = (
            (found["unknown"], f"name {_a(found['refers_to'])} that is not loaded")
            if found["unknown"]
            else (found["empty"], f"name no {found['refers_to']}")
        )
        console.print(
            f"  {escape(found['table'])}: {number:,} of {found['rows']:,} {escape(says)}"
            f" [dim]({escape(found['column'])}, {escape(found['source'])})[/dim]"
        )
        console.print(f"    {escape(found['remedy'])}.")


def _known_from(console: Console, known: Sequence[Mapping[str, Any]]) -> None:
    if not known:
        return
    console.print("\n[bold]Known from[/bold]: a figure that reaches further back has no value.")
    rows = [
        (
            str(each["table"]),
            str(each["first_on"]),
            "history_from" if each["declared"] else "the month of the earliest record",
        )
        for each in known
    ]
    console.print(table(("records", "from", "by"), rows))


def _close_dates(console: Console, quarters: Sequence[Mapping[str, Any]]) -> None:
    if not quarters:
        return
    console.print("\n[bold]Close dates[/bold]: closings recorded in another quarter")
    rows = [
        (
            str(each["quarter"]),
            f"{each['closings']:,}",
            f"{each['elsewhere']:,}",
            ", ".join(f"{one['quarter']}: {one['closings']:,}" for one in each["recorded"][:3]),
        )
        for each in quarters
    ]
    console.print(
        table(("close date in", "closings", "recorded elsewhere", "in"), rows, right=[1, 2])
    )
    console.print("The pipeline base says which of the two counts (closed_on).")


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "ao" else f"a {noun}"


def _identity(
    console: Console, identity: Sequence[Mapping[str, Any]], sources: Sequence[str]
) -> None:
    rows = [
        (
            str(r["kind"]),
            str(r["source"]),
            f"{r['records']:,}",
            f"{r['linked']:,}",
            f"{r['unresolved']:,}",
            f"{r['ambiguous']:,}",
        )
        for r in identity
    ]
    if not rows:
        whose = (
            "One source only" if len(sources) == 1 else "Only one source knows accounts and people"
        )
        console.print(f"\n{whose}: nothing to join.")
    else:
        console.print("\n[bold]Joined with the other systems[/bold]")
        headings = ("kind", "source", "records", "linked", "unresolved", "ambiguous")
        console.print(table(headings, rows, right=[2, 3, 4, 5]))


def _metrics(console: Console, metrics: Sequence[Mapping[str, Any]]) -> None:
    console.print("\n[bold]Metrics[/bold]")
    rows = [
        (str(r["metric"]), "computable" if r["computable"] else str(r["reason"])) for r in metrics
    ]
    console.print(table(("metric", ""), rows))
