"""Landing: what the sources sent, kept for ever as rows of text, one folder a load.

    landing/<source>/<table>/<load id>/rows.parquet     the export's columns as text, `_file_row`
                                       load.json        where they came from

A load is named by its content, so landing the same export again changes nothing. A load's
folder appears whole or not at all: it is written under another name, brought to the disk and
then renamed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import uuid4

from trivet.errors import ColumnMissing, ExportAhead, ExportMissing
from trivet.numbers.sources.files.export import Export, Written, standing_twice
from trivet.numbers.sources.files.file_set import exported_on, files_named, is_pattern, shown
from trivet.numbers.sources.files.fingerprint import Fingerprint, fingerprint, refuse_changed
from trivet.numbers.sources.files.opening import open_export
from trivet.numbers.warehouse.disk import room_to_write, sha256_of, to_disk
from trivet.numbers.warehouse.load import (
    ABOUT,
    ROWS,
    Load,
    load_id_of,
    loads_in,
    loads_of,
    reading_of,
)
from trivet.numbers.warehouse.mapping import check_mapping
from trivet.numbers.workspace.feed import Feed, Source
from trivet.numbers.workspace.part import nearest
from trivet.numbers.workspace.private import private_folder, settle, write_private
from trivet.numbers.workspace.progress import Progress, Ticker, silent
from trivet.numbers.workspace.workspace import Workspace

__all__ = ["Landing", "Load", "column_missing", "land", "loads_of", "refuse_ahead"]

_UNFINISHED = ".part-"


@dataclass(frozen=True, slots=True)
class Landing:
    """What one round of landing did: loads that are new, loads that were there already."""

    landed: tuple[Load, ...]
    unchanged: tuple[Load, ...]


def land(
    workspace: Workspace,
    progress: Progress = silent,
    *,
    only: str | None = None,
    now: datetime | None = None,
) -> Landing:
    """Land every export that the mapping names and that was not landed yet.

    only     the name of one source; else all of them
    now      the instant of landing; the clock's if not given
    The caller holds the workspace's lock.

    Raises   ExportMissing     a file that is named is not there, or a pattern finds none and
                               never has
             ExportUnreadable  a file is not what it claims to be
             ColumnMissing     a column the mapping names is not in the newest export
             SettingWrong      the mapping names a table or column that does not exist
             DiskFull          nothing of the load that did not fit is left
    """
    check_mapping(workspace.settings)
    # One run looks at one instant, and its files follow each other in the order of the mapping:
    # of exports that say no day, which of two is newer must not hang on how long a file took.
    began = (now or datetime.now(UTC)).replace(microsecond=0)
    landed: list[Load] = []
    unchanged: list[Load] = []
    known: dict[Path, Fingerprint] = {}
    _sweep(workspace.landing)
    for source in workspace.settings.sources:
        if only is not None and source.name != only:
            continue
        for feed in source.feeds:
            for arrival in _arrivals(workspace, source, feed, known, progress):
                if arrival.folder.is_dir():
                    load = Load.of(arrival.folder)
                    if load not in landed and load not in unchanged:
                        unchanged.append(load)
                else:
                    landed.append(
                        arrival.land(progress, began + timedelta(microseconds=len(landed)))
                    )
    return Landing(tuple(landed), tuple(unchanged))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An export on its way into landing."""

    workspace: Workspace
    source: Source
    feed: Feed
    path: Path
    found: Fingerprint
    said: date | datetime | None
    load_id: str

    @property
    def folder(self) -> Path:
        return self.workspace.landing / self.source.name / self.feed.table / self.load_id

    @property
    def file(self) -> str:
        return shown(self.path, self.workspace.folder)

    def opened(self) -> Export:
        refuse_changed(self.path, self.found)
        return open_export(self.path, self.found, self.feed)

    def columns(self) -> tuple[str, ...]:
        landed = self.folder.is_dir()
        return Load.of(self.folder).columns if landed else self.opened().columns

    def land(self, progress: Progress, now: datetime) -> Load:
        progress(f"Landing {self.file}")
        export = self.opened()
        part = self.folder.with_name(f"{_UNFINISHED}{self.load_id}-{uuid4().hex}")
        with room_to_write(part, self.file), _removed_on_failure(part):
            private_folder(part)
            written = self._written(export, part / ROWS, progress)
            load = self._load(export, written, now, sha256_of(part / ROWS))
            refuse_ahead(load)
            write_private(part / ABOUT, load.to_json())
            settle(part / ROWS)
            to_disk(part / ROWS)
            to_disk(part / ABOUT)
            to_disk(part)
            part.rename(self.folder)
            to_disk(self.folder.parent)
        return load

    def _written(self, export: Export, into: Path, progress: Progress) -> Written:
        """The rows; the fingerprint is of an earlier look, and has to be of the same file."""
        try:
            written = export.write(into, Ticker(progress, f"Landing {self.file}"))
        except OSError:
            refuse_changed(self.path, self.found)
            raise
        refuse_changed(self.path, self.found)
        return written

    def _load(self, export: Export, written: Written, now: datetime, rows_sha256: str) -> Load:
        return Load(
            self.folder,
            self.source.name,
            self.feed.table,
            self.load_id,
            self.file,
            self.found.sha256,
            self.found.size,
            self.said,
            now.astimezone(UTC),
            written.rows,
            export.columns,
            written.refused,
            reading_of(self.feed),
            export.how,
            rows_sha256,
        )


