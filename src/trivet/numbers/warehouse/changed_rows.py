"""Change only the rows of a large table that new loads and new identities affect.

This is for tables whose every row comes from one record and what its ids mean, and whose key no
meaning changes: touchpoints and activities. The file of SQL that makes the whole table makes the
affected rows too, from the affected records; they take the place of those that were there.
"""

# ruff: noqa: S608 - names come from tables.TABLES and from this file.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.earlier import EARLIER
from trivet.numbers.warehouse.latest import pick_latest
from trivet.numbers.warehouse.sql_files import SqlFile, run_statement
from trivet.numbers.warehouse.tables import BY_NAME

MOST = 0.02
"""Share of a table's records above which the whole table is made again."""

ALWAYS_CHANGED = 1000
"""As many records are never too many: a small table is made whole in no time either way."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table that says what an id of the record means.

    column     the column of the canonical table that holds what the id means
    affected   SQL: the ids, as the earlier build has them in `column`, that now mean another
    """

    table: str
    column: str
    affected: str


def _linked(kind: str) -> str:
    """What changed in identity_link: the id itself stood there if nothing was known of it."""
    now = (
        f"select source, source_id, resolved_id from build.main.identity_link where kind = '{kind}'"
    )
    before = now.replace("build.", f"{EARLIER}.")
    return (
        f"with moved as (({now} except {before}) union all ({before} except {now})),"
        " moved_id as (select distinct source_id from moved)"
        # A bare number stands for a scoped id that no other has (named.sql).
        " select source_id as id from moved_id"
        " union select substr(source_id, instr(source_id, ':') + 1) from moved_id"
        " union select before.resolved_id"
        f" from ({before}) as before join moved_id using (source_id)"
    )


def _renamed(kind: str) -> str:
    now = f"select source, source_id, resolved_id from identity.renamed where kind = '{kind}'"
    before = now.replace("identity.", f"{EARLIER}.kept.")
    return (
        f"with moved as (({now} except {before}) union all ({before} except {now}))"
        " select source_id as id from moved union select resolved_id from moved"
    )


_CAMPAIGN = "select campaign_id as id, function, type from {}.main.crm_campaign"
_CAMPAIGNS_CHANGED = (
    "select id from (({now} except {before}) union all ({before} except {now}))".format(
        now=_CAMPAIGN.format("build"), before=_CAMPAIGN.format(EARLIER)
    )
)


@dataclass(frozen=True, slots=True)
class RowByRow:
    """A canonical table, each of whose rows comes from one record of `latest.<table>`.

    lookups   what else its file reads, and which rows a change of that affects
    besides   tables that its file makes further rows of, whatever the records are; and SQL
              that is true for all of these rows (and for as few others as can be)
    """

    lookups: tuple[Lookup, ...]
    besides: tuple[str, ...] = ()
    is_besides: str = "false"


_OF_ACCOUNT = Lookup("identity.account_named", "account_id", _linked("account"))
_OF_CONTACT = Lookup("identity.contact_named", "contact_id", _linked("contact"))

ROW_BY_ROW = {
    "touchpoint": RowByRow(
        (
            _OF_CONTACT,
            Lookup("identity.renamed", "campaign_id", _renamed("campaign")),
            Lookup("crm_campaign", "campaign_id", _CAMPAIGNS_CHANGED),
        ),
        besides=("campaign_membership", "crm_campaign"),
        is_besides="starts_with(touchpoint_id, 'membership:')",
    ),
    "sales_activity": RowByRow(
        (
            _OF_CONTACT,
            _OF_ACCOUNT,
            Lookup("identity.renamed", "opportunity_id", _renamed("opportunity")),
            Lookup("identity.renamed", "user_id", _renamed("user")),
        )
    ),
}


