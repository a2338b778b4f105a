"""From the text of a canonical column to its typed value, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import list_currencies

from trivet.numbers.warehouse.mapping import STAGE_COLUMNS
from trivet.numbers.warehouse.staging.parameters import Parameters, quoted
from trivet.numbers.warehouse.staging.problem import (
    IMPOSSIBLE_DATE,
    MISSING_REQUIRED,
    UNKNOWN_STAGE,
    UNKNOWN_VALUE,
    UNREADABLE_DATE,
    UNREADABLE_NUMBER,
    Problem,
)
from trivet.numbers.warehouse.tables import Column, Kind, Table
from trivet.numbers.workspace.feed import FACTOR_DECIMALS, ColumnRule, Feed
from trivet.numbers.workspace.stages import Stages
from trivet.vocabulary.currency_signs import signs_of, with_signs
from trivet.vocabulary.money import minor_digits

_TIMES_OF_DAY = (" %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S")
"""What follows a day where an instant is asked for and the format names only the day."""

FIRST_YEAR = 1900
"""A year before it is a slip: 0024, or two digits read as they stand."""


@dataclass(frozen=True, slots=True)
class Context:
    """What values of one feed depend on besides their text.

    zone, company_zone   IANA names: the source's, and the company's
    currency             of money whose row names none
    is_salesforce        the source's ids are Salesforce's
    crm_is_salesforce    the CRM's are, so what refers to the CRM has to look the same
    """

    zone: str
    company_zone: str
    currency: str
    stages: Stages
    is_salesforce: bool = False
    crm_is_salesforce: bool = False


MINOR_PER_UNIT = "_minor_per_unit"
"""Column of the rows on their way: minor units of one unit of the row's currency."""

_MARKS = "_marks"
"""Column of the rows on their way: what may stand beside an amount in the row's currency."""


