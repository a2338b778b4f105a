"""What whoever reads it could sign in with: it stays out of every copy of the store.

A password in the store is a hash and an authenticator's secret lies sealed; a session's key is what
the browser sends, so whoever reads it from a backup is that person until the session ends. A copy
keeps no row of such a table. A table or column that may hold such a secret is listed here with the
decision: a test fails for one that is not.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trivet.agreements.keyring import sealed_under
from trivet.agreements.sealing import SECRETS
from trivet.agreements.sealing import TABLE as AUTHENTICATORS
from trivet.agreements.store import bring_sqlite

SESSIONS = "django_session"
LEFT_OUT = {
    SESSIONS: "sign-ins",
    "account_emailconfirmation": "links that confirm an e-mail address",
    "socialaccount_socialtoken": "tokens of the company's sign-in",
    "socialaccount_socialapp": "client secrets of the company's sign-in",
}
"""Tables of which a copy has no rows, and what a row is."""

OPEN_SECRETS = "authenticator secrets that were not sealed"

KEPT = {
    "people_person.password": "an Argon2 hash, so that people sign in anew with what they know",
    "people_person.last_login": "an instant; invitations are signed over it, with a key that no"
    " copy has",
    "mfa_authenticator.type": "which kind it is",
    "mfa_authenticator.data": "a passkey's public key, or a secret sealed under a key that no copy"
    " has; one that lies open is replaced in a backup",
    "socialaccount_socialaccount.provider": "which identity provider",
    "socialaccount_socialaccount.uid": "what the identity provider calls a person",
    "socialaccount_socialaccount.extra_data": "claims that were verified, without the token",
    "account_emailaddress.email": "an address",
    "auth_group.name": "not used",
    "auth_permission.name": "not used",
    "auth_permission.codename": "not used",
    "django_content_type.app_label": "a name of the code",
    "django_content_type.model": "a name of the code",
    "people_seat.key": "which of the seats",
    "documents_document.key": "which document",
    "documents_signature.key": "names a form that was sent, so that it counts once; it lets nobody"
    " in, and a form needs a session beside it",
    "governance_affirmation.key": "names a form that was sent, as a signature's",
    "governance_contest.key": "names a form that was sent, as a signature's",
    "governance_ruling.key": "names a form that was sent, as a signature's",
}
"""Columns that a copy keeps although they may look like a secret, and why nobody gets in by one."""


def leave_out(store: Path, *, also_open: bool) -> dict[str, int]:
    """Take every such secret out of a copy of the store; say how many of each there were.

    The file is written anew afterwards: what was deleted must not stand in it as a free page.

    also_open   authenticator secrets that lie open are replaced too, by ones that nobody knows
    """
    bring_sqlite()
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(store, isolation_level=None)
    try:
        # What is deleted must not reach a journal on the disk either.
        for pragma in ("journal_mode=delete", "journal_mode=memory", "secure_delete=on"):
            connection.execute(f"pragma {pragma}").fetchall()
        there = {
            str(name)
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        }
        connection.execute("begin")
        found = {
            what: connection.execute(f'delete from "{table}"').rowcount  # noqa: S608 - our own names
            for table, what in LEFT_OUT.items()
            if table in there
        }
        if also_open and AUTHENTICATORS in there:
            found[OPEN_SECRETS] = _replace_open_secrets(connection)
        connection.execute("commit")
        connection.execute("vacuum")
    finally:
        connection.close()
    return {what: number for what, number in found.items() if number}


def is_a_store(path: Path) -> bool:
    """True for a file that is a store of some workspace, or a copy of one, whatever its name."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            return False
    bring_sqlite()
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        asked = "select count(*) from sqlite_master where type = 'table' and name = ?"
        return bool(connection.execute(asked, [SESSIONS]).fetchone()[0])
    except dbapi2.DatabaseError:
        # Half of one may hold a whole secret.
        return True
    finally:
        connection.close()


def pg_dump_options() -> list[str]:
    """What `pg_dump` is told so that the same stays out of its dump."""
    return [f"--exclude-table-data={table}" for table in LEFT_OUT]


def _replace_open_secrets(connection: Any) -> int:
    """A secret that is not sealed is not believed; an older store would seal it when it is opened.

    So it is not emptied but replaced: an empty one would then be a secret that everybody knows.
    """
    number = 0
    for row_id, kind, data in _authenticators(connection):
        at = SECRETS.get(kind)
        if at is None or sealed_under(str(data.get(at, ""))):
            continue
        unknown = base64.b32encode(os.urandom(20)).decode("ascii")
        written = json.dumps({at: unknown, "used_mask": data.get("used_mask", 0)})
        connection.execute(
            "update mfa_authenticator set data = ? where id = ?",
            [written, row_id],
        )
        number += 1
    return number


def _authenticators(connection: Any) -> Iterator[tuple[int, str, dict[str, Any]]]:
    rows = connection.execute("select id, type, data from mfa_authenticator").fetchall()
    for row_id, kind, data in rows:
        yield int(row_id), str(kind), json.loads(data)
