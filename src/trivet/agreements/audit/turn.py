"""Who changes what was agreed waits for their turn: on PostgreSQL as on SQLite, one at a time.

SQLite has one writer anyway, from the beginning of its transaction on. PostgreSQL has many, and in
its usual "read committed" two can both find that a question is open, and both answer it. The chain
is written one row after the other in any case; here its lock is taken before anything is looked at,
so that what an action checks still holds when it writes, and no two wait for each other's rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

ONE_AT_A_TIME = 7_481_203
"""PostgreSQL's advisory lock for it; it ends with the transaction."""


@contextmanager
def in_turn() -> Iterator[None]:
    """A transaction that nobody else's changes run beside. Inside another it is part of that one.

    @in_turn()
    def sign(...): ...
    """
    with transaction.atomic():
        take_turn()
        yield


def take_turn() -> None:
    """Wait until whoever changes something has done so. Again in one transaction it is nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