def _arrivals(
    workspace: Workspace,
    source: Source,
    feed: Feed,
    known: dict[Path, Fingerprint],
    progress: Progress,
) -> list[_Arrival]:
    """The feed's files, the oldest export first, their headings checked."""
    arrivals: dict[str, _Arrival] = {}
    standing = list(loads_in(workspace.landing / source.name / feed.table))
    for name in feed.files:
        paths = files_named(name, workspace.folder)
        if not paths:
            _missing(workspace, source, feed, name, progress)
        for path in paths:
            if path not in known:
                known[path] = fingerprint(path)
            said = exported_on(path, feed)
            arrival = _Arrival(workspace, source, feed, path, known[path], said, "")
            load_id = _load_id(arrival, standing)
            arrivals.setdefault(load_id, replace(arrival, load_id=load_id))
    # Without a day in its name an export is of now, so the newest.
    ordered = sorted(arrivals.values(), key=lambda a: (a.said is None, str(a.said), a.file))
    _check_columns(ordered)
    return ordered


def _load_id(arrival: _Arrival, standing: list[Load]) -> str:
    """The arrival's load, which is there already unless it is new.

    A file that went back to what it said before is news: were it taken for its own first load,
    the one in between would stay the latest word.
    """
    own = load_id_of(arrival.source, arrival.feed, arrival.found.sha256, arrival.said)
    same = [
        load
        for load in standing
        if (load.file, load.reading, load.exported_at)
        == (arrival.file, reading_of(arrival.feed), arrival.said)
    ]
    if not same:
        return own
    latest = max(same, key=lambda load: (load.landed_at, load.load_id))
    if latest.sha256 == arrival.found.sha256:
        return latest.load_id
    if own not in {load.load_id for load in standing}:
        return own
    return hashlib.sha256(f"{own} after {latest.load_id}".encode()).hexdigest()[:16]


def _check_columns(arrivals: list[_Arrival]) -> None:
    """Refuse a new export without a column that the mapping names, before anything is written.

    An older export may lack a column that a newer one has: the system got it in between.
    """
    for position, arrival in enumerate(arrivals):
        if arrival.folder.is_dir():
            continue
        columns = arrival.opened().columns
        lacking = [name for name in arrival.feed.reads if name not in columns]
        newer = [a for a in arrivals[position + 1 :] if str(a.said) != str(arrival.said)]
        if lacking and not any(set(lacking) <= set(later.columns()) for later in newer):
            raise column_missing(arrival.file, lacking, columns, arrival.source, arrival.feed)


def refuse_ahead(load: Load) -> None:
    """Raises   ExportAhead if the export claims a day that had not come when it was landed"""
    if load.is_ahead:
        raise ExportAhead(
            "%(file)s is said to be exported on %(day)s, which had not come on %(landed_on)s, when"
            " it was read.",
            remedy="Correct the feed's `exported_on`, or the day in the file's name, and run"
            " `trivet run` again.",
            file=load.file,
            day=load.exported_at,
            landed_on=load.landed_at.date(),
        )


def column_missing(
    file: str, lacking: list[str], columns: tuple[str, ...], source: Source, feed: Feed
) -> ColumnMissing:
    """The error for columns that the mapping names and an export does not have, or has twice."""
    for name in lacking:
        if several := standing_twice(name, columns):
            return ColumnMissing(
                f"{file} has the heading {name!r} {len(several)} times.",
                remedy=f"Say which in the feed of {feed.table} in source"
                f' "{source.name}" of trivet.toml: {" or ".join(map(repr, several))}; or export the'
                " file with each column once.",
            )
    said = []
    for name in lacking[:5]:
        near = nearest(name, columns)
        said.append(f"{name!r}" + (f" (did you mean {near!r}?)" if near else ""))
    more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    has = ", ".join(map(repr, columns[:30])) + (", ..." if len(columns) > 30 else "")
    return ColumnMissing(
        f"{file} has no column {', '.join(said)}{more}. It has {has}.",
        remedy=f'Correct the feed of {feed.table} in source "{source.name}" of trivet.toml,'
        " or export the file with that column.",
    )


def _missing(
    workspace: Workspace, source: Source, feed: Feed, name: str, progress: Progress
) -> None:
    """A pattern that finds nothing new is a quiet week; a file that is named has to be there."""
    if is_pattern(name) and loads_of(workspace, source, feed):
        progress(f"No file matches {name}; what was landed from it before is kept")
        return
    names: list[str] = []
    wanted = workspace.folder / name
    folder = wanted.parent
    # The nearest folder that exists says more than the one that does not.
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    with suppress(OSError):
        names = sorted(each.name for each in islice(folder.iterdir(), 500) if each.is_file())
    near = nearest(wanted.name, names)
    there = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    hint = f"did you mean {near}?" if near else f"it has {there or 'no files'}"
    raise ExportMissing(
        f"There is no file {name}, which the feed of {feed.table} in source"
        f' "{source.name}" names; in {shown(folder, workspace.folder)}, {hint}.',
        remedy="Put the export there, or correct `files` in trivet.toml; names are relative to"
        f" {workspace.folder}.",
    )


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(part, ignore_errors=True)
        raise


def _sweep(landing: Path) -> None:
    """Remove what landings that were killed have left. Nobody else lands: the lock is held."""
    for part in landing.glob(f"*/*/{_UNFINISHED}*"):
        shutil.rmtree(part, ignore_errors=True)