def change_rows(changes: Changes, file: SqlFile, parameters: Mapping[str, object]) -> bool:
    """Change the affected rows of `main.<file>`, leaving them in `part` as well.

    Writes   part.<table>_gone and part.<table>_came: rows that were there and are not any more,
             and the rows that took their place or are new
    False if so many records are affected that the table is better made whole.
    """
    name = file.name
    how = ROW_BY_ROW[name]
    known = {lookup.table for lookup in how.lookups} | {*how.besides, f"latest.{name}"}
    if any(changes.is_changed(table) for table in file.reads - known):
        return False
    connection = changes.connection
    key = ", ".join(("source", *_stored_key(name)))
    _list_affected(changes, name, how, key)
    [(affected, records)] = connection.execute(
        f"select (select count(*) from part.affected), (select count(*) from build.main.{name})"
    ).fetchall()
    if affected > MOST * records + ALWAYS_CHANGED:
        return False
    changes.provide(file.reads - {f"latest.{name}"})
    matches = _matches(key)
    connection.execute(
        f"create or replace table scratch.part.version as select each.* from staged.{name} as each"
        f" semi join part.affected as affected on {matches}"
    )
    pick_latest(connection, BY_NAME[name], versions="part.version", called="part.newest")
    [statement] = file.statements
    for word, instead in {
        f"create or replace table main.{name} as": f"create table scratch.part.{name}_made as",
        f"latest.{name} as": "part.newest as",
    }.items():
        assert statement.count(word) == 1
        statement = statement.replace(word, instead)
    connection.execute(f"drop table if exists part.{name}_made")
    run_statement(connection, statement, parameters)
    if any(changes.is_changed(table) for table in how.besides):
        connection.execute(
            f"insert into part.affected select {key} from part.{name}_made"
            f" union select {key} from build.main.{name} where {how.is_besides}"
        )
    _replace(changes, name, key)
    [(gone, came)] = connection.execute(
        f"select (select count(*) from part.{name}_gone), (select count(*) from part.{name}_came)"
    ).fetchall()
    changes.changed_partly(name, bool(gone or came))
    return True


def _stored_key(name: str) -> tuple[str, ...]:
    table = BY_NAME[name]
    return tuple(f'"{table.column(column).stored_as}"' for column in table.key)


def _matches(key: str) -> str:
    return " and ".join(
        f"affected.{column} is not distinct from each.{column}" for column in key.split(", ")
    )


def _list_affected(changes: Changes, name: str, how: RowByRow, key: str) -> None:
    """`part.affected`: source and key of every record that may come out otherwise."""
    connection = changes.connection
    connection.execute(
        "create or replace table scratch.part.affected as"
        f" select {key} from staged.{name} where false"
    )
    new, gone = changes.new.get(name, []), changes.gone.get(name, [])
    files = connection.execute(
        "select unnest(files) from staged.load where table_name = $name"
        " and list_contains($new, load_id)",
        {"name": name, "new": new},
    ).fetchall()
    if files:
        connection.execute(
            f"insert into part.affected select distinct {key} from read_parquet($files)",
            {"files": [path for (path,) in files]},
        )
    if gone:
        # A record that another load told last is the same without the load that is gone.
        connection.execute(
            f"insert into part.affected select {key} from build.main.{name}"
            " where list_contains($gone, load_id)",
            {"gone": gone},
        )
    for lookup in how.lookups:
        if not changes.is_changed(lookup.table):
            continue
        changes.provide([lookup.table])
        connection.execute(
            f"insert into part.affected select {key} from build.main.{name}"
            f" where {lookup.column} in (select id from ({lookup.affected}))"
        )
    connection.execute(
        f"create or replace table scratch.part.affected as select distinct {key} from part.affected"
    )


def _replace(changes: Changes, name: str, key: str) -> None:
    """Take out the rows that are not as in `part.<name>`, and put those in."""
    connection = changes.connection
    matches = _matches(key)

    def affected(table: str, which: str = "part.affected") -> str:
        return (
            f"select each.* from {table} as each"
            f" semi join (select distinct {key} from {which}) as affected on {matches}"
        )

    connection.execute(
        f"create or replace table scratch.part.there as {affected(f'build.main.{name}')}"
    )
    connection.execute(
        f"create or replace table scratch.part.made as {affected(f'part.{name}_made')}"
    )
    connection.execute(
        "create or replace table scratch.part.another as"
        f" select distinct {key} from ("
        "(select * from part.there except all select * from part.made)"
        " union all (select * from part.made except all select * from part.there))"
    )
    for rows, kept in (("there", "gone"), ("made", "came")):
        connection.execute(
            f"create or replace table scratch.part.{name}_{kept} as"
            f" {affected(f'part.{rows}', 'part.another')}"
        )
    connection.execute(
        f"delete from build.main.{name} as each using part.another as affected where {matches}"
    )
    connection.execute(f"insert into build.main.{name} by name select * from part.{name}_came")
