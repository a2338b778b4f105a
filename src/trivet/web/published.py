"""Which build the pages show: the published one, or the one a permalink names.

The pointer files are looked at on every request (one `stat` each), so a build published, or a
definition signed, while the server runs is shown from the next page on, without a restart.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from trivet.errors import DefinitionsDamaged, RecordUnknown, WorkspaceNotFound
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.in_force import POINTER, InForce, in_force_at
from trivet.numbers.warehouse.publish import kept_build
from trivet.vocabulary.quoted import quoted
from trivet.web.answers import Answers
from trivet.web.workspace_check import check_there, gone, unreadable

BUILDS_KEPT_OPEN = 3
SHA256 = re.compile(r"[0-9a-f]{64}")

Stamp = tuple[int, int, int] | None
Key = tuple[str, str]
"""A build's id, and the hash of the definitions it is asked under."""

OpenModel = Callable[[Path, str | None], RevenueModel]


def open_model(folder: Path, build: str | None) -> RevenueModel:
    """The published build of a workspace, or the kept build of that id."""
    if build is not None:
        # An address is looked at before anything is opened for it.
        kept_build(folder / "builds", build)
    return RevenueModel.open(folder, build=build)


class PublishedBuilds:
    """The open builds of one workspace, newest use last. Threads share it."""

    def __init__(self, folder: Path, opener: OpenModel = open_model) -> None:
        self.folder = folder
        self._open = opener
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Answers] = OrderedDict()
        self._stamps: tuple[Stamp, Stamp] | None = None
        self._current: Key | None = None

    def answers(self, build: str = "", agreed: str | None = None) -> Answers:
        """What the pages ask: the published build, or the one named.

        agreed   hash of the definitions to count under; None for those in force now

        Raises   NothingPublished, DefinitionsDamaged, WorkspaceGone
                 RecordUnknown for a build, or for definitions, that are not kept
        """
        check_there(self.folder)
        stamps = self._stamps_now()
        with self._lock:
            self._check_kept(stamps)
            if stamps != self._stamps or self._current is None:
                # A stale reason lives in the pointer, so the same build is opened afresh with it.
                self._current, now = None, self._model("", None)
                self._stamps, self._current = stamps, (now.build, now.in_force.hash)
                self._keep(self._current, Answers(now))
            key = (build or self._current[0], self._current[1] if agreed is None else agreed)
            if key not in self._kept:
                self._keep(key, Answers(self._model(key[0], key[1])))
            self._kept.move_to_end(key)
            return self._kept[key]

    def _check_kept(self, stamps: tuple[Stamp, Stamp]) -> None:
        """A folder that is gone is not one that has nothing in it yet: without `definitions/`,
        figures would be counted as if nobody had signed anything.

        Raises   WorkspaceGone
        """
        for name, before, now in zip(
            ("builds", "definitions"), self._stamps or (None, None), stamps, strict=True
        ):
            if before and not now and not (self.folder / name).is_dir():
                raise gone(self.folder / name)

    def _keep(self, key: Key, found: Answers) -> None:
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > BUILDS_KEPT_OPEN:
            oldest = next(name for name in self._kept if name not in (self._current, key))
            # Not closed here: another thread may still be asking it.
            del self._kept[oldest]

    def _model(self, build: str, agreed: str | None) -> RevenueModel:
        model = self._open(self.folder, build or None)
        if agreed is None or model.in_force.hash == agreed:
            return model
        return model.under(_once_in_force(self.folder / "definitions", agreed))

    def _stamps_now(self) -> tuple[Stamp, Stamp]:
        return (
            _stamp(self.folder / "builds" / "published.json"),
            _stamp(self.folder / "definitions" / POINTER),
        )


def _once_in_force(folder: Path, agreed: str) -> InForce:
    try:
        if agreed and not SHA256.fullmatch(agreed):
            raise DefinitionsDamaged(
                "%(agreed)s is no hash.",
                remedy="Give 64 digits.",
                agreed=quoted(agreed),
            )
        return in_force_at(folder, agreed)
    except DefinitionsDamaged as wrong:
        raise RecordUnknown(
            "The definitions %(agreed)s were never in force here.",
            remedy="Leave `agreed` out of the address to count under those in force now.",
            agreed=agreed[:12],
        ) from wrong


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as wrong:
        raise unreadable(path, wrong) from wrong
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
