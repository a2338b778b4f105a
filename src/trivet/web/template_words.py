"""Filters and tags the templates use: words of `words.py`, icons, and cells by kind."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from trivet.numbers.shared_metrics.figure import Figure, Unit
from trivet.vocabulary.money import Money
from trivet.web import words

register = template.Library()

COLUMN_TITLES = {
    "happened_on": gettext_lazy("Date"),
    "deal_type": gettext_lazy("Type"),
    "source_id": gettext_lazy("Id there"),
    "user_id": gettext_lazy("Owner"),
}
FIRST_KNOWN, STILL = 1970, 9999
OUTCOME_TONES = {"won": "good", "lost": "bad"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A 16 px stroke from the sheet in the page's head."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def as_json(value: object) -> str:
    """For a data attribute that a script reads."""
    return json.dumps(value)


@register.filter
def day(value: date) -> SafeString:
    """A `<time>` that shows the day."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.day(value))


@register.filter
def short_day(value: date) -> SafeString:
    """The same without its year, for a tile."""
    said = f"{value.day} {words.month(value)}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), said)


@register.filter
def instant(value: datetime) -> SafeString:
    """A `<time>` that shows how long ago, with the exact instant on hover."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    exact = f"{words.day(aware.date())}, {aware:%H:%M} UTC"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', aware.isoformat(), exact, words.ago(aware)
    )


@register.filter
def whole(value: int | Decimal) -> str:
    """Thousands marked."""
    return f"{int(value):,}"


@register.filter
def dated(text: str) -> str:
    """A day that is told as ISO 8601 text: `30 Sep 2026`."""
    return words.day(date.fromisoformat(text))


@register.filter
def titled(name: str) -> str:
    """A column's or a rule's name as words: `closed_at` is "Closed at"."""
    if name in COLUMN_TITLES:
        return str(COLUMN_TITLES[name])
    for ending in ("_minor", "_id"):
        name = name.removesuffix(ending)
    return spoken(name)


@register.filter
def spoken(name: str) -> str:
    """One of our own words as a person says it: `no_decision` is "No decision"."""
    return words.spoken(name)


@register.filter
def said(text: str) -> str:
    """A sentence that came with the numbers, in the reader's language if it is known in it."""
    return words.sentence(text)


CODE = re.compile(r"`([^`]+)`")


@register.filter
def told(text: str) -> SafeString:
    """The same, with `what stands in backticks` as code."""
    escaped = conditional_escape(words.sentence(text))
    return mark_safe(CODE.sub(r"<code>\1</code>", escaped))  # noqa: S308 - escaped a line above


@register.simple_tag
def cell(value: object, kind: str, currency: str = "USD", query: str = "") -> SafeString | str:
    """A value as its kind is read: money, day, flag, a link to a record ..."""
    if value is None or value == "":
        return format_html(
            '<span class="none" title="{}">\N{EN DASH}</span>', gettext("not filled in")
        )
    if kind.startswith("id:"):
        noun = kind.partition(":")[2]
        value, said = value if isinstance(value, tuple) else (value, value)
        page = {"opportunity": "opportunities", "account": "accounts"}.get(noun)
        if page is None:
            return str(said)
        return format_html('<a href="/{}/{}{}">{}</a>', page, value, query, said)
    if kind == "outcome":
        return format_html(
            '<span class="chip {}">{}</span>', OUTCOME_TONES.get(str(value), ""), spoken(str(value))
        )
    if kind == "word":
        return words.own_word(str(value))
    if isinstance(value, Money):
        return words.money(value.minor, value.currency)
    if kind == "money" and isinstance(value, int | Fraction | Decimal):
        return words.money(round(value), currency)
    if kind == "days" and isinstance(value, int | Fraction | Decimal):
        return words.side(Fraction(value), Unit.DAYS, currency)
    if isinstance(value, bool) or kind == "flag":
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date) and value.year in (FIRST_KNOWN, STILL):
        return gettext("from the start") if value.year == FIRST_KNOWN else gettext("until now")
    if isinstance(value, datetime):
        return _clock(value) if kind == "clock" else _day_of(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Fraction | Decimal | float):
        text = words.decimal(Fraction(value), 2)
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, int):
        return words.decimal(value, 0)
    return conditional_escape(str(value))


def _day_of(value: datetime) -> SafeString:
    """The day of an instant, its hour on hover."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        aware.isoformat(),
        f"{aware:%H:%M} UTC",
        words.day(aware.date()),
    )


def _clock(value: datetime) -> SafeString:
    """Day and hour by the clock of the value's own zone."""
    said = f"{words.day(value.date())}, {value:%H:%M}"
    zone = f"{value.tzinfo}"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), zone, said)


@register.simple_tag
def link_or_text(value: object) -> SafeString | str:
    """A cell of a chart's table: text, or (text, address)."""
    if isinstance(value, tuple):
        text, address = value
        return format_html('<a href="{}">{}</a>', address, text)
    return conditional_escape(str(value))


@register.simple_tag
def moment(value: object) -> SafeString | str:
    """An instant, given as one or as ISO 8601 text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return instant(value) if isinstance(value, datetime) else str(value)


@register.simple_tag
def share(part: int | Decimal, whole_number: int | Decimal) -> str:
    """A part of a whole in percent, or nothing of nothing."""
    if not whole_number:
        return words.NO_NUMBER
    return f"{words.decimal(Fraction(100 * part) / Fraction(whole_number), 1)}%"


@register.simple_tag
def valued(figure: Figure, currency: str) -> str:
    """A figure's value with its unit, or a dash where it has none."""
    return str(words.amount(figure.value, figure.unit, currency))


@register.simple_tag
def widened(figure: Figure) -> str:
    """The interval of a figure that rests on few records."""
    found = figure.interval
    return f"{found.low * 100:.0f}{words.NO_NUMBER}{found.high * 100:.0f}%" if found else ""


@register.filter
def held(figure: Figure) -> str:
    """By what its definition is in force."""
    return words.held(figure)


NUMERIC = frozenset({"money", "number", "days"})


@register.filter
def is_numeric(kind: str) -> bool:
    """A column that stands flush right."""
    return kind in NUMERIC
