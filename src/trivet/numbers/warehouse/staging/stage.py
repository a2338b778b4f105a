"""All landed loads into the `staged` schema, feed by feed."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.errors import AuditFailed, ColumnMissing
from trivet.numbers.warehouse.landing import Load, column_missing, loads_of, refuse_ahead
from trivet.numbers.warehouse.mapping import check_mapping
from trivet.numbers.warehouse.staged_schema import create_staged, staged_columns
from trivet.numbers.warehouse.staging.custom_values import custom_columns, stage_custom_values
from trivet.numbers.warehouse.staging.duplicates import quarantine_duplicates
from trivet.numbers.warehouse.staging.feed_query import FeedQuery, feed_query
from trivet.numbers.warehouse.staging.grouping import undecided_columns
from trivet.numbers.warehouse.staging.noticed import (
    NEWEST,
    REPEATED,
    count_rounded,
    keep_one_row,
    note,
    rounded_columns,
    rounded_name,
)
from trivet.numbers.warehouse.staging.parameters import named_in, quoted
from trivet.numbers.warehouse.staging.problem import UNREADABLE_ROW
from trivet.numbers.warehouse.staging.salesforce import has_salesforce_ids
from trivet.numbers.warehouse.staging.staged_load import (
    StagedLoad,
    forget_others,
    list_loads,
    literal,
    show_rows,
)
from trivet.numbers.warehouse.staging.value import Context
from trivet.numbers.warehouse.tables import BY_NAME, TABLES, Table
from trivet.numbers.workspace.feed import Feed, Source
from trivet.numbers.workspace.part import nearest
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace

READERS = Path(__file__).parents[1] / "sql" / "staging" / "readers.sql"


def stage(
    connection: DuckDBPyConnection, workspace: Workspace, progress: Progress = silent
) -> None:
    """Fill `staged.<table>` for every canonical table, from every load of every feed.

    Also `staged.custom_value`, `staged.noticed`, `staged.feed` (one row a load and feed; its rows
    are those staged, in quarantine, not applicable and said again together) and `main.quarantine`
    (one row a bad row, with the first thing that is wrong with it). Landing is read, never written.

    Raises   SettingWrong   the mapping names a table or column that does not exist
             ColumnMissing  the newest load of a feed lacks a column that the mapping names
    """
    settings = workspace.settings
    check_mapping(settings)
    create_staged(connection)
    connection.execute(READERS.read_text("utf-8"))
    salesforce = {
        source.name: has_salesforce_ids(connection, workspace, source)
        for source in settings.sources
    }
    found = staged_loads(workspace, salesforce)
    for staged in found:
        if not staged.is_kept():
            load = staged.load
            progress(f"Staging {load.table} from {load.file}: {load.rows:,} rows")
            _stage_load(connection, staged)
        else:
            staged.tell(connection)
    list_loads(connection, found)
    for table in TABLES:
        files = [
            path for staged in found if staged.table == table.name for path in staged.row_files()
        ]
        if files:
            show_rows(connection, table.name, staged_columns(table), files)
    _check_dimensions(workspace)
    forget_others(workspace, found)


def staged_loads(workspace: Workspace, salesforce: Mapping[str, bool]) -> list[StagedLoad]:
    """Every load of today with the feeds that read it, in the order of the settings.

    salesforce   source -> whether its ids are Salesforce's
    """
    settings = workspace.settings
    crm_is_salesforce = any(salesforce[s.name] for s in settings.sources if s.system == "crm")
    read_by: dict[tuple[str, str], tuple[Source, Load, list[tuple[Feed, Context]]]] = {}
    for source in settings.sources:
        for feed in source.feeds:
            loads = loads_of(workspace, source, feed)
            _check_columns(loads, source, feed)
            for load in loads:
                refuse_ahead(load)
            context = Context(
                source.time_zone,
                settings.company.time_zone,
                feed.currency or settings.company.currency,
                settings.stages,
                salesforce[source.name],
                crm_is_salesforce,
            )
            for load in loads:
                which = (source.name, f"{feed.table}/{load.load_id}")
                read_by.setdefault(which, (source, load, []))[2].append((feed, context))
    return [
        StagedLoad(
            workspace, source, load, tuple(feeds), custom_columns(settings.dimensions, load.table)
        )
        for source, load, feeds in read_by.values()
    ]


def _stage_load(connection: DuckDBPyConnection, staged: StagedLoad) -> None:
    part = staged.unfinished()
    try:
        files = staged.row_files(part)
        for place, (feed, context) in enumerate(staged.feeds):
            earlier, rows = files[:place], files[place]
            _Staging(connection, staged, feed, context, rows, earlier).run()
        staged.keep(connection, part)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_columns(loads: list[Load], source: Source, feed: Feed) -> None:
    if not loads:
        return
    newest = loads[-1]
    if lacking := [name for name in feed.reads if name not in newest.columns]:
        raise column_missing(newest.file, lacking, newest.columns, source, feed)


def _check_dimensions(workspace: Workspace) -> None:
    """A declared dimension whose column no export has would be an empty promise."""
    settings = workspace.settings
    for name, dimension in settings.dimensions.items():
        if not dimension.custom:
            continue
        feeds = [(s, f) for s in settings.sources for f in s.feeds if f.table == dimension.table]
        loads = [load for source, feed in feeds for load in loads_of(workspace, source, feed)]
        columns = {column for load in loads for column in load.columns}
        if loads and dimension.column not in columns:
            near = nearest(dimension.column, sorted(columns))
            raise ColumnMissing(
                f"The dimension {name!r} is the column {dimension.column!r} of the exports of"
                f" {dimension.table}, and none has it"
                + (f"; did you mean {near!r}?" if near else "."),
                remedy="Correct [dimensions] in trivet.toml, or export the column.",
            )


@dataclass(frozen=True, slots=True)
class _Staging:
    """One load under one feed.

    rows      the Parquet file its good rows go to
    earlier   those of the feeds before, which read the same load
    """

    connection: DuckDBPyConnection
    staged: StagedLoad
    feed: Feed
    context: Context
    rows: Path
    earlier: Sequence[Path]

    @property
    def source(self) -> Source:
        return self.staged.source

    @property
    def load(self) -> Load:
        return self.staged.load

    @property
    def table(self) -> Table:
        return BY_NAME[self.feed.table]

    def run(self) -> None:
        """Stage the good rows, quarantine the others, count both."""
        exported_at = self.load.known_at(self.source.zone_of_days(self.context.company_zone))
        exported_at = exported_at.astimezone(UTC).replace(tzinfo=None)
        rows_file, present = str(self.load.rows_file), frozenset(self.load.columns)
        undecided = undecided_columns(
            self.connection, self.table, self.feed, self.context, rows_file, present
        )
        query = feed_query(
            self.table, self.feed, self.context, rows_file, present, exported_at, undecided
        )
        lineage = {
            "source": self.source.name,
            "file": self.load.file,
            "load_id": self.load.load_id,
            "exported_at": exported_at,
        }
        staged = self._write(query, lineage)
        applicable = self.load.rows
        if query.applicable is not None:
            applicable = self._count(query.applicable, query.parameters)
        quarantined = 0
        if staged < applicable:
            quarantined = self._quarantine(query, lineage)
        noticed: dict[tuple[str, str], int] = {}
        if self.feed.distinct is not None:
            noticed |= keep_one_row(self.connection, self.table, self.feed, self.rows, self.earlier)
        said_again = noticed.get((REPEATED, ""), 0)
        duplicates = quarantine_duplicates(self.connection, self.table, self.rows, self.earlier)
        quarantined += duplicates + self._quarantine_refused()
        noticed |= count_rounded(self.connection, self.table, self.feed, self.rows)
        note(self.connection, self.source.name, self.table, self.load.load_id, noticed)
        stage_custom_values(
            self.connection, self.table, self.feed, self.load, self.staged.dimensions, self.rows
        )
        counts = {
            "staged_rows": staged - said_again - duplicates,
            "quarantined_rows": quarantined,
            "not_applicable_rows": self.load.rows - applicable,
            "repeated_rows": said_again,
        }
        self._account_for_every_row(counts)
        self._note({"exported_at": exported_at, **counts})

    def _account_for_every_row(self, counts: Mapping[str, int]) -> None:
        """A row of an export is staged, refused with a reason, or no record of this table."""
        landed = self.load.rows + len(self.load.refused)
        if sum(counts.values()) != landed:
            told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
            raise AuditFailed(
                f"{self.load.file} has {landed:,} rows as {self.table.name}, and they do not add"
                f" up: {told}.",
                remedy="The build before still answers. Please report it with the sentence above.",
            )

    def _write(self, query: FeedQuery, lineage: dict[str, object]) -> int:
        told = {name: f"${name}" for name in lineage} | {"file_row": "_file_row"}
        columns = ", ".join(
            f"{told.get(name) or (quoted(name) if name in query.columns else 'null')}::{kind}"
            f" as {quoted(name)}"
            for name, kind in staged_columns(self.table).items()
        )
        # On their way only: nobody reads them once the rows are staged.
        besides = [rounded_name(column) for column in rounded_columns(self.table, self.feed)]
        besides += [NEWEST] if self.feed.newest_by is not None else []
        columns += "".join(f", {quoted(name)}" for name in besides)
        return self._count(
            f"copy (select {columns} from ({query.judged()}) where problem is null)"
            f" to {literal(self.rows)} (format parquet)",
            query.parameters | lineage,
        )

    def _quarantine(self, query: FeedQuery, lineage: dict[str, object]) -> int:
        value = " ".join(
            f"when {number} then {problem.value}"
            for number, problem in enumerate(query.problems, start=1)
        )
        given: dict[str, object] = {
            "rules": [problem.rule for problem in query.problems],
            "columns": [problem.column for problem in query.problems],
            "sentences": [problem.says for problem in query.problems],
            "table_name": self.table.name,
        }
        given |= {name: lineage[name] for name in ("source", "file", "load_id")}
        return self._count(
            "insert into main.quarantine (source, table_name, file, file_row, column_name, value,"
            " rule, says, load_id)"
            " select $source, $table_name, $file, _file_row, $columns[problem], value,"
            " $rules[problem], replace($sentences[problem], '{value}', coalesce(value, '')),"
            f" $load_id from (select *, case problem {value} end as value"
            f" from ({query.judged_but(self.rows)}) where problem is not null) order by _file_row",
            query.parameters | given,
        )

    def _quarantine_refused(self) -> int:
        """Rows that did not fit the headings never became cells; they are shown as they are."""
        refused = self.load.refused
        if refused:
            self.connection.execute(
                "insert into main.quarantine select $source, $table_name, $file, unnest($rows),"
                " null, unnest($texts), $rule, unnest($says), $load_id",
                {
                    "source": self.source.name,
                    "table_name": self.table.name,
                    "file": self.load.file,
                    "rows": [row.file_row for row in refused],
                    "texts": [row.text for row in refused],
                    "rule": UNREADABLE_ROW,
                    "says": [f"{row.says}: correct it in the export." for row in refused],
                    "load_id": self.load.load_id,
                },
            )
        return len(refused)

    def _note(self, counts: dict[str, object]) -> None:
        mapped = [
            name
            for name, rule in self.feed.columns.items()
            if not rule.reads or set(rule.reads) & set(self.load.columns)
        ]
        row = {
            "source": self.source.name,
            "system": self.source.system,
            "table_name": self.table.name,
            "load_id": self.load.load_id,
            "file": self.load.file,
            "landed_at": self.load.landed_at.astimezone(UTC).replace(tzinfo=None),
            "rows": self.load.rows + len(self.load.refused),
            "columns_mapped": mapped,
            **counts,
        }
        names = ", ".join(row)
        values = ", ".join(f"${name}" for name in row)
        self.connection.execute(f"insert into staged.feed ({names}) values ({values})", row)

    def _count(self, statement: str, parameters: dict[str, object]) -> int:
        """The one number a statement answers with; for an insert, the rows it added."""
        [found] = self.connection.execute(statement, named_in(statement, parameters)).fetchall()
        return int(found[0])
