"""A company made by hand behind the pages, in place of the one held in memory."""

from __future__ import annotations

from pathlib import Path

from tests.company import Company
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.workspace import Workspace
from trivet.web.published import PublishedBuilds


def show(company: Company, builds: PublishedBuilds, folder: Path) -> RevenueModel:
    """Let the pages show the company; no figure was kept when its build was made."""
    connection = company.measurement.engine._connection
    connection.execute("create table if not exists main.figure (metric varchar)")
    connection.execute(
        "create table if not exists main.quarantine (source varchar, table_name varchar,"
        " rule varchar, says varchar)"
    )
    model = RevenueModel(company.measurement.engine, company.settings, "b", Workspace(folder))
    builds._open = lambda *_: model
    return model
