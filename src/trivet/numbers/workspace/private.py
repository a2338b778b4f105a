"""What Trivet writes is its owner's alone, whatever the process's umask is.

A folder is closed before anything is written in it, so that there is no moment at which another
account of the machine could open a file: DuckDB and SQLite make files of their own as they go.

To share a workspace, give its folder to a group and set its set-group-id bit (`chmod 2750`, or
`2770` for writing): that bit is never there by accident, and folders made inside inherit it. What
lies in such a folder is the group's as far as the folder is; what lets somebody sign in stays its
owner's.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

OWNER = 0o700
OTHERS = 0o077

OURS = ("landing", "builds", "books", "definitions")
"""Folders of a workspace that only Trivet writes in."""

SECRET = ("store.sqlite3", ".store", ".secret-key", ".authenticator-keys")
"""How the names of files begin that are never shared: who reads one could sign in as somebody."""

IS_POSIX = os.name == "posix"
"""Elsewhere a mode says nothing of who may read."""


@contextmanager
def private_umask() -> Iterator[None]:
    """Whatever the process makes meanwhile, its libraries' own files too, is its owner's alone.

    Of the whole process: only for one that is ours from the beginning to the end.
    """
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(folder: Path) -> Path:
    """The folder, made if it is not there, and those above it that are not there either."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=OWNER, exist_ok=True)
        settle(folder)
    return folder


def open_private(path: Path, *, new: bool = False) -> BinaryIO:
    """A file to write, its owner's from the first moment. One that is there keeps its mode.

    new   it must not be there: FileExistsError
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC)
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600), "wb")


def write_private(path: Path, content: str | bytes, *, new: bool = False) -> None:
    """Write a file whole; text is UTF-8."""
    with open_private(path, new=new) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    settle(path)


def settle(path: Path) -> None:
    """Give a file or folder of ours the mode it should have: its owner's, and its folder's group's
    where that folder is shared.
    """
    if IS_POSIX:
        mode = path.stat().st_mode
        wanted = (mode & OWNER) | _shared_with(path, mode) | (mode & stat.S_ISGID)
        if stat.S_IMODE(mode) != wanted:
            path.chmod(wanted)


def settle_all(folder: Path) -> None:
    """A folder and everything in it."""
    settle(folder)
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink():
            settle(path)


def _shared_with(path: Path, mode: int) -> int:
    """The bits its group has: of what its owner has those that its shared folder gives."""
    above = path.parent.stat().st_mode
    if not above & stat.S_ISGID or path.name.startswith(SECRET):
        return 0
    own = (mode & OWNER) >> 3
    # A file is not to be run because its folder may be opened.
    return own & above & 0o070


@dataclass(frozen=True, slots=True)
class Open:
    """What in a workspace others could read.

    paths    that are Trivet's, or the workspace's folder itself
    left     of these, those that could not be closed: they belong to another account
    """

    paths: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()


def open_to_others(folder: Path) -> list[Path]:
    """Whatever of a workspace accounts can read that it was not shared with, outermost first."""
    return [path for path in _ours(folder) if _is_open(path)] if IS_POSIX else []


def close_to_others(folder: Path) -> Open:
    """Close what was left open by an earlier version, or by hand; say so, for somebody may have
    relied on it.

    The folder itself is closed only if everything in it is the same account's: one that has another
    account's exports delivered into it is shared on purpose, and `trivet doctor` tells.
    """
    found, left = open_to_others(folder), []
    for path in found:
        mode = path.stat().st_mode
        try:
            if path == folder and not _is_one_accounts(folder):
                left.append(path)
                continue
            path.chmod(stat.S_IMODE(mode) & ~_too_much(path, mode))
        except PermissionError:
            left.append(path)
    if closed := len(found) - len(left):
        import logging

        logging.getLogger("trivet.workspace").warning(
            "Other accounts of this machine could read %s of the files and folders of %s. Now only"
            " their owner can. To share the workspace with a group, see 'Who can read the"
            " workspace' in docs/reference/environment.md.",
            f"{closed:,}",
            folder,
        )
    return Open(tuple(found), tuple(left))


def _ours(folder: Path) -> Iterator[Path]:
    yield folder
    for name in OURS:
        top = folder / name
        if top.is_dir():
            yield top
            yield from (path for path in sorted(top.rglob("*")) if not path.is_symlink())
    for path in sorted(folder.iterdir()):
        if path.name.startswith(SECRET) and path.is_file() and not path.is_symlink():
            yield path


def _is_open(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        # A run removes what it no longer needs.
        return False
    return bool(_too_much(path, mode))


def _too_much(path: Path, mode: int) -> int:
    """The bits that somebody has who should not."""
    shared = stat.S_ISGID & (mode if path.is_dir() else path.parent.stat().st_mode)
    allowed = 0o070 if shared and not path.name.startswith(SECRET) else 0
    return mode & OTHERS & ~allowed


def _is_one_accounts(folder: Path) -> bool:
    owner = folder.stat().st_uid
    return all(path.lstat().st_uid == owner for path in folder.iterdir())
