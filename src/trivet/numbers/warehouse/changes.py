"""What is another than in the earlier build, and what therefore has to be made again.

A step of SQL says itself what it reads. It is left out when nothing it reads has changed, and
when it has run and its table came out the same, what reads that table is left out too. Without
an earlier build everything has changed.
"""

# ruff: noqa: S608 - names come from the files of SQL.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.earlier import EARLIER, has_earlier
from trivet.numbers.warehouse.sql_files import SqlFile, run_statement, sql_folder
from trivet.numbers.warehouse.tables import TABLES

Partly = Callable[["Changes", SqlFile, Mapping[str, object]], bool]
"""Changes only the rows of a file's table that are affected; False if it has to be made whole."""

Maker = Callable[[DuckDBPyConnection], None]

_AS_THE_SETTINGS_SAY = ("setting.company", "setting.stage", "setting.source")
_AS_EARLIER = ("numbered.account", "numbered.contact", "numbered.opportunity")
_IN_KEPT = {
    "setting.currency": "currency",
    "setting.unpriced_currency": "unpriced_currency",
    "identity.renamed": "renamed",
}
_FROM_RECORDS = ("latest.account", "latest.contact")


class Changes:
    """Which tables have changed, found out as the build goes on.

    earlier    False if there is no earlier build, so that everything has changed
    new        loads that the earlier build did not have, by table
    gone       loads that only the earlier build had, by table
    whole      tables that were made whole in this build
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection
        self.earlier = has_earlier(connection)
        self.new: dict[str, list[str]] = {}
        self.gone: dict[str, list[str]] = {}
        self.whole: set[str] = set()
        self._known: dict[str, bool] = {}
        self._partly: set[str] = set()
        self._makers: dict[str, Maker] = {}
        if self.earlier:
            self._compare_loads()

    def _compare_loads(self) -> None:
        listed = "select source, table_name, load_id, made from"
        before, now = f"{listed} {EARLIER}.kept.load", f"{listed} staged.load"
        for found, query in (
            (self.new, f"{now} except {before}"),
            (self.gone, f"{before} except {now}"),
        ):
            for _, table, load_id, _ in self.connection.execute(query).fetchall():
                found.setdefault(table, []).append(load_id)
        for table in TABLES:
            changed = table.name in self.new or table.name in self.gone
            self._known[f"latest.{table.name}"] = changed
        any_changed = bool(self.new or self.gone)
        of_loads = ("setting.feed", "setting.record_count", "staged.noticed")
        self._known |= dict.fromkeys(of_loads, any_changed)
        self._known |= dict.fromkeys((*_AS_THE_SETTINGS_SAY, *_AS_EARLIER), False)
        told = {
            name
            for (name,) in self.connection.execute(
                "select distinct table_name from staged.custom_value"
            ).fetchall()
        }
        # What a load said that is gone may not be said by any other.
        told |= self.gone.keys() & {"account", "contact", "opportunity"}
        self._known["staged.custom_value"] = any(self._known[f"latest.{name}"] for name in told)
        # It is filled afresh from every load, so what adds to it has to do so again.
        self._known["quarantine"] = True

    def is_changed(self, name: str) -> bool:
        """True if a table may differ from the earlier build's."""
        if not self.earlier:
            return True
        if name not in self._known:
            self._known[name] = self._find_out(name)
        return self._known[name]

    def _find_out(self, name: str) -> bool:
        if name in _IN_KEPT:
            self.provide([name])
            return self._differ(name, f"{EARLIER}.kept.{_IN_KEPT[name]}")
        if name in ("identity.named", "identity.account_named", "identity.contact_named"):
            return self.is_changed("identity_link")
        if name.startswith("staged."):
            return self.is_changed(name.replace("staged.", "latest."))
        if name.startswith("identity."):
            return any(map(self.is_changed, _FROM_RECORDS))
        return self.differs(name)

    def differs(self, name: str) -> bool:
        """Compare a table of the build with the earlier one's, row by row in any order."""
        return self._differ(f"build.main.{name}", f"{EARLIER}.main.{name}")

    def _differ(self, now: str, before: str) -> bool:
        there = self.connection.execute(
            "select 1 from duckdb_tables()"
            " where concat_ws('.', database_name, schema_name, table_name) = $name",
            {"name": before},
        ).fetchone()
        if not there:
            return True
        marks = [
            self.connection.execute(
                "select count(*), sum(hash(each)::hugeint), bit_xor(hash(each, 7)) from"
                f" (select * from {table}) as each"
            ).fetchone()
            for table in (now, before)
        ]
        return marks[0] != marks[1]

    def set_changed(self, name: str, changed: bool) -> None:
        """Say what is known of a table that no file of SQL makes."""
        self._known[name] = changed

    def forget(self, name: str) -> None:
        """Have a table that was written to compared when somebody asks."""
        self._known.pop(name, None)

    def changed_partly(self, name: str, changed: bool) -> None:
        """Say that only some rows of a table were looked at, and whether any is another."""
        self._known[name] = changed
        self._partly.add(name)

    def was_changed_partly(self, name: str) -> bool:
        """True if what is another in the table is known row by row."""
        return name in self._partly

    def made_by(self, names: Iterable[str], maker: Maker) -> None:
        """Who makes tables that are only made when something reads them."""
        self._makers |= dict.fromkeys(names, maker)

    def provide(self, names: Iterable[str]) -> None:
        """Have those of the tables made that nobody has needed yet."""
        for name in sorted(names):
            maker = self._makers.pop(name, None)
            if maker is not None:
                maker(self.connection)

    def run_folder(
        self,
        folder: Path,
        parameters: Mapping[str, object] | None = None,
        partly: Mapping[str, Partly] | None = None,
    ) -> None:
        """Run the files of a folder that have to run, in dependency order.

        parameters   values for the `$name`s; each statement is given those it names
        partly       by file: what may change only the rows that are affected
        """
        for file in sql_folder(folder):
            self.run(file, parameters or {}, (partly or {}).get(file.name))

    def run(
        self, file: SqlFile, parameters: Mapping[str, object], partly: Partly | None = None
    ) -> None:
        """Run one file if anything it reads or adds to has changed."""
        # What is made in the scratch catalog was not carried over with the build.
        carried_over = self.earlier and not any("." in table for table in file.creates)
        if carried_over and not any(map(self.is_changed, file.reads | file.adds_to)):
            self._known |= dict.fromkeys(file.creates, False)
            return
        if self.earlier and partly is not None and partly(self, file, parameters):
            return
        self.provide(file.reads)
        self.whole |= file.creates
        for statement in file.statements:
            run_statement(self.connection, statement, parameters)
        for table in file.creates:
            self._known.pop(table, None)
