"""A definition: a typed set of options, immutable and hashed; never SQL.

The document is canonical JSON (RFC 8785), and its SHA-256 is on every figure it gives. A metric
that rests on a shared base pins the base's hash, so that two metrics under the same base can be
compared and a changed base is a changed definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

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
    """

    low: str | None
    high: str | None
    direction: Literal["up", "down"]


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
        own = [self.subject.option(name).in_title(value) for name, value in self.options.items()]
        below = [said for base in self.bases.values() for said in base._in_title()]
        return [*(said for said in own if said), *below]

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
        """Its own options and those of its bases; where both have a name, its own."""
        below = {k: v for base in self.bases.values() for k, v in base.all_options.items()}
        return below | dict(self.options)

    def with_options(self, **options: object) -> Definition:
        """The same definition with some of its own options chosen otherwise.

        Raises   OptionUnknown; for an option of a base it says how to choose that one
        """
        for name in options:
            for base in self.bases.values():
                if name in base.options and name not in self.options:
                    raise OptionUnknown(
                        "%(name)s is an option of %(base)s, on which %(id)s rests.",
                        remedy="Choose it there: `definition.resting_on("
                        'definition.bases["%(base)s"].with_options(%(name)s=...))`.',
                        name=name,
                        base=base.id,
                        id=self.id,
                    )
        changed = {name: self.subject.option(name).read(value) for name, value in options.items()}
        return replace(self, options={**self.options, **changed})

    def _must_be_own(self, name: str) -> None:
        base = None if name in self.options else self._base_with(name)
        if base is not None:
            raise OptionUnknown(
                "%(name)s is no option of %(id)s itself but of %(base)s, a base that it rests on.",
                remedy="Change the base with its own with_options, then give it to resting_on:"
                " docs/how-to/use-the-numbers-in-a-notebook.md shows how.",
                id=self.id,
                name=name,
                base=base.id,
            )

    def _base_with(self, name: str) -> Definition | None:
        for base in self.bases.values():
            found = base if name in base.options else base._base_with(name)
            if found is not None:
                return found
        return None

    def resting_on(self, base: Definition) -> Definition:
        """The same definition, pinned to another version of a base."""
        bases = {
            name: base
            if name == base.id
            else known.resting_on(base)
            if base.id in known.bases
            else known
            for name, known in self.bases.items()
        }
        return replace(self, bases=bases)

    def document(self) -> dict[str, object]:
        """What is signed: all that can change the figure, and what it is measured against."""
        shown: dict[str, object] = {
            "kind": "shared-definition" if self.subject.shared else "metric-definition",
            "id": self.id,
            "version": self.version,
            "options": dict(self.options),
            "signatures_required": list(SIGNATURES_REQUIRED),
        }
        if self.bases:
            shown["uses"] = {name: base.hash for name, base in sorted(self.bases.items())}
        if not self.subject.shared:
            shown["min_n"] = self.min_n
            shown["zero_denominator"] = None
            shown["levers"] = {str(f): text for f, text in self.subject.levers.items()}
        if self.target:
            shown["target"] = {
                "kind": "band",
                "low": self.target.low,
                "high": self.target.high,
                "direction": self.target.direction,
            }
        return shown

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical document."""
        return canonical_hash(self.document())

    @property
    def says(self) -> list[str]:
        """How it is counted, in plain words: the formula, then each decision."""
        own = [self.subject.option(name).sentence(value) for name, value in self.options.items()]
        below = [line for base in self.bases.values() for line in base.says[1:]]
        return [self.subject.formula, *own, *below]

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
