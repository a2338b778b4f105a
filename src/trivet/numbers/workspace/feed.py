"""What the mapping says about a file set: where it is, how to read it, what its columns mean."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from trivet.numbers.workspace.company import checked_currency, checked_time_zone
from trivet.numbers.workspace.part import Flag, Part

DATE_CODES = frozenset("aAwdbBmyYHIpMSfgnzZjUWGuV%")
"""Letters that may follow `%` (or `%-`) in a date format: those of DuckDB's `strptime`."""

Scope = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,30})?$")]
"""What stands before an id, with a colon behind it; the empty one keeps the id as it is."""

SMALLEST_FACTOR, LARGEST_FACTOR = Decimal("0.000001"), Decimal(1_000_000)
"""Bounds of `times`, in size. A quadrillion times a million still fits a wide decimal."""

FACTOR_DECIMALS = 9
"""Places behind the point of `times`: a twelfth is exact to a cent of a hundred million."""

FIRST_YEAR, LAST_YEAR = 1900, 9998
"""Years a day in the settings may have: in any time zone it is still a date."""

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def checked_date_format(text: str) -> str:
    """The format itself; ValueError if it has no day in it or an unknown code."""
    codes = re.findall(r"%-?(.?)", text)
    if strange := [code for code in codes if code not in DATE_CODES]:
        raise ValueError(f"{text!r} has the unknown code %{strange[0]}; write for example %d.%m.%Y")
    whole = {"Y", "y", "G"} & set(codes) and ({"m", "b", "B", "j", "U", "W", "V"} & set(codes))
    if not whole:
        raise ValueError(f"{text!r} has no year and month; write for example %d.%m.%Y %H:%M")
    return text


