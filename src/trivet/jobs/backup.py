"""A workspace as one archive that says what is in it, and a workspace out of such an archive.

What cannot be made again is in it: the store, `trivet.toml`, `landing/`, the exports that lie in
the folder. So is the published build with its figures, so that a restored workspace answers at
once. The store is copied first: what it says of a build or a book is then in the archive too.

Nothing that lets somebody in is in it: no sign-in, no link, no token, and of the keys that open
people's authenticator secrets only fingerprints. Whoever finds a backup cannot sign in with it, and
whoever restores one signs in anew.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import trivet
from trivet.agreements import opening
from trivet.agreements.bearer_secrets import is_a_store, leave_out
from trivet.agreements.keyring import FILE as KEYS
from trivet.agreements.keyring import read_keyring
from trivet.agreements.sealing import fingerprints_in
from trivet.agreements.store import FILE as STORE
from trivet.errors import BackupUnreadable, WorkspaceExists
from trivet.numbers.warehouse.disk import room_to_write, sha256_of, to_disk
from trivet.numbers.warehouse.publish import POINTER, published_or_none
from trivet.numbers.workspace.private import OWNER, open_private, private_folder
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import SETTINGS_FILE, Workspace

MANIFEST = "manifest.json"
KIND = "trivet-workspace"
PART_OF_STORE = ".store.part-"
OLDER_COPIES = "earlier backups and copies of the store"


def backup(workspace: Workspace, archive: Path, progress: Progress = silent) -> int:
    """Write the archive, whole or not at all; give the number of files in it.

    Raises   WorkspaceBusy while a run is going on; DiskFull
    """
    part = archive.with_name(f".{archive.name}.part-{uuid4().hex}")
    store = workspace.folder / f"{PART_OF_STORE}{uuid4().hex}"
    try:
        with workspace.lock(), room_to_write(archive, "the backup"):
            _sweep(workspace)
            files = {}
            left_out: Counter[str] = Counter()
            if (workspace.folder / STORE).is_file():
                progress("Copying the store")
                left_out.update(
                    opening.copy_store(workspace.folder, store, leaves_the_machine=True)
                )
                files[STORE] = store
            for path in _files(workspace):
                # An older copy may hold what lets somebody in.
                if is_a_store(path) or _is_backup(path):
                    left_out[OLDER_COPIES] += 1
                else:
                    files[_name(workspace, path)] = path
            progress(f"Hashing {len(files):,} files")
            manifest = _manifest(files, _fingerprints(workspace, files), left_out)
            with (
                open_private(part, new=True) as file,
                tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar,
            ):
                _add_text(tar, MANIFEST, json.dumps(manifest, indent=1) + "\n")
                for number, (name, path) in enumerate(files.items(), start=1):
                    progress(f"Packing {number:,} of {len(files):,} files")
                    tar.add(path, name, recursive=False)
            to_disk(part)
            part.replace(archive)
            to_disk(archive.parent.resolve())
        return len(files)
    finally:
        part.unlink(missing_ok=True)
        store.unlink(missing_ok=True)


def restore(archive: Path, folder: Path, progress: Progress = silent) -> Workspace:
    """Make a workspace out of an archive, once every file in it has the hash that was written.

    The folder may hold the keys of the authenticator secrets already, and nothing else.

    Raises   WorkspaceExists if there is something in the folder already
             BackupUnreadable if it is no backup, or was damaged
             DiskFull
    """
    folder = folder.expanduser().resolve()
    if folder.exists() and any(path.name != KEYS for path in folder.iterdir()):
        raise WorkspaceExists(
            f"{folder} is not empty.", remedy="Restore into a folder that does not exist yet."
        )
    part = folder.with_name(f".{folder.name}.part-{uuid4().hex}")
    try:
        with room_to_write(folder, "the restored workspace"):
            private_folder(part)
            progress(f"Unpacking {archive}")
            _unpack(archive, part)
            progress("Checking every file's hash")
            _check(archive, part)
            (part / MANIFEST).unlink()
            if (part / STORE).is_file():
                # A backup of an older version has the sign-ins of its day in it.
                leave_out(part / STORE, also_open=True)
            for name in ("landing", "builds"):
                private_folder(part / name)
            before = part.with_suffix(".before")
            if folder.exists():
                if (folder / KEYS).is_file():
                    shutil.copy2(folder / KEYS, part / KEYS)
                folder.rename(before)
            part.rename(folder)
            shutil.rmtree(before, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Workspace.open(folder)


def keys_missing(archive: Path, folder: Path) -> list[str]:
    """Fingerprints of the keys without which people cannot use their authenticators there.

    Raises   KeyringUnreadable
    """
    needed = _told(archive).get("authenticator_keys", [])
    there = read_keyring(folder).fingerprints
    return [str(key) for key in needed if key not in there]


def left_out(archive: Path) -> dict[str, int] | None:
    """What of the workspace is not in the archive, and how many; None for an older backup."""
    found: dict[str, int] | None = _told(archive).get("left_out")
    return found


def _told(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive, "r:gz") as tar:
        content = tar.extractfile(MANIFEST)
        assert content is not None, "Only what was restored is asked about."
        found: dict[str, Any] = json.load(content)
        return found


def _is_backup(path: Path) -> bool:
    """True for an archive that some Trivet made of a workspace, whatever its name."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return False
    try:
        with tarfile.open(path, "r:gz") as tar:
            first = tar.next()
            content = tar.extractfile(first) if first and first.name == MANIFEST else None
            return content is not None and json.load(content).get("kind") == KIND
    except (tarfile.TarError, EOFError, OSError, ValueError, AttributeError, zlib.error):
        return False


