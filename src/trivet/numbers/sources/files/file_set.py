"""The files that a feed names, and the day each was exported on."""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from trivet.errors import ExportUnreadable, SettingWrong
from trivet.numbers.workspace.feed import Feed
from trivet.numbers.workspace.workspace import OWN_FOLDERS

_DAY = re.compile(
    r"(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[T _-]?([01]\d|2[0-3])[-.:h]?([0-5]\d)(?:[-.:]?([0-5]\d))?)?(?!\d)"
)

LOOKED_AT_LIMIT = 100_000
"""Files and folders that a pattern looks at: a day of the disk is no export."""


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
    """The files that one entry of `files` names, by name; empty if there are none.

    folder   the workspace's; a pattern finds nothing in what Trivet itself keeps there

    Raises   SettingWrong      the pattern would search the whole machine, or comes to no end
             ExportUnreadable  a folder on the way cannot be listed
    """
    exact = folder / name
    if exact.is_file():
        return [exact]
    if not is_pattern(name):
        return []
    parts = exact.parts
    fixed = next(place for place, part in enumerate(parts) if glob.has_magic(part))
    base, pattern = Path(*parts[:fixed]), parts[fixed:]
    whole = os.path.normpath(base)
    # One folder may be listed, wherever it is. Folders below it may not be those of everything.
    if len(pattern) > 1 or pattern[0] == "**":
        around = folder.is_relative_to(whole) and str(folder) != whole
        if around or whole == Path(whole).anchor:
            raise SettingWrong(
                f"files = {name!r} would search all of {whole}.",
                remedy="Write the folder of the exports before the first wildcard, such as"
                " exports/**/*.csv.",
            )
    own = {folder / each for each in OWN_FOLDERS}
    try:
        return _search(Path(whole), pattern, own)
    except _TooMany as wrong:
        raise SettingWrong(
            f"files = {name!r} has looked at {LOOKED_AT_LIMIT:,} files and folders below {whole},"
            " and there are more.",
            remedy="Write the folder of the exports before the first wildcard, such as"
            " exports/**/*.csv.",
        ) from wrong


def files_below(folder: Path) -> list[Path]:
    """Every file in a folder and in those below it, but for hidden ones.

    Raises   ExportUnreadable if there are more than anybody looks at, or one cannot be listed
    """
    try:
        return _search(folder, ("**",), set())
    except _TooMany as wrong:
        raise ExportUnreadable(
            f"{folder} has more than {LOOKED_AT_LIMIT:,} files and folders below it.",
            remedy="Name the folder that only the exports are in.",
        ) from wrong


class _TooMany(Exception):
    """A search has looked at more entries than any set of exports has."""


def _search(base: Path, pattern: tuple[str, ...], own: set[Path]) -> list[Path]:
    """The files below `base` that a pattern names, none twice.

    A folder that a link leads to is searched too, but each only once: links may lead in circles.
    """
    if pattern[-1] == "**":
        pattern = (*pattern, "*")
    found: set[Path] = set()
    seen: set[tuple[int, int, int]] = set()
    looked_at = 0
    waiting = [(base, 0)]
    while waiting:
        folder, place = waiting.pop()
        part, is_last = pattern[place], place == len(pattern) - 1
        try:
            there = folder.stat()
            if (key := (there.st_dev, there.st_ino, place)) in seen or folder in own:
                continue
            seen.add(key)
            if part == "**":
                waiting.append((folder, place + 1))
            with os.scandir(folder) as entries:
                for entry in entries:
                    looked_at += 1
                    if looked_at > LOOKED_AT_LIMIT:
                        raise _TooMany
                    if entry.name.startswith(".") and not part.startswith("."):
                        continue
                    if part == "**":
                        if _leads_to(entry.is_dir):
                            waiting.append((folder / entry.name, place))
                    elif not fnmatch.fnmatch(entry.name, part):
                        continue
                    elif is_last and _leads_to(entry.is_file):
                        found.add(folder / entry.name)
                    elif not is_last and _leads_to(entry.is_dir):
                        waiting.append((folder / entry.name, place + 1))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as wrong:
            raise ExportUnreadable(
                f"{folder} cannot be listed: {wrong.strerror}.",
                remedy="Give whoever runs Trivet the right to read it.",
            ) from wrong
    return sorted(found)


def _leads_to(kind: Callable[[], bool]) -> bool:
    """False for a link that leads to itself: asking what it leads to has no answer."""
    try:
        return kind()
    except OSError as wrong:
        if wrong.errno != errno.ELOOP:
            raise
        return False


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
