"""A table to which rows are only ever added: the database itself refuses to change one."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

REFUSAL = "rows of {table} are only ever added"


def append_only(table: str) -> RunPython:
    """The migration step that makes a table so, on SQLite and on PostgreSQL.

    A later change of its columns names it again: SQLite makes such a table anew, without triggers.
    """

    def close(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        says = REFUSAL.format(table=table)
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"create or replace function {table}_append_only() returns trigger"
                f" language plpgsql as $$ begin raise exception '{says}'; end $$"
            )
            editor.execute(
                f"create or replace trigger {table}_append_only before update or delete on {table}"
                f" for each row execute function {table}_append_only()"
            )
            return
        for change in ("update", "delete"):
            editor.execute(
                f"create trigger if not exists {table}_no_{change} before {change} on {table}"
                f" begin select raise(abort, '{says}'); end"
            )

    def open_again(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"drop trigger {table}_append_only on {table}")
            editor.execute(f"drop function {table}_append_only()")
            return
        for change in ("update", "delete"):
            editor.execute(f"drop trigger {table}_no_{change}")

    return RunPython(close, open_again)