def _sweep(workspace: Workspace) -> None:
    """Remove copies of the store that a killed backup left. The caller holds the lock."""
    for left in workspace.folder.glob(f"{PART_OF_STORE}*"):
        left.unlink(missing_ok=True)


def _fingerprints(workspace: Workspace, files: Mapping[str, Path]) -> Sequence[str]:
    """Of the keys that the secrets in the archive need; of all there are for a store elsewhere."""
    if opening.is_elsewhere():
        return read_keyring(workspace.folder).fingerprints
    return fingerprints_in(files[STORE]) if STORE in files else []


def _files(workspace: Workspace) -> Iterator[Path]:
    """What is worth keeping, in one order on every machine."""
    now = published_or_none(workspace.builds)
    wanted = {POINTER}
    if now:
        for build in (now.build, *now.pinned):
            wanted |= {f"{build}.duckdb", f"{build}.figures.json"}
    for path in sorted(workspace.folder.rglob("*")):
        inside = path.relative_to(workspace.folder)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if inside.parts[0] == workspace.builds.name and inside.name not in wanted:
            continue
        if inside.parts[0].startswith(STORE):
            # Its copy is in the archive already, without the log beside it and without how it
            # was before an earlier version.
            continue
        yield path


def _name(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.folder).as_posix()


def _manifest(
    files: Mapping[str, Path], keys: Sequence[str], left_out: Mapping[str, int]
) -> dict[str, object]:
    return {
        "kind": KIND,
        "trivet_version": trivet.__version__,
        "made_at": datetime.now(UTC).isoformat(),
        "authenticator_keys": list(keys),
        "left_out": dict(left_out),
        "files": {
            name: {"sha256": sha256_of(path), "size": path.stat().st_size}
            for name, path in files.items()
        },
    }


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    about = tarfile.TarInfo(name)
    about.size = len(content)
    tar.addfile(about, io.BytesIO(content))


def _damaged(archive: Path, happened: str) -> BackupUnreadable:
    return BackupUnreadable(
        f"{archive} cannot be restored: {happened}.",
        remedy="Nothing was changed. Use another backup.",
    )


def _unpack(archive: Path, part: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                _unpack_one(archive, tar, member, part)
    except (tarfile.TarError, EOFError, OSError) as wrong:
        if isinstance(wrong, OSError) and wrong.errno:
            raise
        raise _damaged(archive, str(wrong)) from wrong


def _unpack_one(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, part: Path) -> None:
    """A backup holds files with names inside the folder; anything else was put there by others.

    tarfile's own "data" filter (PEP 706) came with Python 3.11.4, after Debian 12's.
    """
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        raise _damaged(archive, f"{member.name!r} is no file of a workspace")
    target = part / name
    private_folder(target.parent)
    with content, open_private(target) as file:
        shutil.copyfileobj(content, file)
    os.utime(target, (member.mtime, member.mtime))
    target.chmod(member.mode & OWNER)


def _check(archive: Path, part: Path) -> None:
    try:
        manifest = json.loads((part / MANIFEST).read_text("utf-8"))
        files: dict[str, dict[str, object]] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise _damaged(archive, "it has no manifest, so it is no backup of a workspace") from wrong
    if SETTINGS_FILE not in files:
        raise _damaged(archive, f"it holds no {SETTINGS_FILE}")
    for name, about in files.items():
        path = part / PurePosixPath(name)
        if not path.is_file():
            raise _damaged(archive, f"{name} is missing")
        if sha256_of(path) != about["sha256"]:
            raise _damaged(archive, f"{name} is not what was backed up")
    if STORE in files:
        try:
            opening.check_store(part / STORE)
        except BackupUnreadable as wrong:
            raise _damaged(archive, wrong.happened.rstrip(".")) from wrong
