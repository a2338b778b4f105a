"""One thing a definition decides: its name, what it may be, and what each choice means.

An option is closed: what a signer may choose from is all here, each with the consequence in
plain words and, where known, who in the field does it so. The sentences are what the metric's
page shows under "how it is counted".
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trivet.errors import OptionUnknown
from trivet.numbers.workspace.part import nearest
from trivet.sentence import Sentence

OptionValue = str | int | bool | list[str] | dict[str, str]
"""JSON without floats: a decimal is text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value an option may take.

    says     the consequence, as a whole sentence
    who      who in the field does it so, if anybody was found
    titled   what the metric's title says besides where it is chosen; "" where the title holds
    """

    value: str
    says: str
    who: str = ""
    titled: str = ""


AMOUNT = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?", re.ASCII)
"""Hours as they are written in a definition: eleven years at most, a third of a second at least."""

MOST_WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Option:
    """A decision of a definition.

    kind      one      exactly one of the choices
              several  any of the choices; order means nothing
              chain    some of the choices in order; the first that decides wins
              whole    a whole number from `least`; `says` has {} for it
              flag     true or false; the first choice is true's sentence, the second false's
              hours    decimal text greater than zero
              hours_by a decimal text for each of any names
    default   the value of a draft
    titled    of a number: what the title says besides where it is another; it has {} for it
    """

    name: str
    title: str
    kind: Literal["one", "several", "chain", "whole", "flag", "hours", "hours_by"]
    default: OptionValue
    choices: tuple[Choice, ...] = ()
    says: str = ""
    least: int = 0
    titled: str = ""

    def read(self, value: object) -> OptionValue:
        """The value in its one form, so that equal decisions have equal hashes.

        Raises   OptionUnknown if the value is none that this option may take
        """
        match self.kind, value:
            case "one", str() if value in self._values:
                return value
            case "flag", bool():
                return value
            case "whole", int() if (
                not isinstance(value, bool) and self.least <= value <= MOST_WHOLE
            ):
                return value
            case "several" | "chain", list() | tuple():
                names = [str(item) for item in value]
                if set(names) <= set(self._values) and len(set(names)) == len(names):
                    if self.kind == "chain":
                        return names
                    return [known for known in self._values if known in names]
            case "hours", str() | int():
                return self._hours(value)
            case "hours_by", Mapping():
                return {str(k): self._hours(v) for k, v in sorted(value.items())}
        raise OptionUnknown(
            "The option %(option)s cannot be %(value)s.",
            remedy="It is %(allowed)s.",
            near=self._meant(value),
            option=self.name,
            value=reprlib.repr(value),
            allowed=self.allowed,
        )

    def _meant(self, value: object) -> str | None:
        """The choice that was probably meant, of the first that is none."""
        given = value if isinstance(value, list | tuple) else [value]
        wrong = [each for each in given if isinstance(each, str) and each not in self._values]
        return nearest(wrong[0], self._values) if wrong else None

    def _hours(self, value: object) -> str:
        text = str(value) if isinstance(value, str | int) else ""
        # Neither "nan" nor "inf", and nothing that fills a page when it is written out.
        hours = Decimal(text) if AMOUNT.fullmatch(text) else Decimal(0)
        if not hours:
            raise OptionUnknown(
                "The option %(option)s cannot be %(value)s.",
                remedy="It is %(allowed)s.",
                option=self.name,
                value=reprlib.repr(value),
                allowed=self.allowed,
            )
        return format(hours.normalize(), "f")

    @property
    def _values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)

    @property
    def allowed(self) -> str:
        """What may be written, for an error and for the reference."""
        given = {"values": ", ".join(self._values), "least": self.least}
        return {
            "one": Sentence("one of %(values)s", given),
            "several": Sentence("a list of any of %(values)s", given),
            "chain": Sentence("a list, in order, of any of %(values)s", given),
            "whole": Sentence("a whole number from %(least)s", given),
            "flag": Sentence("true or false"),
            "hours": Sentence("a number of hours greater than 0, as text"),
            "hours_by": Sentence("a table of names, each with a number of hours as text"),
        }[self.kind]

    def sentence(self, value: OptionValue) -> str:
        """What the chosen value means, in plain words."""
        match value:
            case bool():
                return self.choices[0 if value else 1].says
            case int():
                return self._around(value)
            case list() if self.kind == "chain":
                chosen = Sentence.joined("%(first)s; then %(then)s", map(self._says, value))
                return self._around(chosen or Sentence("nothing"))
            case list():
                chosen = Sentence.joined("%(first)s, %(then)s", map(self._says, value))
                return self._around(chosen or Sentence("nothing"))
            case dict():
                return Sentence.joined(
                    "%(first)s; %(then)s",
                    (
                        Sentence("%(name)s: %(hours)s hours", {"name": name, "hours": hours})
                        for name, hours in value.items()
                    ),
                )
            case str() if self.kind == "hours":
                return self._around(value)
        return self._says(str(value))

    @property
    def template(self) -> str:
        """What stands around the value, as a catalog of another language knows it."""
        return self.says.replace("{}", "%(value)s")

    def _around(self, value: object) -> Sentence:
        return Sentence(self.template, {"value": value})

    def _says(self, value: str) -> str:
        return Sentence(next(choice.says for choice in self.choices if choice.value == value))

    def in_title(self, value: OptionValue) -> str:
        """What the metric's title says besides under this value; '' where it holds as it is."""
        if self.titled and value != self.default:
            return Sentence(self.titled.replace("{}", "%(value)s"), {"value": value})
        chosen = next((c for c in self.choices if c.value == value), None)
        return Sentence(chosen.titled) if chosen and chosen.titled else ""

    def who(self, value: OptionValue) -> str:
        """Who in the field chooses so."""
        chosen = value if isinstance(value, list) else [value]
        named = (Sentence(c.who) for c in self.choices if c.value in chosen and c.who)
        return Sentence.joined("%(first)s; %(then)s", named)


def one(name: str, title: str, default: str, *choices: tuple[str, ...]) -> Option:
    return Option(name, title, "one", default, tuple(Choice(*c) for c in choices))


def several(
    name: str, title: str, default: Sequence[str], says: str, *choices: tuple[str, ...]
) -> Option:
    return Option(name, title, "several", list(default), tuple(Choice(*c) for c in choices), says)


def chain(
    name: str, title: str, default: Sequence[str], says: str, *choices: tuple[str, ...]
) -> Option:
    return Option(name, title, "chain", list(default), tuple(Choice(*c) for c in choices), says)


def whole(
    name: str, title: str, default: int, says: str, least: int = 0, titled: str = ""
) -> Option:
    return Option(name, title, "whole", default, (), says, least, titled)


CONTRADICTED_ABOVE = whole(
    "contradicted_above",
    "Contradictions",
    10,
    "If more than {} percent of its records contradict themselves, the figure is not final.",
)
"""Records under a flag of contradiction, of all it looks at, in percent."""


def flag(name: str, title: str, default: bool, when_true: str, when_false: str) -> Option:
    return Option(
        name, title, "flag", default, (Choice("true", when_true), Choice("false", when_false))
    )
