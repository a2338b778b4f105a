"""Authenticator secrets in the store: which of them lie sealed, and under which key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trivet.agreements.keyring import FILE as KEYS
from trivet.agreements.keyring import (
    WAY_OUT,
    Keyring,
    keyring_to_seal,
    read_keyring,
    sealed_under,
)
from trivet.agreements.store import bring_sqlite
from trivet.errors import SecretSealed, StoreUnreadable

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

TABLE = "mfa_authenticator"
SECRETS = {"totp": "secret", "recovery_codes": "seed"}
"""Where each kind keeps its secret. A passkey's row holds a public key: nothing to seal."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """How the secrets lie.

    opened    how many a key that is there opens
    sealed    how many lie under each key that none of ours opens, by its fingerprint
    plain     how many lie open
    """

    opened: int = 0
    sealed: dict[str, int] = field(default_factory=dict)
    plain: int = 0

    @property
    def holds(self) -> bool | None:
        """None without a secret; False if somebody could not sign in with theirs."""
        if not (self.opened or self.sealed or self.plain):
            return None
        return not self.sealed and not self.plain

    def says(self, keyring: Keyring) -> str:
        """A sentence for whoever runs the server; with the way out if there is one to take."""
        if self.holds is None:
            return "nobody has set up an authenticator app yet"
        if self.holds:
            return f"{self.opened:,} lie sealed, {keyring.fingerprints[0]} is the key that seals"
        wrong = [f"{number:,} under key {under}" for under, number in sorted(self.sealed.items())]
        there = ", ".join(keyring.fingerprints)
        there = f"{KEYS} has {there}" if there else f"{KEYS} is not there"
        told = [f"{', '.join(wrong)} cannot be opened: {there}"] if wrong else []
        told += [f"{self.plain:,} are not sealed, and are not believed"] if self.plain else []
        return f"{'; '.join(told)}. {WAY_OUT}"


def seal_what_lies_open(folder: Path) -> int:
    """Seal every secret that is not; give how many there were. Once, when sealing came."""
    return _written(folder, lambda secret, _: sealed_under(secret) is None)


def seal_anew(folder: Path) -> int:
    """Bring what lies under an older key under the first; give how many there were.

    What no key opens stays as it is: its key may come back.
    Raises   KeyringUnreadable
    """
    if len(read_keyring(folder).keys) < 2:
        return 0
    return _written(folder, lambda secret, keyring: _is_older(secret, keyring))


def sealed_secrets(keyring: Keyring) -> Sealed:
    """Try every secret of the store that Django is set up for.

    Raises   StoreUnreadable if it cannot be asked, or is of an older version
    """
    from django.db import DatabaseError

    opened, plain = 0, 0
    closed: Counter[str] = Counter()
    try:
        secrets = [secret for _, secret in _secrets()]
    except DatabaseError as wrong:
        raise StoreUnreadable(
            "The store cannot be asked for authenticator secrets: %(why)s.",
            remedy="`trivet serve` brings it up to date, or says what is wrong with it.",
            why=str(wrong).strip().rstrip("."),
        ) from wrong
    for secret in secrets:
        under = sealed_under(secret)
        try:
            keyring.open(secret)
        except SecretSealed:
            if under is None:
                plain += 1
            else:
                closed[under] += 1
        else:
            opened += 1
    return Sealed(opened, dict(closed), plain)


def fingerprints_in(store: Path) -> list[str]:
    """Of the keys that a store's file needs; the file may be a copy, and of an older version."""
    bring_sqlite()
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)
    try:
        asked = "select count(*) from sqlite_master where type = 'table' and name = ?"
        if not connection.execute(asked, [TABLE]).fetchone()[0]:
            return []
        rows = connection.execute("select type, data from mfa_authenticator").fetchall()
    finally:
        connection.close()
    told = [json.loads(data).get(SECRETS.get(kind, ""), "") for kind, data in rows]
    return sorted({under for secret in told if (under := sealed_under(secret))})


def _is_older(secret: str, keyring: Keyring) -> bool:
    return sealed_under(secret) in keyring.fingerprints[1:]


def _written(folder: Path, wanted: Callable[[str, Keyring], bool]) -> int:
    from django.db import transaction

    keyring = read_keyring(folder)
    with transaction.atomic():
        found = [row for row, secret in _secrets(lock=True) if wanted(secret, keyring)]
        if not found:
            return 0
        keyring = keyring_to_seal(folder)
        for row in found:
            at = SECRETS[row.type]
            secret = row.data[at]
            plain = secret if sealed_under(secret) is None else keyring.open(secret)
            row.data = {**row.data, at: keyring.seal(plain)}
            row.save(update_fields=["data"])
    return len(found)


def _secrets(*, lock: bool = False) -> Iterator[tuple[Authenticator, str]]:
    from allauth.mfa.models import Authenticator

    rows = Authenticator.objects.select_for_update() if lock else Authenticator.objects
    for row in rows.filter(type__in=SECRETS).order_by("pk"):
        yield row, str(row.data.get(SECRETS[row.type], ""))
