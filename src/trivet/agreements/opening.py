"""Open a workspace's store: brought up to date first, with a copy of how it was."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from trivet.agreements.bearer_secrets import leave_out
from trivet.agreements.sealing import seal_anew
from trivet.agreements.store import FILE, bring_sqlite
from trivet.errors import BackupUnreadable, KeyringUnreadable, StoreBusy

LOCK = ".store.lock"
SECONDS_TO_WAIT = 60
COPIES_KEPT = 3
BEFORE = f"{FILE}.before-"
"""How the copies begin that are taken before the tables are changed."""

ADDRESS_VARIABLE = "TRIVET_DATABASE"


def set_up(folder: Path) -> None:
    """Let Django know the workspace. A process has one: the first call decides."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "trivet.web.settings"
    os.environ["TRIVET_WORKSPACE"] = str(folder)
    django.setup()


def is_elsewhere() -> bool:
    """True if the store is a PostgreSQL, which has its own ways to be kept."""
    return bool(os.environ.get(ADDRESS_VARIABLE))


def is_there(folder: Path) -> bool:
    """True if something was ever kept for this workspace."""
    return is_elsewhere() or (folder / FILE).is_file()


def bring_up_to_date(folder: Path) -> Path | None:
    """Make the tables what this version keeps; give the copy made before, if one was needed.

    Two that start at once wait for each other.
    Raises   StoreBusy if another process is changing the tables for longer than a minute
    """
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    set_up(folder)
    try:
        with FileLock(folder / LOCK, timeout=SECONDS_TO_WAIT, mode=0o600):
            is_new = not is_there(folder)
            if is_new:
                (folder / FILE).touch(mode=0o600)
            executor = MigrationExecutor(connection)
            copy = None
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                copy = None if is_new or is_elsewhere() else _copy_before(folder)
                call_command("migrate", interactive=False, verbosity=0)
            # A key may have been put above the others. Whoever cannot read them says so where
            # they are needed: what needs no sign-in goes on.
            with suppress(KeyringUnreadable):
                seal_anew(folder)
            return copy
    except Timeout as waited:
        raise StoreBusy(
            "Another process is changing the tables of this workspace's store.",
            remedy="Wait until it has ended, then start again.",
        ) from waited
    finally:
        # The server that is started next opens its own.
        connections.close_all()


def _copy_before(folder: Path) -> Path:
    at = datetime.now(UTC)
    copy = folder / f"{BEFORE}{at:%Y%m%dT%H%M%S%f}Z"
    copy_store(folder, copy)
    for old in sorted(folder.glob(f"{BEFORE}*"))[:-COPIES_KEPT]:
        old.unlink()
    return copy


def copy_store(folder: Path, to: Path, *, leaves_the_machine: bool = False) -> dict[str, int]:
    """A copy of the store as of one moment, while others write to it, in which nobody is signed in.

    leaves_the_machine   authenticator secrets that lie open are not in it either; the copy that is
                         taken before the tables are changed keeps them, to go back to
    Gives how many of which secret were left out.
    Raises   BackupUnreadable if the copy does not hold together
    """
    bring_sqlite()
    from pysqlite3 import dbapi2

    to.touch(mode=0o600)
    to.chmod(0o600)
    source = dbapi2.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)
    target = dbapi2.connect(to)
    try:
        source.backup(target)
        # One file: what is copied must not need a log beside it.
        target.execute("pragma journal_mode=delete")
    finally:
        target.close()
        source.close()
    left_out = leave_out(to, also_open=leaves_the_machine)
    check_store(to)
    return left_out


def check_store(path: Path) -> None:
    """Read the whole file.

    Raises   BackupUnreadable if it does not hold together
    """
    bring_sqlite()
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = [row[0] for row in connection.execute("pragma integrity_check")]
        found += [f"{row[0]}: a row points to nothing" for row in _dangling(connection)]
    except dbapi2.DatabaseError as wrong:
        found = [str(wrong)]
    finally:
        connection.close()
    if found != ["ok"]:
        raise BackupUnreadable(
            "%(name)s is damaged: %(found)s.",
            remedy="Use another copy; `trivet verify` says which of them holds.",
            name=path.name,
            found="; ".join(found[:3]),
        )


def _dangling(connection: object) -> list[tuple[object, ...]]:
    return list(connection.execute("pragma foreign_key_check"))  # type: ignore[attr-defined]
