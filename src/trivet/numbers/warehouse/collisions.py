"""Ids that two exports of one instant give to different records: one row counts, the other is told.

A later export is a newer version of a record. Of two that were made at the same time neither is: an
object that was split into two files has each record once. So the same id with other content means
two records with one number, and leaving one out in silence would be a wrong number.
"""

# ruff: noqa: S608 - names are quoted or come from tables.TABLES, values are parameters.

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.earlier import EARLIER
from trivet.numbers.warehouse.latest import NEWEST_FIRST
from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.problem import ID_COLLISION
from trivet.numbers.warehouse.tables import BY_NAME, TABLES, Table

KEPT = "collision"


@dataclass(frozen=True, slots=True)
class _Together:
    """Loads of one table and source that speak of the same second."""

    table: Table
    loads: tuple[str, ...]
    files: tuple[str, ...]


def quarantine_collisions(connection: DuckDBPyConnection, changes: Changes) -> None:
    """Add a row to `main.quarantine` for each row that gives its place to one of the same id.

    Reads    staged.load, staged.feed, and the staged rows of loads of one instant
    """
    for found in _together(connection):
        name = found.table.name
        touched = {*changes.new.get(name, []), *changes.gone.get(name, [])}
        if changes.earlier and not touched & set(found.loads) and name not in changes.gone:
            connection.execute(
                f"insert into main.quarantine select * from {EARLIER}.kept.{KEPT}"
                " where table_name = $name and list_contains($loads, load_id)",
                {"name": name, "loads": list(found.loads)},
            )
        else:
            _tell(connection, found)


def _together(connection: DuckDBPyConnection) -> list[_Together]:
    """Exports that say no day follow each other within the second of the run that landed them."""
    rows = connection.execute(
        """
        select
            load.table_name,
            list(distinct load.load_id order by load.load_id),
            list_sort(list_distinct(flatten(list(load.files))))
        from staged.load as load
        join (
            select distinct source, table_name, load_id, date_trunc('second', exported_at) as at
            from staged.feed
        ) as feed
            on feed.source = load.source
            and feed.table_name = load.table_name
            and feed.load_id = load.load_id
        group by load.source, load.table_name, feed.at
        having count(distinct load.load_id) > 1
        order by load.table_name, min(load.load_id)
        """
    ).fetchall()
    with_ids = {table.name for table in TABLES if table.own_id}
    return [
        _Together(BY_NAME[name], tuple(loads), tuple(files))
        for name, loads, files in rows
        if name in with_ids
    ]


def _tell(connection: DuckDBPyConnection, found: _Together) -> None:
    table = found.table
    own_id = table.own_id
    assert own_id is not None
    key, content = quoted(own_id), ", ".join(quoted(column.stored_as) for column in table.columns)
    newest = ", ".join(f"{name} desc" for name in NEWEST_FIRST)
    files = list(found.files)
    # Staging lets an id through once a load. Ten million touches rarely share one, and reading
    # all of each to find that out takes longer than the rest of a build.
    repeated = f"select hash(source, {key}) as hashed from read_parquet($files) group by hashed"
    if not connection.execute(
        f"{repeated} having count(*) > 1 limit 1", {"files": files}
    ).fetchall():
        return
    connection.execute(
        f"""
        insert into main.quarantine (
            source, table_name, file, file_row, column_name, value, rule, says, load_id
        )
        with several as (
            select source, {key}
            from read_parquet($files)
            where hash(source, {key}) in ({repeated} having count(*) > 1)
            group by source, {key}
            having count(distinct load_id) > 1 and count(distinct hash({content})) > 1
        ),

        placed as (
            select
                each.source,
                each.file,
                each.file_row,
                each.load_id,
                each.{key} as id,
                row_number() over (partition by each.source, each.{key} order by {newest}) as place,
                first_value(each.file) over (
                    partition by each.source, each.{key} order by {newest}
                ) as counted_file
            from read_parquet($files) as each
            join several on several.source = each.source and several.{key} = each.{key}
        )

        select
            source,
            $table_name,
            file,
            file_row,
            $column,
            id,
            $rule,
            replace(replace($says, '{{value}}', id), '{{file}}', counted_file),
            load_id
        from placed
        where place > 1
        order by load_id, file_row
        """,
        {
            "files": files,
            "table_name": table.name,
            "column": own_id,
            "rule": ID_COLLISION,
            "says": f"The {table.name} '{{value}}' is also in {{file}}, exported at the same time,"
            " and says something else there; that one counts. If they are different records, give"
            " the feed of one a `scope`; if they are one, export it once.",
        },
    )
