"""A load: one landed export, and which loads speak for a feed today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from trivet.errors import LoadUnreadable
from trivet.numbers.sources.files.export import RefusedRow
from trivet.numbers.sources.files.file_set import named
from trivet.numbers.workspace.feed import Feed, Source
from trivet.numbers.workspace.workspace import Workspace

ROWS = "rows.parquet"
ABOUT = "load.json"

Reading: TypeAlias = tuple[str | None, str | None, str | None]
"""Delimiter, encoding and sheet, as a feed tells them."""


FARTHEST_EAST = timedelta(hours=14)
"""How far ahead of UTC the clocks of Kiribati are: nowhere a day begins earlier."""


@dataclass(frozen=True, slots=True)
class Load:
    """One landed export.

    load_id        16 hexadecimal digits of a hash of its bytes and of how they are read
    file           the export's path, relative to the workspace if it lay inside
    sha256, size   of the export itself
    exported_at    the day, or company-local instant, it speaks of; None if nobody said
    landed_at      when it was landed first, UTC
    rows           rows that fit the headings
    refused        rows that do not
    columns        the export's own headings
    reading        delimiter, encoding and sheet as the mapping told them then
    how            encoding, delimiter or sheet it was read with in the end
    rows_sha256    of the Parquet file the rows are in; empty for one landed before it was noted
    """

    folder: Path
    source: str
    table: str
    load_id: str
    file: str
    sha256: str
    size: int
    exported_at: date | datetime | None
    landed_at: datetime
    rows: int
    columns: tuple[str, ...]
    refused: tuple[RefusedRow, ...] = ()
    reading: Reading = (None, None, None)
    how: dict[str, str] = field(default_factory=dict)
    rows_sha256: str = ""

    @property
    def rows_file(self) -> Path:
        return self.folder / ROWS

    def known_at(self, time_zone: str) -> datetime:
        """The UTC instant the export speaks of.

        time_zone   where the source's days are days

        A bare day means its end: what happened on the last day of a quarter is in the export that
        was made that evening, and nothing says that it was made in the morning.
        """
        said = self.exported_at
        if said is None:
            return self.landed_at
        zone = ZoneInfo(time_zone)
        if isinstance(said, datetime):
            return said.replace(tzinfo=zone).astimezone(UTC)
        following = datetime.combine(said + timedelta(days=1), time(), zone)
        return following.astimezone(UTC) - timedelta(microseconds=1)

    @property
    def is_ahead(self) -> bool:
        """Whether it claims a day that had not come anywhere on earth when it was landed."""
        said = self.exported_at
        if said is None:
            return False
        begins = said if isinstance(said, datetime) else datetime.combine(said, time())
        return begins.replace(tzinfo=UTC) > self.landed_at + FARTHEST_EAST

    def to_json(self) -> str:
        """The text of `load.json`."""
        about = {
            "source": self.source,
            "table": self.table,
            "load_id": self.load_id,
            "file": self.file,
            "sha256": self.sha256,
            "size": self.size,
            "exported_at": self.exported_at.isoformat() if self.exported_at else None,
            "landed_at": self.landed_at.isoformat(),
            "rows": self.rows,
            "columns": self.columns,
            "refused": [[row.file_row, row.text, row.says] for row in self.refused],
            "reading": self.reading,
            "how": self.how,
            "rows_sha256": self.rows_sha256,
        }
        return json.dumps(about, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def of(cls, folder: Path) -> Load:
        """Read the `load.json` of a load's folder.

        Raises   LoadUnreadable if it was written by another version, or is damaged
        """
        try:
            about = json.loads((folder / ABOUT).read_text("utf-8"))
            return cls._read(folder, about)
        except (KeyError, TypeError, ValueError) as wrong:
            raise LoadUnreadable(
                f"{folder / ABOUT} is not what this Trivet writes: {wrong!r}.",
                remedy=f"Delete {folder} and run `trivet run`: the export is landed again.",
            ) from wrong

    @classmethod
    def _read(cls, folder: Path, about: dict[str, Any]) -> Load:
        said = about["exported_at"]
        if said is not None:
            said = datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)
        return cls(
            folder,
            about["source"],
            about["table"],
            about["load_id"],
            about["file"],
            about["sha256"],
            about["size"],
            said,
            datetime.fromisoformat(about["landed_at"]),
            about["rows"],
            tuple(about["columns"]),
            tuple(RefusedRow(*row) for row in about["refused"]),
            tuple(about["reading"]),
            about["how"],
            about.get("rows_sha256", ""),
        )


def reading_of(feed: Feed) -> Reading:
    """How the feed says to read its files."""
    return (feed.delimiter, feed.encoding, feed.sheet)


def load_id_of(source: Source, feed: Feed, sha256: str, said: date | datetime | None) -> str:
    """The id of an export's load: of its bytes, of whose it is, and of how it is read."""
    day = said.isoformat() if said else None
    identity = json.dumps([sha256, source.name, feed.table, *reading_of(feed), day])
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def loads_in(folder: Path) -> Iterator[Load]:
    """The whole loads in the folder of one table of one source."""
    if folder.is_dir():
        for each in sorted(folder.iterdir()):
            if not each.name.startswith(".") and (each / ABOUT).is_file():
                yield Load.of(each)


def loads_of(workspace: Workspace, source: Source, feed: Feed) -> list[Load]:
    """The loads that speak for a feed, the oldest export first.

    When several feeds fill one table from one source, a load belongs to those whose `files`
    name it. The same bytes landed again, because the mapping now says to read them in another
    way, count once: as they are read now. A file that was exported again under its name and
    for its day replaces the one before: that is a correction, not a second state of affairs.
    """
    rivals = [other for other in source.feeds if other.table == feed.table]
    belonging = [
        load
        for load in loads_in(workspace.landing / source.name / feed.table)
        if (feed.sheet is None or load.how.get("sheet") == feed.sheet)
        and (len(rivals) == 1 or named(feed, load.file, workspace.folder))
    ]
    belonging.sort(key=lambda load: (load.landed_at, load.load_id))
    read_now = _read_now(belonging, reading_of(feed))
    corrected = {
        (load.file, load.exported_at if load.exported_at else load.load_id): load
        for load in read_now
    }
    zone = source.zone_of_days(workspace.settings.company.time_zone)
    return sorted(
        corrected.values(), key=lambda load: (load.known_at(zone), load.landed_at, load.load_id)
    )


def _read_now(loads: list[Load], reading: Reading) -> list[Load]:
    """Of loads of the same bytes only those read as the feed says now, or else as read last."""
    valid: dict[tuple[str, str], tuple[Reading, date | datetime | None]] = {}
    for load in loads:
        which = (load.file, load.sha256)
        if load.reading == reading or valid.get(which, (None,))[0] != reading:
            valid[which] = (load.reading, load.exported_at)
    return [
        load for load in loads if valid[load.file, load.sha256] == (load.reading, load.exported_at)
    ]
