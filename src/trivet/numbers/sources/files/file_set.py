"""The files that a feed names, and the day each was exported on."""

from __future__ import annotations

import glob
import re
from datetime import date, datetime
from pathlib import Path

from trivet.errors import SettingWrong
from trivet.numbers.workspace.feed import Feed

_DAY = re.compile(
    r"(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[T _-]?([01]\d|2[0-3])[-.:h]?([0-5]\d)(?:[-.:]?([0-5]\d))?)?(?!\d)"
)


def shown(path: Path, folder: Path) -> str:
    """How a file is called: relative to the workspace when it lies inside."""
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.as_posix()


def is_pattern(name: str) -> bool:
    """True for a glob, False for the name of one file."""
    return glob.has_magic(name)


def files_named(name: str, folder: Path) -> list[Path]:
    """The files that one entry of `files` names, by name; empty if there are none."""
    exact = folder / name
    if exact.is_file():
        return [exact]
    if not is_pattern(name):
        return []
    found = glob.glob(name, root_dir=folder, recursive=True)  # noqa: PTH207 absolute ones too
    return sorted(folder / each for each in found if (folder / each).is_file())


def named(feed: Feed, file: str, folder: Path) -> bool:
    """True if the feed's `files` would find a file of this name, were it still there."""
    whole = folder / file
    return any(_matches(whole, folder / name) for name in feed.files)


def _matches(path: Path, pattern: Path) -> bool:
    if path == pattern:
        return True
    return re.fullmatch(_as_regex(pattern.as_posix()), path.as_posix()) is not None


def _as_regex(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*|\?|\[[^]/]+\])", pattern)
    known = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        known.get(part) or (part.replace("[!", "[^") if part[:1] == "[" else re.escape(part))
        for part in parts
    )


def exported_on(path: Path, feed: Feed) -> date | datetime | None:
    """The day, or the company-local time, an export speaks of: in its name, or as the feed says.

    None if the feed does not say: then it speaks of the instant it is landed.

    Raises   SettingWrong if the feed says so and the name has none
    """
    if feed.exported_on != "filename":
        return feed.exported_on
    for found in _DAY.finditer(path.name):
        year, _, month, day, hour, minute, second = found.groups()
        try:
            on = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if hour is None:
            return on
        return datetime(on.year, on.month, on.day, int(hour), int(minute), int(second or 0))  # noqa: DTZ001 company time
    raise SettingWrong(
        f"{path} has no day in its name, but the feed of {feed.table} says"
        ' exported_on = "filename".',
        remedy="Put the day into the name, such as Opportunity_2026-07-01.csv, or write the day"
        " as exported_on.",
    )
