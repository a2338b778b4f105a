"""A definition: a typed set of options, immutable and hashed; never SQL.

The document is canonical JSON (RFC 8785), and its SHA-256 is on every figure it gives. A metric
that rests on a shared base pins the base's hash, so that two metrics under the same base can be
compared and a changed base is a changed definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from trivet.errors import OptionUnknown
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import Option, OptionValue
from trivet.numbers.workspace.part import nearest
from trivet.sentence import Sentence
from trivet.vocabulary.canonical import canonical_hash
from trivet.vocabulary.function import Function

SIGNATURES_REQUIRED = ("cmo", "cro", "vp_cs")
MIN_N = 10


@dataclass(frozen=True, slots=True)
class Target:
    """What the company wants the metric to be.

    low, high    decimal text in the metric's unit (0.30 is 30 %); either may be missing
    direction    which way is better
    ahead        the low ends for the next period, the one after ...: for what looks ahead
    """

    low: str | None
    high: str | None
    direction: Literal["up", "down"]
    ahead: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Target:
        """As `document` tells it."""
        return cls(told["low"], told["high"], told["direction"], tuple(told.get("ahead", ())))

    def document(self) -> dict[str, object]:
        """As it is signed; what is not there is not said, so that it keeps its hash."""
        said = {"kind": "band", "low": self.low, "high": self.high, "direction": self.direction}
        return said | ({"ahead": list(self.ahead)} if self.ahead else {})

    def at(self, horizon: int) -> Target | None:
        """The target of a period so many of its length ahead; None where none is set."""
        if horizon == 0:
            return self
        if horizon > len(self.ahead):
            return None
        return Target(self.ahead[horizon - 1], None, self.direction)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a definition is about: the part of it that no signer chooses.

    id         of the metric, or of a base that metrics share
    title      what it is called whatever is chosen; `Definition.title` says the rest
    unit       None for a base
    formula    the one sentence that says what is divided by what
    uses       ids of the shared definitions it rests on
    levers     what each function contributes
    """

    id: str
    title: str
    formula: str
    options: tuple[Option, ...]
    unit: Unit | None = None
    direction: Literal["up", "down"] = "up"
    uses: tuple[str, ...] = ()
    shared: bool = False
    levers: Mapping[Function, str] = field(default_factory=dict)
    target: Target | None = None

    def option(self, name: str) -> Option:
        for option in self.options:
            if option.name == name:
                return option
        known = [option.name for option in self.options]
        raise OptionUnknown(
            "The definition %(id)s has no option %(name)s.",
            remedy="Its options are %(known)s." if known else "It has no options of its own.",
            near=nearest(name, known),
            id=self.id,
            name=repr(name),
            known=", ".join(known),
        )


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """An option as a page shows it."""

    name: str
    title: str
    value: str
    says: str
    who: str
    is_default: bool


