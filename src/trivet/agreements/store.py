"""The operational store: what cannot be made again from landing lives in one database.

SQLite in the workspace by default, PostgreSQL through one setting. SQLite is the one that comes
with `pysqlite3`: the system's may carry the WAL-reset bug of 3.7.0 to 3.51.2, which can lose a
commit when two connections are open (sqlite.org, release notes of 3.51.3).
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from trivet.errors import SettingWrong, StoreTooOld

FILE = "store.sqlite3"
KEY_FILE = ".secret-key"
OLDEST_SQLITE = (3, 51, 3)
SECONDS_TO_WAIT = 20

LOCKED = ("55P03", "40P01", "40001")
"""PostgreSQL's codes: waited too long for a lock, a deadlock, or could not be put in an order."""
DISK_FULL, NOT_UNIQUE = "53100", "23505"

UNREACHABLE = (
    "unable to open database file",
    "disk i/o error",
    "attempt to write a readonly database",
    "connection failed",
    "connection to server",
    "connection refused",
    "server closed the connection",
    "the connection is closed",
    "consuming input failed",
    "failed to resolve host",
)
"""What SQLite says of a file that is gone, and psycopg of a server that is."""

PRAGMAS = (
    "journal_mode=WAL",
    # A power cut may not take back what was acknowledged; NORMAL would (reliability.md 6.2).
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


def bring_sqlite() -> None:
    """Put the bundled SQLite where Django looks for the system's. Call before Django loads.

    Raises   StoreTooOld if what is bundled is older than the fix
    """
    import pysqlite3
    from pysqlite3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StoreTooOld(
            "SQLite %(version)s is older than %(oldest)s and may lose a signature.",
            remedy="Install pysqlite3 0.6 or newer, or name a PostgreSQL in TRIVET_DATABASE.",
            version=dbapi2.sqlite_version,
            oldest=oldest,
        )
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = dbapi2


def database(address: str, folder: Path) -> dict[str, object]:
    """Django's settings of the store.

    address   `postgresql://user:secret@host:5432/name`, or empty for SQLite in the workspace
    folder    the workspace

    Raises   SettingWrong for an address of another kind
    """
    if not address:
        bring_sqlite()
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name_of(folder / FILE),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": SECONDS_TO_WAIT,
                "init_command": "".join(f"PRAGMA {pragma};" for pragma in PRAGMAS),
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingWrong(
            "The store's address begins with %(address)s.",
            remedy="Give postgresql://user:secret@host:5432/name, or nothing for SQLite.",
            address=repr(parts.scheme or address[:12]),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # As long as SQLite waits for another writer, and no longer: then the page says so.
        "OPTIONS": {"options": f"-c lock_timeout={SECONDS_TO_WAIT}s"}
        | dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def name_of(store: Path) -> str:
    """SQLite's own name of a file that is there. One that is gone is not made again, empty: then
    everything that was agreed would seem never to have been.
    """
    return f"{store.absolute().as_uri()}?mode=rw"


def file_of(name: object) -> Path | None:
    """The file of such a name; None for another database."""
    address, mark, _ = str(name).partition("?mode=rw")
    return Path(unquote(urlsplit(address).path)) if mark and address.startswith("file:") else None


def is_unreachable(wrong: BaseException) -> bool:
    """True if the store cannot be opened or read at all: its file, disk or server is gone."""
    told = getattr(wrong.__cause__, "sqlstate", None)
    if told is not None:
        return str(told).startswith(("08", "57P", "53300"))
    says = str(wrong).lower()
    return any(words in says for words in UNREACHABLE)


def is_busy(wrong: BaseException) -> bool:
    """True if others kept writing for longer than one waits, or two waited for each other."""
    told = getattr(wrong.__cause__, "sqlstate", None)
    return told in LOCKED or "database is locked" in str(wrong) or "table is locked" in str(wrong)


def is_taken(wrong: BaseException) -> bool:
    """True if what is there once is there already."""
    return getattr(wrong.__cause__, "sqlstate", None) == NOT_UNIQUE or "UNIQUE" in str(wrong)


def is_full(wrong: BaseException) -> bool:
    """True if there was no room left to write."""
    told = getattr(wrong.__cause__, "sqlstate", None)
    return told == DISK_FULL or "disk is full" in str(wrong)


def secret_key(folder: Path) -> str:
    """What signs cookies and one-time links: a file in the workspace that only its owner reads.

    Made on first use, so that who is signed in stays so over a restart. Its name begins with a
    dot: a backup leaves it out, and whoever restores one signs in again.
    """
    path = folder / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        if found := path.read_text("ascii").strip():
            return found
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
    return path.read_text("ascii").strip()
