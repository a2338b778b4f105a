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

    found: Mapping[str, Any] = RevenueModel.open(folder).data()
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
    _quarantine(console, found["quarantine"])
    _identity(console, found["identity"])
    _metrics(console, found["metrics"])


def _sources(console: Console, sources: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (
            str(source["source"]) if place == 0 else "",
            str(source["data_as_of"] or "")[:16].replace("T", " ") if place == 0 else "",
            str(fed["table"]),
            f"{fed['rows']:,}",
            f"{fed['quarantined']:,}",
            f"{fed['not_applicable']:,}",
        )
        for source in sources
        for place, fed in enumerate(source["tables"])
    ]
    headings = ("source", "data as of", "table", "records", "quarantined", "not applicable")
    console.print(table(headings, rows, right=[3, 4, 5]))


def _quarantine(console: Console, quarantine: Mapping[str, Any]) -> None:
    if not quarantine["rows"]:
        console.print("\nNo row is in the quarantine.")
        return
    console.print(f"\n[bold]Quarantine[/bold]: {quarantine['rows']:,} rows are in no figure.")
    rows = [
        (str(r["source"]), str(r["table"]), str(r["rule"]), f"{r['rows']:,}", str(r["says"]))
        for r in quarantine["by_rule"]
    ]
    console.print(table(("source", "table", "rule", "rows", "for example"), rows, right=[3]))


def _identity(console: Console, identity: Sequence[Mapping[str, Any]]) -> None:
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
    if rows:
        console.print("\n[bold]Joined with the other systems[/bold]")
        headings = ("kind", "source", "records", "linked", "unresolved", "ambiguous")
        console.print(table(headings, rows, right=[2, 3, 4, 5]))


def _metrics(console: Console, metrics: Sequence[Mapping[str, Any]]) -> None:
    console.print("\n[bold]Metrics[/bold]")
    rows = [
        (str(r["metric"]), "computable" if r["computable"] else str(r["reason"])) for r in metrics
    ]
    console.print(table(("metric", ""), rows))
