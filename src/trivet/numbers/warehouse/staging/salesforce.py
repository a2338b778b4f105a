"""Whether a source's ids are Salesforce's, which come with 15 letters or with 18."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.landing import loads_of
from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.workspace.feed import Source
from trivet.numbers.workspace.workspace import Workspace

_PREFIXES = {
    "account": ("account_id", "001"),
    "opportunity": ("opportunity_id", "006"),
    "contact": ("contact_id", "003|00Q"),
    "crm_user": ("user_id", "005"),
    "crm_campaign": ("campaign_id", "701"),
}
"""Key column and first three letters of the ids: in Salesforce they name the object."""


def has_salesforce_ids(
    connection: DuckDBPyConnection, workspace: Workspace, source: Source
) -> bool:
    """True if every id of some table's records is a Salesforce id of that object."""
    for feed in source.feeds:
        column, prefix = _PREFIXES.get(feed.table, ("", ""))
        rule = feed.columns.get(column)
        if rule is None or rule.column is None:
            continue
        loads = [load for load in loads_of(workspace, source, feed) if rule.column in load.columns]
        if not loads:
            continue
        id_cell = f"read_cell({quoted(rule.column)})"
        found = connection.execute(
            f"select bool_and(regexp_full_match({id_cell}, $pattern))"
            f" from read_parquet($file) where {id_cell} is not null",
            {
                "file": str(loads[-1].rows_file),
                "pattern": f"({prefix})[A-Za-z0-9]{{12}}([A-Z0-5]{{3}})?",
            },
        ).fetchone()
        if found is not None and found[0]:
            return True
    return False
