"""The keys under which people's authenticator secrets lie sealed in the store.

They are a file beside the store, never in it: one key a line, the first seals, all of them open. So
a key is changed by writing a new one above it. A backup carries fingerprints only.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from trivet.errors import KeyringUnreadable, SecretSealed
from trivet.sentence import Sentence

FILE = ".authenticator-keys"
"""Its name begins with a dot: a backup leaves it out."""

MARK = "sealed"
FINGERPRINT_LENGTH = 16

WAY_OUT = Sentence(
    "Put the file %(file)s of that time back into the workspace, or add its keys as further lines"
    " of the one that is there; or let each person back in with `trivet recover EMAIL`.",
    {"file": FILE},
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """What seals and opens.

    keys   Fernet keys, the one that seals first; empty where there is no file
    """

    keys: tuple[str, ...] = ()

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What may be shown of the keys, in their order."""
        return tuple(fingerprint(key) for key in self.keys)

    def seal(self, text: str) -> str:
        """`sealed:FINGERPRINT:TOKEN`, under the first key."""
        token = Fernet(self.keys[0]).encrypt(text.encode()).decode("ascii")
        return f"{MARK}:{self.fingerprints[0]}:{token}"

    def open(self, sealed: str) -> str:
        """What was sealed.

        Raises   SecretSealed if none of the keys opens it, also for what was never sealed: who
                 may write to the store must not plant a secret of their own
        """
        under = sealed_under(sealed)
        if under is not None and self.keys:
            token = sealed.rpartition(":")[2]
            try:
                return MultiFernet([Fernet(key) for key in self.keys]).decrypt(token).decode()
            except (InvalidToken, UnicodeDecodeError):
                pass
        raise SecretSealed(_why_not(under, self.fingerprints), remedy=WAY_OUT)


def fingerprint(key: str) -> str:
    """16 hexadecimal digits that name a key and tell nothing of it."""
    return hashlib.sha256(b"trivet authenticator key " + key.encode()).hexdigest()[
        :FINGERPRINT_LENGTH
    ]


def sealed_under(text: str) -> str | None:
    """The fingerprint of the key something was sealed with; None for what was not."""
    mark, _, rest = text.partition(":")
    under, _, token = rest.partition(":")
    return under if mark == MARK and token else None


def read_keyring(folder: Path) -> Keyring:
    """The keys as the file has them; no keys where there is no file.

    Raises   KeyringUnreadable if a line is no key
    """
    path = folder / FILE
    try:
        lines = path.read_text("ascii").splitlines()
    except FileNotFoundError:
        return Keyring()
    except (OSError, UnicodeDecodeError) as wrong:
        raise _unreadable(path, str(wrong)) from wrong
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as wrong:
            raise _unreadable(path, f"key {number} is none: {wrong}") from wrong
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return Keyring(tuple(keys))


def keyring_to_seal(folder: Path) -> Keyring:
    """The keys, with a first one made where there is none. Two at once agree on one.

    Raises   KeyringUnreadable
    """
    found = read_keyring(folder)
    if found.keys:
        return found
    path = folder / FILE
    part = folder / f"{FILE}.part-{os.getpid()}-{os.urandom(4).hex()}"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(Fernet.generate_key().decode("ascii") + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # Whole or not at all, and only where there is none: the other's key is as good.
            os.link(part, path)
        except FileExistsError:
            if not read_keyring(folder).keys:
                part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return read_keyring(folder)


def _unreadable(path: Path, why: str) -> KeyringUnreadable:
    return KeyringUnreadable(
        "The keys in %(file)s cannot be read: %(why)s.",
        remedy="Put the file back as it was, one key a line; do not start without it.",
        file=path.name,
        why=why,
    )


def _why_not(under: str | None, there: tuple[str, ...]) -> str:
    if under is None:
        return Sentence(
            "The authenticator secret in the store is not sealed, so it is not believed."
        )
    if not there:
        return Sentence(
            "The authenticator secret is sealed with key %(key)s, and %(file)s is not there.",
            {"key": under, "file": FILE},
        )
    return Sentence(
        "The authenticator secret is sealed with key %(key)s; %(file)s has %(keys)s, and none of"
        " them opens it.",
        {"key": under, "file": FILE, "keys": ", ".join(there)},
    )
