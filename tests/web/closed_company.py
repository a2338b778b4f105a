"""The company of the worked example behind the pages: its books closed, then counted again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.test import Client

from tests.agreements.books.small_books import SmallBooks
from tests.company import Company
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.in_force import InForce
from trivet.numbers.shared_metrics.registry import drafts
from trivet.numbers.workspace.workspace import Workspace
from trivet.web import closed, published


class Shown:
    """A workspace whose pages show one state of a company after another."""

    def __init__(self, folder: Path, settings: object) -> None:
        settings.WORKSPACE = str(folder)  # type: ignore[attr-defined]
        self.folder = folder
        self.books = SmallBooks(folder)
        closed.forget()

    def show(self, company: Company, **options: dict[str, object]) -> RevenueModel:
        """Let the pages show the company as it is, every definition signed.

        options   by metric, those that another version of its definition was signed with
        """
        company.measurement.build = company.measurement.build or "by-hand"
        engine = company.measurement.engine
        definitions = {
            metric: replace(
                definition.with_options(**options[metric]) if metric in options else definition,
                agreed_version=2 if metric in options else 1,
            )
            for metric, definition in drafts().items()
        }
        in_force = InForce(definitions, "f" * 64)
        connection = engine._connection
        # No figure was kept when this build was made: pages ask the rows.
        connection.execute("create table if not exists main.figure (metric varchar)")
        connection.execute(
            "create table if not exists main.quarantine (source varchar, table_name varchar,"
            " rule varchar, says varchar)"
        )
        model = RevenueModel(
            engine, company.settings, company.measurement.build, Workspace(self.folder), in_force
        )
        published.use(published.PublishedBuilds(self.folder, lambda _, build: model))
        return model


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:3000]
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode("utf-8-sig")