@dataclass(frozen=True)
class Definition:
    """A version of a definition, with the bases it rests on.

    options    every option, defaults written out
    bases      the definitions it uses, by id; their hashes are pinned in the document
    unsaid     options and bases that came after it was written: it counts by their defaults, and
               its document is the one that was signed (decision 0029)
    agreed_version   its number within its document once this hash is in force; else 0
    by_ruling        in force by a ruling of the CEO, without all of its signatures
    """

    subject: Subject
    options: Mapping[str, OptionValue]
    bases: Mapping[str, Definition] = field(default_factory=dict)
    target: Target | None = None
    version: int = 1
    min_n: int = MIN_N
    agreed_version: int = 0
    by_ruling: bool = False
    unsaid: frozenset[str] = frozenset()

    @classmethod
    def draft(
        cls,
        subject: Subject,
        options: Mapping[str, object] | None = None,
        bases: Mapping[str, Definition] | None = None,
    ) -> Definition:
        """The defaults, with some options chosen otherwise.

        Raises   OptionUnknown for a name or value that does not exist
        """
        chosen = {name: subject.option(name).read(value) for name, value in (options or {}).items()}
        every = {o.name: chosen.get(o.name, o.read(o.default)) for o in subject.options}
        return cls(subject, every, dict(bases or {}), subject.target)

    @property
    def id(self) -> str:
        return self.subject.id

    @property
    def title(self) -> str:
        """What the figure is called under these options: `Win rate, marketing-sourced`."""
        named: list[str] = [Sentence(self.subject.title)]
        if not self.subject.shared:
            named += self._in_title()
        return Sentence.joined("%(first)s, %(then)s", named)

    def _in_title(self) -> list[str]:
        """What its own options add, then those of its bases; not what a base itself rests on."""
        said = [
            each.subject.option(name).in_title(value)
            for each in (self, *self.bases.values())
            for name, value in each.options.items()
        ]
        return [text for text in said if text]

    @property
    def agreed(self) -> bool:
        return self.agreed_version > 0

    @property
    def levers(self) -> Mapping[Function, str]:
        return self.subject.levers

    def option(self, name: str) -> OptionValue:
        """The chosen value, here or in a base it rests on."""
        if name in self.options:
            return self.options[name]
        for base in self.bases.values():
            if name in base.options:
                return base.options[name]
        raise OptionUnknown(
            "The definition %(id)s has no option %(name)s.",
            remedy="See docs/reference/metrics.md.",
            id=self.id,
            name=repr(name),
        )

    @property
    def all_options(self) -> dict[str, OptionValue]:
        """Its own options and those of its bases; where both have a name, its own.

        What a base itself rests on answers a question of its own, under its own names.
        """
        below = {k: v for base in self.bases.values() for k, v in base.options.items()}
        return below | dict(self.options)

    def rests_on(self, base_id: str) -> Definition | None:
        """The definition of that id that it uses, or that one it uses rests on."""
        for base in self.bases.values():
            found = base if base.id == base_id else base.rests_on(base_id)
            if found is not None:
                return found
        return None

    def with_options(self, **options: object) -> Definition:
        """The same definition with some of its own options chosen otherwise.

        Raises   OptionUnknown; for an option of a base it says how to choose that one
        """
        for name in options:
            self._must_be_own(name)
        changed = {name: self.subject.option(name).read(value) for name, value in options.items()}
        unsaid = self.unsaid - changed.keys()
        return replace(self, options={**self.options, **changed}, unsaid=unsaid)

    def _must_be_own(self, name: str) -> None:
        way = () if name in self.options else self._way_to(name)
        if way:
            raise OptionUnknown(
                "%(name)s is an option of %(base)s, on which %(id)s rests.",
                remedy="Choose it there: `definition.resting_on(%(place)s.with_options("
                "%(name)s=...))`.",
                name=name,
                base=way[-1],
                id=self.id,
                place="definition" + "".join(f'.bases["{base}"]' for base in way),
            )

    def _way_to(self, name: str) -> tuple[str, ...]:
        """The bases from here to the one with that option, that one last; empty where none has."""
        for base in self.bases.values():
            if name in base.options:
                return (base.id,)
            if further := base._way_to(name):
                return (base.id, *further)
        return ()

    def resting_on(self, base: Definition) -> Definition:
        """The same definition, pinned to another version of a base."""
        bases = {
            name: base
            if name == base.id
            else known.resting_on(base)
            if known.rests_on(base.id)
            else known
            for name, known in self.bases.items()
        }
        return replace(self, bases=bases, unsaid=self.unsaid - {base.id})

    def document(self) -> dict[str, object]:
        """What is signed: all that can change the figure, and what it is measured against."""
        shown: dict[str, object] = {
            "kind": "shared-definition" if self.subject.shared else "metric-definition",
            "id": self.id,
            "version": self.version,
            "options": {k: v for k, v in self.options.items() if k not in self.unsaid},
            "signatures_required": list(SIGNATURES_REQUIRED),
        }
        pinned = {k: base.hash for k, base in sorted(self.bases.items()) if k not in self.unsaid}
        if pinned:
            shown["uses"] = pinned
        if not self.subject.shared:
            shown["min_n"] = self.min_n
            shown["zero_denominator"] = None
            shown["levers"] = {str(f): text for f, text in self.subject.levers.items()}
        if self.target:
            shown["target"] = self.target.document()
        return shown

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical document."""
        return canonical_hash(self.document())

    @property
    def says(self) -> list[str]:
        """How it is counted, in plain words: the formula, then each decision."""
        below = [line for base in self.bases.values() for line in base._own]
        return [self.subject.formula, *self._own, *below]

    @property
    def _own(self) -> list[str]:
        """Its own decisions, and of what it rests on only the name: that has a page of its own."""
        said = [self.subject.option(name).sentence(value) for name, value in self.options.items()]
        if self.subject.shared:
            said += [
                Sentence("It rests on %(base)s.", {"base": Sentence(base.title)})
                for base in self.bases.values()
            ]
        return said

    @property
    def chosen(self) -> list[ChosenOption]:
        """Every option with its value, its own first, then those of its bases."""
        rows = [
            ChosenOption(
                name,
                option.title,
                _shown(value),
                option.sentence(value),
                option.who(value),
                value == option.read(option.default),
            )
            for name, value in self.options.items()
            for option in (self.subject.option(name),)
        ]
        if self.subject.shared:
            return rows
        return rows + [row for base in self.bases.values() for row in base.chosen]


def _shown(value: OptionValue) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value) or "none"
        case dict():
            return ", ".join(f"{name} {hours}" for name, hours in value.items()) or "none"
    return str(value)
