"""`trivet.toml`: everything a company says about itself and its exports, checked when read.

Only the file's own shape is checked here. Whether a mapped table or column exists is checked
by the warehouse, which owns the list of canonical tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from trivet.errors import SettingWrong, WorkspaceTooNew
from trivet.numbers.workspace.company import Company
from trivet.numbers.workspace.dimension import Dimension
from trivet.numbers.workspace.feed import ColumnRule, Feed, Source
from trivet.numbers.workspace.part import Part, Whole, nearest, unknown
from trivet.numbers.workspace.sign_in import SignIn
from trivet.numbers.workspace.stages import Stages
from trivet.vocabulary.canonical import canonical_hash
from trivet.vocabulary.function import Function
from trivet.vocabulary.period import FiscalCalendar

__all__ = ["FORMAT", "ColumnRule", "Company", "Dimension", "Feed", "Settings", "Source", "Stages"]

FORMAT = 1
"""The workspace format this Trivet writes, and the newest it can read."""

LARGEST_FILE = 4 << 20
"""Bytes. The settings of a large company have a few thousand lines."""

SHOWN = 80
"""Letters of a wrong value that a message shows."""


class Settings(Part):
    """A whole `trivet.toml`.

    lead_sources   function -> the lead-source values, as exported, that belong to it
    dimensions     name -> what figures can be split by
    """

    format: Whole = FORMAT
    company: Company
    stages: Stages = Stages()
    lead_sources: dict[Function, tuple[str, ...]] = Field(default_factory=dict)
    dimensions: dict[str, Dimension] = Field(default_factory=dict)
    sign_in: SignIn = SignIn()
    sources: tuple[Source, ...] = Field(default=(), alias="source")

    @property
    def calendar(self) -> FiscalCalendar:
        return self.company.calendar

    @cached_property
    def function_by_lead_source(self) -> dict[str, Function]:
        """Lead source, as written in `[lead_sources]` -> the function it belongs to."""
        return {name: function for function, names in self.lead_sources.items() for name in names}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the settings' meaning: layout and comments of the file do not change it."""
        # Who may sign in changes no number.
        return canonical_hash(self.model_dump(mode="json", exclude={"sign_in"}))

    @field_validator("dimensions")
    @classmethod
    def _plain_names(cls, dimensions: dict[str, Dimension]) -> dict[str, Dimension]:
        for name in dimensions:
            if not (name.isascii() and name.isidentifier() and name == name.lower()):
                raise ValueError(
                    f"the dimension's name {name!r} goes into web addresses; write it in lower"
                    " case letters, digits and _"
                )
        return dimensions

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        # Figures compare lead sources without regard to case or blanks, as CRMs themselves do.
        owner: dict[str, tuple[str, Function]] = {}
        for function, names in self.lead_sources.items():
            for name in names:
                plain = " ".join(name.split()).casefold()
                first, other = owner.setdefault(plain, (name, function))
                if other != function:
                    raise ValueError(
                        f"lead_sources: {first!r} belongs to {other.value} and {name!r} to"
                        f" {function.value}; letter case and blanks do not tell lead sources"
                        " apart, and one lead source has one function"
                    )
        names_seen: set[str] = set()
        for source in self.sources:
            if source.name.casefold() in names_seen:
                raise ValueError(f"the source name {source.name!r} is used twice")
            names_seen.add(source.name.casefold())
        return self

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read `trivet.toml`.

        Raises   WorkspaceTooNew if a newer Trivet wrote the workspace
                 SettingWrong, naming the setting and its value, if it cannot be used
        """
        try:
            size = path.stat().st_size
            text = path.read_bytes() if size <= LARGEST_FILE else b""
        except OSError as wrong:
            raise SettingWrong(
                f"{path} cannot be read: {wrong.strerror}.",
                remedy="Give whoever runs Trivet the right to read it.",
            ) from wrong
        if size > LARGEST_FILE:
            raise SettingWrong(
                f"{path} has {size:,} bytes, which no settings have.",
                remedy="Put back the file that was there; an export belongs into `files`.",
            )
        try:
            given = tomllib.loads(
                text.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
            )
        except RecursionError as wrong:
            raise SettingWrong(
                f"{path} nests lists or tables too deeply to be read.",
                remedy="Correct it; no setting is nested more than a few levels deep.",
            ) from wrong
        except tomllib.TOMLDecodeError as wrong:
            raise SettingWrong(
                f"{path} is not valid TOML: {wrong}.",
                remedy="Correct that line; texts need quotes, and a backslash in a path is '\\\\'.",
            ) from wrong
        except UnicodeDecodeError as wrong:
            raise SettingWrong(
                f"{path} is not UTF-8 text.", remedy="Save it as UTF-8 in your editor."
            ) from wrong
        except ValueError as wrong:
            # Python reads no number of more than 4,300 digits.
            raise SettingWrong(
                f"{path} has a number of thousands of digits, which is too long for any setting.",
                remedy="Correct it; docs/reference/settings.md lists every setting.",
            ) from wrong
        return cls.read(given, path)

    @classmethod
    def read(cls, given: Mapping[str, Any], path: Path = Path("trivet.toml")) -> Settings:
        """Check settings that were already parsed. Raises as `load`; `path` is for the message."""
        if place := _too_long(given):
            raise SettingWrong(
                f"{path} has a whole number at {place} that is too long for any setting.",
                remedy="Correct it; docs/reference/settings.md lists every setting.",
            )
        version = given.get("format")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise SettingWrong(
                f"{path} says format = {version!r}, which is not a workspace format.",
                remedy=f"Write `format = {FORMAT}` as its first line.",
            )
        if version > FORMAT:
            raise WorkspaceTooNew(
                f"{path} has workspace format {version}; this Trivet reads up to {FORMAT}.",
                remedy="Install the newer Trivet that wrote it, or restore an older backup.",
            )
        try:
            return cls.model_validate(given)
        except ValidationError as wrong:
            problems = [_problem(error, given) for error in wrong.errors()]
            shown = "; ".join(problems[:5])
            more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
            raise SettingWrong(
                f"{path} has a setting that cannot be used: {shown}{more}.",
                remedy="Correct it; docs/reference/settings.md lists every setting.",
            ) from wrong


def _too_long(given: Mapping[str, Any]) -> str:
    """Where a number stands that TOML's 64 bits do not hold; '' if there is none.

    Such a number may have more digits than Python prints, so no later message could name it.
    """
    waiting: list[tuple[str, Any]] = [(str(name), value) for name, value in given.items()]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, int) and value.bit_length() > 64:
            return place
        if isinstance(value, Mapping):
            waiting += [(f"{place}.{name}", inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(place, inner) for inner in value]
    return ""


def _written(value: Any) -> str:
    """A value as the file has it, cut where it is long."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return "what is written there"
        case date() | time():
            return value.isoformat()
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


