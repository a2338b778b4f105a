"""One option of a definition as it is asked: every choice with what it means and who does so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from trivet.agreements.documents.kinds.outline import AN_AMOUNT
from trivet.agreements.language import said
from trivet.errors import OptionUnknown
from trivet.numbers.shared_metrics.option import Option, OptionValue
from trivet.sentence import Sentence

LONGEST_NAME = 80
SPARE_ROWS = 2
"""Empty rows under a map of names and hours: more of them come with the next time it is shown."""


@dataclass(frozen=True, slots=True)
class ChoiceAsked:
    """One choice.

    place   where it stands in a chain, 0 if it is not in it
    """

    value: str
    says: str
    who: str
    checked: bool
    place: int = 0


@dataclass(slots=True)
class OptionAsked:
    """An option, with what was chosen or sent.

    name    of its fields
    sent    what was sent as it was typed, for a number or for hours
    rows    names and hours of a map, with spare rows
    order   of a chain: the place of each choice, as it was sent
    wrong   what is wrong with it, '' if nothing is
    """

    option: Option
    value: OptionValue
    sent: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    order: dict[str, int] = field(default_factory=dict)
    wrong: str = ""

    @property
    def name(self) -> str:
        return f"option-{self.option.name}"

    @property
    def title(self) -> str:
        return self.option.title

    @property
    def kind(self) -> str:
        return self.option.kind

    @property
    def says(self) -> str:
        """What stands around a number: `The window is the … days before creation.`"""
        return said(Sentence(self.option.template, {"value": "…"}))

    @property
    def choices(self) -> list[ChoiceAsked]:
        chosen = self.value
        values = chosen if isinstance(chosen, list) else [_text(chosen)]
        return [
            ChoiceAsked(
                choice.value,
                choice.says,
                choice.who,
                choice.value in values,
                self.order.get(choice.value, 0),
            )
            for choice in self.option.choices
        ]

    @property
    def places(self) -> range:
        """1 to how many choices there are: the order of a chain."""
        return range(1, len(self.option.choices) + 1)


def asked(option: Option, value: OptionValue) -> OptionAsked:
    """An option as it stands."""
    found = OptionAsked(option, value, _text(value))
    if option.kind == "chain" and isinstance(value, list):
        found.order = {each: at for at, each in enumerate(value, start=1)}
    if isinstance(value, dict):
        found.rows = [*value.items(), *[("", "")] * SPARE_ROWS]
    return found


def sent(option: Option, before: OptionValue, data: QueryDict) -> OptionAsked:
    """An option as it was sent; with `wrong`, and what stood before, where it cannot be so."""
    found = OptionAsked(option, before)
    given: object
    try:
        match option.kind:
            case "several":
                given = data.getlist(found.name)
            case "chain":
                found.order = _order(option, found.name, data)
                given = _chain(option, found.order)
            case "flag":
                given = {"true": True, "false": False}.get(data.get(found.name, ""))
            case "whole":
                found.sent = data.get(found.name, "").strip()
                given = int(found.sent) if _is_whole(found.sent) else found.sent
            case "hours_by":
                found.rows = _rows(found.name, data)
                given = _hours_by(option, found.rows)
            case "hours":
                found.sent = str(data.get(found.name, "")).strip()
                given = _hours(found.sent)
            case _:
                given = str(data.get(found.name, ""))
        found.value = option.read(given)
    except OptionUnknown as wrong:
        found.wrong = f"{said(wrong.happened)} {said(wrong.remedy)}"
    if option.kind == "hours_by":
        found.rows = [row for row in found.rows if any(row)] + [("", "")] * SPARE_ROWS
    return found


def _order(option: Option, name: str, data: QueryDict) -> dict[str, int]:
    return {
        choice.value: int(place)
        for choice in option.choices
        if _is_whole(place := str(data.get(f"{name}-{choice.value}", ""))) and int(place) > 0
    }


def _chain(option: Option, places: Mapping[str, int]) -> list[str]:
    if len(set(places.values())) < len(places):
        raise OptionUnknown(
            "Two choices of %(name)s have the same place.",
            remedy="Give each its own.",
            name=option.name,
        )
    return sorted(places, key=places.__getitem__)


def _rows(name: str, data: QueryDict) -> list[tuple[str, str]]:
    keys, hours = data.getlist(f"{name}-name"), data.getlist(f"{name}-hours")
    return [(key.strip(), hour.strip()) for key, hour in zip(keys, hours, strict=False)]


def _hours_by(option: Option, rows: list[tuple[str, str]]) -> Mapping[str, str]:
    filled = [row for row in rows if any(row)]
    names = [name for name, _ in filled]
    if not all(name.isprintable() and len(name) <= LONGEST_NAME for name in names):
        raise OptionUnknown(
            "A name of %(name)s is too long, or has a character that nobody can see.",
            remedy="Use up to %(longest)s letters.",
            name=option.name,
            longest=LONGEST_NAME,
        )
    if "" in names or len(set(names)) < len(names):
        raise OptionUnknown(
            "A row of %(name)s has no name, or two have the same.",
            remedy="Name each row once, or empty it.",
            name=option.name,
        )
    return {name: _hours(hours) for name, hours in filled}


def _hours(text: str) -> str:
    """Hours as they are typed; what is none of them is read as no hours, and refused."""
    return text if AN_AMOUNT.fullmatch(text) else "0"


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 7


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