class Values:
    """Typed values of one feed's columns.

    The text of column `x` is `t_x`. What several values ask of a row is `read_once`, in a query of
    its own between the texts and the values: written out in each of six amounts, the list of all
    currencies took DuckDB longer to plan than the rows took to read.
    """

    def __init__(self, table: Table, feed: Feed, context: Context, parameters: Parameters) -> None:
        self._table = table
        self._feed = feed
        self._context = context
        self._add = parameters.add

    def row_currency(self) -> dict[str, str]:
        """SQL of a row's currency and what follows from it, by the names of their columns."""
        read = {MINOR_PER_UNIT: self._minor_per_unit(), _MARKS: self._marks()}
        if any(column.name == "currency" for column in self._table.columns):
            read = {"currency": self._currency()} | read
        return read

    def read_once(self) -> dict[str, str]:
        """SQL of what `value` and `problems` expect beside the texts, by the names of columns."""
        return self.row_currency() | {
            _number_name(column): self._number(column, self._feed.columns[column.name])
            for column in self._table.columns
            if column.name in self._feed.columns
            and column.kind in (Kind.MONEY, Kind.WHOLE, Kind.NUMBER)
        }

    def value(self, column: Column, rule: ColumnRule) -> str:
        """SQL of the column's type; null where the text is missing or unreadable."""
        said = text_name(column)
        match column.kind:
            case Kind.ID:
                return self._id(column, said)
            case Kind.TEXT:
                return self._text(column, said)
            case Kind.INSTANT:
                return self.instant(said, self._formats(rule))
            case Kind.DAY:
                day = self._day(rule, said)
                return f"day_after({day})" if rule.last_day else day
            case Kind.MONEY:
                return f"read_money({_number_name(column)}, {MINOR_PER_UNIT})"
            case Kind.WHOLE:
                number = _number_name(column)
                return f"case when {number} = round({number}, 0) then {number}::bigint end"
            case Kind.NUMBER:
                return f"try_cast({_number_name(column)} as decimal(18, 6))"
            case Kind.FLAG:
                return f"read_flag({said})"

    def _id(self, column: Column, said: str) -> str:
        theirs = column.name == "crm_id" and self._context.crm_is_salesforce
        return f"read_salesforce_id({said})" if self._context.is_salesforce or theirs else said

    def _text(self, column: Column, said: str) -> str:
        if (self._table.name, column.name) in STAGE_COLUMNS:
            return self.stage(said)
        if column.name == "currency":
            codes = self._add(sorted(list_currencies()))
            return f"case when list_contains({codes}, upper({said})) then upper({said}) end"
        if column.values:
            word = f"read_word({said})"
            return (
                f"case when list_contains({self._add(list(column.values))}, {word}) then {word} end"
            )
        return said

    def stage(self, said: str) -> str:
        """SQL: the stage as `[stages]` writes it, whatever its case; null if it is not there."""
        whens = " ".join(
            f"when {self._add(name.lower())} then {self._add(name)}::varchar"
            for name in self._context.stages.all
        )
        return f"case lower({said}) {whens} end" if whens else "null::varchar"

    def number(self, said: str) -> str:
        """SQL: the number that a text says, with the feed's decimal sign."""
        reader = "read_comma_number" if self._feed.decimal_comma else "read_point_number"
        return f"{reader}({said})"

    def _number(self, column: Column, rule: ColumnRule) -> str:
        """SQL: the number of a column's text. Only money may have a currency beside it."""
        said = text_name(column)
        match column.kind:
            case Kind.MONEY:
                number = self.number(said)
            case Kind.WHOLE:
                number = self._bare_number(said)
            case _:
                bare = self._bare_number(f"rtrim({said}, ' %')")
                number = f"{bare} / case when right({said}, 1) = '%' then 100 else 1 end"
        if rule.times is None:
            return number
        factor = f"{self._add(rule.times)}::decimal(16, {FACTOR_DECIMALS})"
        return f"cast(({number}) * {factor} as decimal(38, 6))"

    def _bare_number(self, said: str) -> str:
        return f"case when len(currency_marks({said})) = 0 then {self.number(said)} end"

    def _currency(self) -> str:
        """SQL: the row's currency; the feed's or the company's where the row names none."""
        default = f"{self._add(self._context.currency)}::varchar"
        if "currency" not in self._feed.columns:
            return default
        return f"coalesce({self._text(self._table.column('currency'), 't_currency')}, {default})"

    def _marks(self) -> str:
        """SQL: the signs and the code of the row's currency, in small letters.

        A sign that several currencies share is taken for the row's where it is one of them.
        """
        default = f"{self._add(sorted(signs_of(self._context.currency)))}::varchar[]"
        if "currency" not in self._feed.columns:
            return default
        signed = with_signs()
        codes = self._add(list(signed))
        signs = self._add([sorted(signs_of(code)) for code in signed])
        return (
            f"case when currency = {self._add(self._context.currency)} then {default}"
            f" else coalesce({signs}[list_position({codes}, currency)], [lower(currency)]) end"
        )

    def names_another_currency(self, said: str) -> str:
        """SQL: beside the amount stands what is not a sign or the code of the row's currency."""
        return (
            f"case when {said} is not null and read_plain_number({said}) is null"
            f" then not list_has_all({_MARKS}, currency_marks({said})) end"
        )

    def _minor_per_unit(self) -> str:
        """SQL: minor units of one unit of the row's currency: 100 for EUR, 1 for JPY."""
        if "currency" not in self._feed.columns:
            return str(10 ** minor_digits(self._context.currency))
        others = [code for code in sorted(list_currencies()) if minor_digits(code) != 2]
        codes, units = self._add(others), self._add([10 ** minor_digits(c) for c in others])
        return f"coalesce({units}[list_position({codes}, currency)], 100)"

    def is_rounded(self, column: Column) -> str:
        """SQL: the amount has more decimals than its currency."""
        return f"is_rounded({_number_name(column)}, {MINOR_PER_UNIT})"

    def _formats(self, rule: ColumnRule) -> tuple[str, ...]:
        return rule.format or self._feed.date_format

    def instant(self, said: str, formats: tuple[str, ...]) -> str:
        """SQL: the UTC instant that a text says."""
        zone, company_zone = self._add(self._context.zone), self._add(self._context.company_zone)
        readings: list[str] = []
        for group, kind in _grouped(formats):
            read = f"try_strptime({said}, {self._add(group)})"
            if kind == "zoned":
                readings.append(f"timezone('UTC', {_in_a_zone(said, read)})")
            else:
                named = zone if kind == "local" else company_zone
                readings.append(f"utc_from({named}, {read})")
        if _may_be_iso(formats):
            readings.append(f"read_iso_instant({said}, {zone}, {company_zone})")
        return f"coalesce({', '.join(readings)})"

    def is_day(self, column: Column, rule: ColumnRule) -> str:
        """SQL: whether an instant's text names only its day, or the midnight that stands for one.

        Databases, workbooks and APIs write a date as its midnight; of what really happened at
        midnight nothing is lost by taking it for any hour of that day.
        """
        said = text_name(column)
        told: list[str] = []
        for formats, kind in _grouped(self._formats(rule)):
            read = f"try_strptime({said}, {self._add(formats)})"
            utc = f"timezone('UTC', {read})" if kind == "zoned" else read
            told.append(f"coalesce({utc} = date_trunc('day', {utc}), false)")
        if _may_be_iso(self._formats(rule)):
            told.append(f"iso_is_day({said})")
        return " or ".join(told)

    def day(self, said: str, formats: tuple[str, ...]) -> str:
        """SQL: the company's day that a text says."""
        zone, company_zone = self._add(self._context.zone), self._add(self._context.company_zone)
        readings: list[str] = []
        for group, kind in _grouped(formats):
            read = f"try_strptime({said}, {self._add(group)})"
            if kind == "zoned":
                read = _in_a_zone(said, read)
                readings.append(f"day_of_utc(timezone('UTC', {read}), {company_zone})")
            else:
                readings.append(f"day_of_local({read}, {zone}, {company_zone})")
        if _may_be_iso(formats):
            readings.append(f"read_iso_date({said}, {zone}, {company_zone})")
        return f"coalesce({', '.join(readings)})"

    def _day(self, rule: ColumnRule, said: str) -> str:
        return self.day(said, self._formats(rule))

    def problems(self, column: Column, rule: ColumnRule) -> list[Problem]:
        """What can be wrong with the column's text and value, the likeliest first."""
        said, value = text_name(column), quoted(column.stored_as)
        found: list[Problem] = []
        if column.required and rule.constant is None:
            found.append(
                Problem(
                    MISSING_REQUIRED,
                    column.name,
                    f"{column.name} is empty, and every {self._table.name} needs it: fill it in"
                    f" at the source{_where(rule)}, or give the mapping a default.",
                    f"{said} is null",
                    "null::varchar",
                )
            )
        if column.name == "currency":
            value = f"({self._text(column, said)})"
        unread = f"{said} is not null and {value} is null"
        if column.kind in (Kind.INSTANT, Kind.DAY):
            written = " or ".join(self._formats(rule)) or "ISO 8601, such as 2026-03-31"
            # The commonest of what ISO 8601 does not have.
            zone = (
                "; a zone is written +01:00, Z, UTC or GMT" if column.kind is Kind.INSTANT else ""
            )
            found += [
                Problem(
                    UNREADABLE_DATE,
                    column.name,
                    f"{column.name} is '{{value}}', which is no date written as {written}{zone}:"
                    f" correct it at the source{_where(rule)}, or give the mapping its format.",
                    unread,
                    said,
                ),
                Problem(
                    IMPOSSIBLE_DATE,
                    column.name,
                    f"{column.name} is '{{value}}', which is not between {FIRST_YEAR} and 9999:"
                    f" correct it at the source{_where(rule)}.",
                    f"date_part('year', {value}) not between {FIRST_YEAR} and 9999",
                    said,
                ),
            ]
        elif column.kind in (Kind.MONEY, Kind.NUMBER, Kind.WHOLE):
            sign = "comma" if self._feed.decimal_comma else "point"
            whole = "whole " if column.kind is Kind.WHOLE else ""
            found.append(
                Problem(
                    UNREADABLE_NUMBER,
                    column.name,
                    f"{column.name} is '{{value}}', which is no {whole}number with a decimal"
                    f" {sign}: correct it at the source{_where(rule)}, or list it under `missing`.",
                    unread,
                    said,
                )
            )
            if column.kind is Kind.MONEY:
                found.append(
                    Problem(
                        UNREADABLE_NUMBER,
                        column.name,
                        f"{column.name} is '{{value}}', and what stands beside the number is no"
                        " sign or code of the row's currency: map the currency column, or set the"
                        " feed's currency.",
                        self.names_another_currency(said),
                        said,
                    )
                )
        elif (self._table.name, column.name) in STAGE_COLUMNS:
            found.append(
                Problem(
                    UNKNOWN_STAGE,
                    column.name,
                    "The stage '{value}' is not in [stages]: add it to open, won or lost, or map"
                    " it with values.",
                    unread,
                    said,
                )
            )
        elif column.values or column.kind is Kind.FLAG or column.name == "currency":
            known = ", ".join(column.values) or (
                "ISO 4217 codes" if column.name == "currency" else "true and false"
            )
            found.append(
                Problem(
                    UNKNOWN_VALUE,
                    column.name,
                    f"{column.name} is '{{value}}', which is none of {known}: map it with values.",
                    unread,
                    said,
                )
            )
        return found