def _many(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


class ColumnRule(Part):
    """How one canonical column comes about. Exactly one of the first four is given.

    column      the export's column
    constant    the same text for every row
    first_of    the first of these columns that is filled in
    joined      these columns, those that are filled in, with `joined_by` between them
    values      export's text -> canonical text; other texts pass through
    otherwise   canonical text for the texts that `values` does not name; not for empty cells
    default     canonical text for an empty cell
    format      how a date or instant is written, or several ways
    times       factor for a number or an amount: 12 makes a year's of a month's
    last_day    the export gives the last day included; the warehouse keeps the first day after
    scope       of an id: which of the vendor's objects it names, where two number their records
                alike; or one for each column, `{ LeadId = "lead" }`
    """

    column: str | None = None
    constant: str | None = None
    first_of: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    joined_by: str = " "
    values: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None
    default: str | None = None
    format: tuple[str, ...] = ()
    times: Decimal | None = None
    last_day: Flag = False
    scope: Scope | dict[str, Scope] = ""

    # Column names, separators and values are the export's own: a blank in them may matter.
    model_config = ConfigDict(str_strip_whitespace=False)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @field_validator("format", mode="before")
    @classmethod
    def _one_or_more(cls, given: Any) -> Any:
        return _many(given)

    @field_validator("format")
    @classmethod
    def _readable(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(checked_date_format(text) for text in formats)

    @field_validator("times", mode="before")
    @classmethod
    def _plain_factor(cls, given: Any) -> Any:
        if isinstance(given, str) and not _PLAIN_NUMBER.fullmatch(given.strip()):
            raise ValueError(f"{given!r} is not a number; write for example 12 or 0.01")
        return given

    @field_validator("times")
    @classmethod
    def _factor(cls, times: Decimal | None) -> Decimal | None:
        if times is None:
            return None
        if times == 0:
            raise ValueError("0 would make every value nothing; leave the column out instead")
        if not SMALLEST_FACTOR <= abs(times) <= LARGEST_FACTOR:
            raise ValueError(
                f"{times} is no factor between {SMALLEST_FACTOR:f} and {LARGEST_FACTOR:,f}"
            )
        if round(times, FACTOR_DECIMALS) != times:
            raise ValueError(
                f"{times} has more than {FACTOR_DECIMALS} decimals, and the rest would be cut off"
            )
        return times

    @field_validator("values")
    @classmethod
    def _each_text_means_one_thing(cls, values: dict[str, str]) -> dict[str, str]:
        # Cells are read without the blanks around them, and so are these.
        seen: dict[str, str] = {}
        for key, value in values.items():
            if seen.setdefault(key.strip(), value) != value:
                raise ValueError(
                    f"{key.strip()!r} is listed twice, as {seen[key.strip()]!r} and as {value!r}"
                )
        return values

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.column is not None, self.constant is not None, self.first_of, self.joined]
        if sum(map(bool, given)) != 1:
            raise ValueError("give exactly one of column, constant, first_of and joined")
        if isinstance(self.scope, dict) and (strange := set(self.scope) - set(self.reads)):
            raise ValueError(f"scope names {sorted(strange)[0]!r}, which this column does not read")
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """The export's columns that this rule reads."""
        return (self.column,) if self.column is not None else self.first_of + self.joined


class Feed(Part):
    """`[[source.feed]]`: one file set that feeds one canonical table.

    table          the canonical table
    files          globs, relative to the workspace folder
    columns        canonical column -> how it comes about
    exported_on    "filename", a day, or None: the instant it was first landed
    delimiter, encoding, sheet    how to read the files; found out when None
    date_format    how dates and instants are written, unless a column says otherwise
    decimal_comma  True: 1.234,50, False: 1,234.50, None: nobody said, so what could be either
                   is not read
    missing        texts that mean "not filled in", besides the empty one
    currency       of the feed's money where a row has none
    when_present   a row where one of these columns is empty is no record of this table
    only           export's column -> the texts a row must have there to be a record of this table
    scope          the vendor's object that the records are of, where two number theirs alike; ids
                   of fewer than 15 characters get it before them
    history_from   the day from which on the export has everything; else the first of the month of
                   its earliest record
    distinct       where a record stands in many rows, as a customer in order lines: the one that
                   counts, the first or the newest. None: a record stands in one row
    newest_by      export's column with the date by which a row is the newest
    """

    table: str
    files: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, ColumnRule] = Field(min_length=1)
    exported_on: Literal["filename"] | date | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    sheet: str | None = None
    date_format: tuple[str, ...] = ()
    decimal_comma: Flag | None = None
    missing: tuple[str, ...] = ()
    currency: str | None = None
    when_present: tuple[str, ...] = ()
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    scope: Scope | None = None
    history_from: date | None = None
    distinct: Literal["first", "newest"] | None = None
    newest_by: str | None = None

    # Column names, separators and values are the export's own: a blank in them may matter.
    model_config = ConfigDict(str_strip_whitespace=False)

    @field_validator("files", "date_format", mode="before")
    @classmethod
    def _one_or_more(cls, given: Any) -> Any:
        return _many(given)

    @field_validator("date_format")
    @classmethod
    def _readable(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(checked_date_format(text) for text in formats)

    @field_validator("currency")
    @classmethod
    def _currency(cls, code: str | None) -> str | None:
        return None if code is None else checked_currency(code)

    @field_validator("files")
    @classmethod
    def _nameable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if "\0" in name or not name.strip():
                raise ValueError(f"{name!r} is not the name of a file")
        return names

    @field_validator("delimiter")
    @classmethod
    def _may_delimit(cls, letter: str | None) -> str | None:
        if letter is not None and (not letter.isascii() or letter in '"\r\n\0'):
            raise ValueError(f"{letter!r} cannot stand between cells; write for example ';'")
        return letter

    @field_validator("exported_on", mode="before")
    @classmethod
    def _day(cls, given: Any) -> Any:
        if given is None or given == "filename":
            return given
        day = given
        if isinstance(given, str) and _ISO_DAY.fullmatch(given):
            with suppress(ValueError):
                day = date.fromisoformat(given)
        if isinstance(day, datetime) and day.tzinfo is None and day.time() == time():
            day = day.date()
        if type(day) is not date or not FIRST_YEAR <= day.year <= LAST_YEAR:
            said = str(given).lower() if isinstance(given, bool) else f"{given!s:.40}"
            raise ValueError(
                f'{said} is no day; write for example "2026-07-01", or "filename" to take'
                " the day in the file's name"
            )
        return day

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str | None) -> str | None:
        if name is None:
            return None
        try:
            "".encode(name)
        except (LookupError, ValueError) as wrong:
            raise ValueError(
                f"{name!r} is not a known encoding; write for example utf-8 or cp1252"
            ) from wrong
        return name

    @model_validator(mode="after")
    def _newest_has_a_date(self) -> Self:
        if (self.distinct == "newest") != (self.newest_by is not None):
            raise ValueError(
                'distinct = "newest" and newest_by, the column with the date, go together; without'
                ' a date write distinct = "first"'
            )
        return self

    @property
    def own_scope(self) -> str:
        """The scope of its records: as it says, else `lead` for people who can be converted."""
        if self.scope is not None:
            return self.scope
        is_of_leads = self.table == "contact" and "converted_into_id" in self.columns
        return "lead" if is_of_leads else ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The export's columns that this feed reads, each once, in the order of the mapping."""
        columns = [name for rule in self.columns.values() for name in rule.reads]
        date = [self.newest_by] if self.newest_by is not None else []
        return tuple(dict.fromkeys([*columns, *self.when_present, *self.only, *date]))


class Source(Part):
    """`[[source]]`: one system that exports come from.

    name        unique; also the name of its folder under `landing/`
    time_zone   of the instants in its files that do not say theirs
    feeds       `[[source.feed]]`
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    system: Literal["crm", "marketing_automation", "customer_success", "billing", "other"]
    time_zone: str = "UTC"
    feeds: tuple[Feed, ...] = Field(default=(), alias="feed")

    _time_zone = field_validator("time_zone")(checked_time_zone)

    def zone_of_days(self, company_zone: str) -> str:
        """Where its bare days are days: in its own zone where it says one, else at the company."""
        return self.time_zone if "time_zone" in self.model_fields_set else company_zone