_KNOWN_KEYS: tuple[type[Part], ...] = (
    Settings, Company, Stages, Dimension, Source, Feed, ColumnRule,
)  # fmt: skip


def _problem(error: Any, given: Mapping[str, Any]) -> str:
    """One of pydantic's errors as `source "crm", feed 2 (opportunity), columns.stage: ...`."""
    place = _place(error["loc"], given)
    value = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            name = str(error["loc"][-1])
            keys = {f.alias or key for part in _KNOWN_KEYS for key, f in part.model_fields.items()}
            near = nearest(name, keys - {"custom", name})
            return f"{place} is not a setting" + (f"; did you mean {near}?" if near else "")
        case "missing":
            return f"{place} is missing"
        case "value_error":
            return f"{place}: {error['ctx']['error']}" if place else str(error["ctx"]["error"])
        case "enum" if error["loc"][:1] == ("lead_sources",):
            return f"lead_sources: {unknown('function', str(value), [f.value for f in Function])}"
    said = f"{error['msg'][:1].lower()}{error['msg'][1:]}"
    return f"{place}: {_written(value)} cannot be used ({said})"


def _place(loc: tuple[int | str, ...], given: Mapping[str, Any]) -> str:
    """Where in the file, with sources and feeds called by name instead of by number."""
    words: list[str] = []
    at: Any = given
    for step in loc:
        if step == "[key]":
            continue
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            at = None
        if isinstance(step, int):
            named = at.get("name") or at.get("table") if isinstance(at, dict) else None
            if named and words and words[-1] == "source":
                words[-1] = f'source "{named}"'
            else:
                words[-1] = f"{words[-1]} {step + 1}" + (f" ({named})" if named else "")
        elif words and not words[-1].startswith(("source", "feed")):
            words[-1] = f"{words[-1]}.{step}"
        else:
            words.append(str(step))
    return ", ".join(words)