def text_name(column: Column) -> str:
    """The name that a column's text has within the query."""
    return quoted(f"t_{column.name}")


def _number_name(column: Column) -> str:
    """Column of the rows on their way: the number that a column's text says."""
    return f"_number_{column.name}"


def _where(rule: ColumnRule) -> str:
    return f" (column {rule.reads[0]})" if rule.reads else ""


def _in_a_zone(said: str, read: str) -> str:
    """SQL: what was read, unless its zone may be several: IST is India's, Israel's or Ireland's."""
    return f"case when names_one_zone({said}) then {read} end"


def _grouped(formats: tuple[str, ...]) -> list[tuple[list[str], str]]:
    """Formats by what they tell: an instant with its zone, a local time, or only a day."""
    groups: dict[str, list[str]] = {"zoned": [], "local": [], "day": []}
    for text in formats:
        if "%z" in text or "%Z" in text:
            groups["zoned"].append(text)
        elif any(code in text for code in ("%H", "%-H", "%I", "%-I", "%c", "%X")):
            groups["local"].append(text)
        else:
            groups["day"].append(text)
            groups["local"] += [text + time for time in _TIMES_OF_DAY]
    return [(texts, kind) for kind, texts in groups.items() if texts]


def _may_be_iso(formats: tuple[str, ...]) -> bool:
    """ISO 8601 is read beside other formats, but not beside one that also starts with the year:
    of %Y-%d-%m and 2017-05-13 only one can be meant.
    """
    return not any(text.startswith(("%Y", "%G")) for text in formats)
