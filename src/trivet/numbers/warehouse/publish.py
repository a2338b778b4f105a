"""Which build is the published one: a pointer file, replaced whole or not at all.

    builds/<build id>.duckdb    finished builds, never written again
    builds/published.json       the pointer

Readers read the pointer, then open the file it names. A process killed at any moment leaves the
old pointer, or the new one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from trivet.errors import NothingPublished, RecordUnknown
from trivet.numbers.warehouse.crash_point import crash_point
from trivet.numbers.warehouse.disk import room_to_write, to_disk
from trivet.numbers.workspace.private import settle, write_private
from trivet.vocabulary.quoted import quoted

POINTER = "published.json"
WORKING = ".working-"
BUILDS_KEPT = 5
BUILD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")


@dataclass(frozen=True, slots=True)
class Published:
    """The published build.

    build          its id
    file           its name in `builds/`
    size           its bytes: a file of another size is not what was published
    published_at   UTC
    data_as_of     per source, the instant its newest export speaks of
    inputs         hash of what it was made from: loads, settings, code
    status         "current", or "stale" when a newer run could not be published
    reason         why it is stale
    kept           ids of the builds that were published, the newest last
    pinned         ids of builds that are never removed
    """

    build: str
    file: str
    published_at: datetime
    data_as_of: Mapping[str, datetime]
    trivet_version: str
    inputs: str
    status: str = "current"
    reason: str | None = None
    kept: tuple[str, ...] = ()
    pinned: tuple[str, ...] = field(default=())
    size: int | None = None

    @property
    def stale_reason(self) -> str | None:
        return self.reason if self.status == "stale" else None

    def path(self, builds: Path) -> Path:
        return builds / self.file

    def to_json(self) -> str:
        document = {
            "build": self.build,
            "file": self.file,
            "size": self.size,
            "published_at": self.published_at.isoformat(),
            "data_as_of": {name: at.isoformat() for name, at in sorted(self.data_as_of.items())},
            "trivet_version": self.trivet_version,
            "inputs": self.inputs,
            "status": self.status,
            "reason": self.reason,
            "stale_reason": self.stale_reason,
            "kept": self.kept,
            "pinned": self.pinned,
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def of(cls, text: str) -> Published:
        found = json.loads(text)
        return cls(
            found["build"],
            found["file"],
            datetime.fromisoformat(found["published_at"]),
            {name: datetime.fromisoformat(at) for name, at in found["data_as_of"].items()},
            found["trivet_version"],
            found["inputs"],
            found["status"],
            found["reason"],
            tuple(found["kept"]),
            tuple(found["pinned"]),
            found.get("size"),
        )


def published(builds: Path) -> Published:
    """The build that answers.

    Raises   NothingPublished if there is none, or its file is gone or its pointer unreadable
    """
    try:
        found = Published.of((builds / POINTER).read_text("utf-8"))
    except FileNotFoundError:
        raise NothingPublished(
            "No build of %(folder)s has been published yet.",
            remedy="Run `trivet run %(folder)s`.",
            folder=builds.parent,
        ) from None
    except (KeyError, ValueError, TypeError) as wrong:
        raise NothingPublished(
            "%(pointer)s cannot be read.",
            remedy="Delete it and run `trivet run`: a build can always be made again.",
            pointer=builds / POINTER,
        ) from wrong
    try:
        size = found.path(builds).stat().st_size
    except FileNotFoundError:
        size = -1
    if size < 0 or size != (found.size or size):
        state = "missing from" if size < 0 else "damaged in"
        raise NothingPublished(
            "The published build %(build)s is %(state)s %(builds)s.",
            remedy="Run `trivet run`: a build can always be made again from what was landed.",
            build=found.build,
            state=state,
            builds=builds,
        )
    return found


def kept_build(builds: Path, build: str) -> Path:
    """The file of a build that is still kept. Its id is no path: it leads out of no folder.

    Raises   RecordUnknown
    """
    path = builds / f"{build}.duckdb"
    if not BUILD_ID.fullmatch(build) or not path.is_file():
        raise RecordUnknown(
            "The build %(build)s is no longer kept.",
            remedy="Leave `build` out to see the published one.",
            build=quoted(build),
        )
    return path


def published_or_none(builds: Path) -> Published | None:
    """The build that answers, or None."""
    try:
        return published(builds)
    except NothingPublished:
        return None


def publish(
    builds: Path,
    working: Path,
    build: str,
    *,
    data_as_of: Mapping[str, datetime],
    trivet_version: str,
    inputs: str,
) -> Published:
    """Make a finished working file the published build, and remove builds nobody needs.

    Raises   DiskFull; the old build is then still the published one
    """
    file = f"{build}.duckdb"
    before = published_or_none(builds)
    with room_to_write(builds / file, "the build"):
        to_disk(working)
        working.chmod(0o400)
        settle(working)
        working.rename(builds / file)
        to_disk(builds)
    crash_point("renamed")
    now = Published(
        build,
        file,
        datetime.now(UTC),
        dict(data_as_of),
        trivet_version,
        inputs,
        kept=(*(before.kept if before else ()), build)[-BUILDS_KEPT:],
        pinned=before.pinned if before else (),
        size=(builds / file).stat().st_size,
    )
    _point(builds, now)
    crash_point("published")
    remove_builds(builds, now)
    return now


def mark_stale(builds: Path, reason: str) -> None:
    """Say on the published build, if there is one, why it is not newer."""
    found = published_or_none(builds)
    if found and found.stale_reason != reason:
        _point(builds, replace(found, status="stale", reason=reason))


def mark_current(builds: Path) -> None:
    """The published build is made of all there is: what once kept it from being newer is over."""
    found = published_or_none(builds)
    if found and found.status != "current":
        _point(builds, replace(found, status="current", reason=None))


def pin(builds: Path, build: str, *, pinned: bool = True) -> None:
    """Keep a build for ever (a closed book names it), or no longer."""
    found = published(builds)
    others = tuple(name for name in found.pinned if name != build)
    _point(builds, replace(found, pinned=(*others, build) if pinned else others))


def _point(builds: Path, now: Published) -> None:
    temporary = builds / f".{POINTER}-{uuid4().hex}"
    try:
        with room_to_write(temporary, "the pointer to the published build"):
            write_private(temporary, now.to_json())
            to_disk(temporary)
            crash_point("pointer_written")
            temporary.replace(builds / POINTER)
            to_disk(builds)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(builds: Path) -> None:
    """Remove what a killed process left. The caller holds the workspace's lock."""
    _remove(path for path in builds.glob(f"{WORKING}*"))
    _remove(builds.glob(f".{POINTER}-*"))
    found = published_or_none(builds)
    if found:
        remove_builds(builds, found)


def remove_builds(builds: Path, now: Published) -> None:
    """Remove the builds that are neither recent nor pinned, and those that never were published."""
    wanted = {*now.kept, *now.pinned, now.build}
    _remove(path for path in builds.glob("b*-*.*") if path.name.split(".")[0] not in wanted)


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        # A reader on a system that locks open files keeps it; the next run removes it.
        with suppress(OSError):
            if path.is_dir():
                for inner in path.iterdir():
                    inner.unlink()
                path.rmdir()
            else:
                path.unlink()
