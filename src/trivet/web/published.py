"""Which build the pages show: the published one, or the one a permalink names.

The pointer file is looked at on every request (one `stat`), so a build published while the
server runs is shown from the next page on, without a restart.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from trivet.errors import RecordUnknown, WorkspaceNotFound
from trivet.numbers.revenue_model import RevenueModel
from trivet.web.answers import Answers

BUILDS_KEPT_OPEN = 3
BUILD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")

OpenModel = Callable[[Path, str | None], RevenueModel]


def open_model(folder: Path, build: str | None) -> RevenueModel:
    """The published build of a workspace, or the kept build of that id."""
    if build is None:
        return RevenueModel.open(folder)
    kept = folder / "builds" / f"{build}.duckdb"
    if not BUILD_ID.fullmatch(build) or not kept.is_file():
        raise RecordUnknown(
            f"The build {build} is no longer kept.",
            remedy="Leave `build` out of the address to see the published one.",
        )
    return RevenueModel.open(folder, build=build)


class PublishedBuilds:
    """The open builds of one workspace, newest use last. Threads share it."""

    def __init__(self, folder: Path, opener: OpenModel = open_model) -> None:
        self.folder = folder
        self._open = opener
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Answers] = OrderedDict()
        self._stamp: tuple[int, int, int] | None = None
        self._current = ""

    def answers(self, build: str = "") -> Answers:
        """What the pages ask: the published build, or the one named.

        Raises   NothingPublished, RecordUnknown for a build that is not kept
        """
        stamp = self._pointer_stamp()
        with self._lock:
            if build and build in self._kept:
                self._kept.move_to_end(build)
                return self._kept[build]
            if not build and self._current and stamp == self._stamp:
                return self._kept[self._current]
            found = Answers(self._open(self.folder, build or None))
            # A stale reason lives in the pointer, so the same build is opened afresh with it.
            self._kept[found.build] = found
            self._kept.move_to_end(found.build)
            if not build:
                self._current, self._stamp = found.build, stamp
            while len(self._kept) > BUILDS_KEPT_OPEN:
                oldest = next(name for name in self._kept if name != self._current)
                # Not closed here: another thread may still be asking it.
                del self._kept[oldest]
            return found

    def _pointer_stamp(self) -> tuple[int, int, int] | None:
        try:
            found = (self.folder / "builds" / "published.json").stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


_builds: dict[str, PublishedBuilds] = {}


def builds() -> PublishedBuilds:
    """The builds of the workspace this process was started for.

    Raises   WorkspaceNotFound if it was started for none
    """
    folder = settings.WORKSPACE
    if not folder:
        raise WorkspaceNotFound(
            "No workspace was named.", remedy="Start the pages with `trivet serve FOLDER`."
        )
    if folder not in _builds:
        _builds[folder] = PublishedBuilds(Path(folder))
    return _builds[folder]


def use(found: PublishedBuilds) -> None:
    """Show these builds instead: tests bring a workspace of their own."""
    _builds[settings.WORKSPACE] = found
