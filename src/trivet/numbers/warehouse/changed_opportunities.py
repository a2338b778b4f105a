"""Change only the opportunities that a new export names, and their histories.

What is known of an opportunity, and since when, depends on its own rows in the exports alone. So
the same files of SQL are run on the rows of the opportunities that are affected.
"""

# ruff: noqa: S608 - names come from this file.

from __future__ import annotations

from collections.abc import Mapping

from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.earlier import EARLIER
from trivet.numbers.warehouse.latest import pick_latest
from trivet.numbers.warehouse.sql_files import SqlFile, run_statement
from trivet.numbers.warehouse.tables import BY_NAME

MOST = 0.02
"""Share of the opportunities above which their tables are made whole."""

ALWAYS_CHANGED = 500
"""As many are never too many."""

MAY_CHANGE = {
    "opportunity": frozenset({"latest.opportunity"}),
    "opportunity_history": frozenset({"staged.opportunity", "opportunity"}),
    "opportunity_stage_history": frozenset({"staged.opportunity", "opportunity"}),
}
"""By file: what may change without a reason to make its table whole. When a source's recorded
history was exported last matters to each of its opportunities, so that is not among them."""

READ_IN_PART = {
    "opportunity": {"latest.opportunity as": "part.newest as"},
    "opportunity_history": {
        "staged.opportunity as": "part.version as",
        "main.opportunity as": "part.kept as",
        "main.opportunity_field_history as": "part.kept_field_history as",
    },
    "opportunity_stage_history": {
        "staged.opportunity as": "part.version as",
        "latest.opportunity_stage_history as": "part.newest as",
        "main.opportunity as": "part.kept as",
        "main.opportunity_field_history as": "part.kept_field_history as",
    },
}
"""By file: what stands in for the tables that are read, in its own words."""


def change_opportunities(changes: Changes, file: SqlFile, parameters: Mapping[str, object]) -> bool:
    """Change the rows of the affected opportunities in `main.<file>`.

    False if too many are affected, or if more than opportunities has changed.
    """
    name = file.name
    others = file.reads - MAY_CHANGE[name]
    if "opportunity" in changes.gone or any(map(changes.is_changed, others)):
        return False
    connection = changes.connection
    _list_affected(changes, with_histories=name != "opportunity")
    [(affected, known)] = connection.execute(
        "select (select count(*) from part.opportunity_id),"
        " (select count(*) from build.main.opportunity)"
    ).fetchall()
    if affected > MOST * known + ALWAYS_CHANGED:
        return False
    changes.provide(others - {"latest.opportunity_stage_history"})
    chosen = "opportunity_id in (select id from part.opportunity_id)"
    for part, table in (
        ("version", "staged.opportunity"),
        ("kept", "build.main.opportunity"),
        ("kept_field_history", "build.main.opportunity_field_history"),
    ):
        connection.execute(
            f"create or replace table scratch.part.{part} as select * from {table} where {chosen}"
        )
    if name == "opportunity":
        pick_latest(connection, BY_NAME[name], versions="part.version", called="part.newest")
    elif name == "opportunity_stage_history":
        connection.execute(
            "create or replace table scratch.part.stage_version as"
            f" select * from staged.opportunity_stage_history where {chosen}"
        )
        pick_latest(connection, BY_NAME[name], versions="part.stage_version", called="part.newest")
    [statement] = file.statements
    target = f"create or replace table main.{name} as"
    words = {target: "create or replace table scratch.part.made as", **READ_IN_PART[name]}
    for word, instead in words.items():
        assert word in statement
        statement = statement.replace(word, instead)
    run_statement(connection, statement, parameters)
    connection.execute(f"delete from build.main.{name} where {chosen}")
    connection.execute(f"insert into build.main.{name} by name select * from part.made")
    changes.forget(name)
    return True


def _list_affected(changes: Changes, *, with_histories: bool) -> None:
    """`part.opportunity_id`: every id, the source's own and ours, of what may come out otherwise.

    with_histories   also those that the table of opportunities has otherwise than before
    """
    connection = changes.connection
    files = connection.execute(
        "select unnest(files) from staged.load where table_name = 'opportunity'"
        " and list_contains($new, load_id)",
        {"new": changes.new.get("opportunity", [])},
    ).fetchall()
    connection.execute("create or replace table scratch.part.named (id varchar)")
    if files:
        connection.execute(
            "insert into part.named select distinct opportunity_id from read_parquet($files)",
            {"files": [path for (path,) in files]},
        )
    if with_histories:
        now, before = "build.main.opportunity", f"{EARLIER}.main.opportunity"
        connection.execute(
            f"""
            insert into part.named
            select opportunity_id
            from ((from {now} except from {before}) union all (from {before} except from {now}))
            """
        )
    changes.provide(["identity.renamed"])
    connection.execute(
        """
        create or replace table scratch.part.opportunity_id as
        with renamed as (
            select source_id, resolved_id
            from identity.renamed
            where kind = 'opportunity'
        ),

        own as (
            select id from part.named
            union
            select renamed.source_id
            from renamed
            join part.named as named on named.id = renamed.resolved_id
        )

        select id from own
        union
        select renamed.resolved_id
        from renamed
        join own on own.id = renamed.source_id
        """
    )
