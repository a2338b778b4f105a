"""The people who have to be there, told by title or by their role in a purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition, Member
from trivet.numbers.insight.icp.sentence import Sentence, listed


@dataclass(frozen=True, slots=True)
class Persona:
    """One part in the buying committee.

    titles         words or phrases of a job title, whole words, in any case
    buying_roles   roles that the CRM gave a contact on an earlier opportunity
    """

    name: str
    titles: tuple[str, ...] = ()
    buying_roles: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "titles": list(self.titles),
            "buying_roles": list(self.buying_roles),
        }


@dataclass(frozen=True, slots=True)
class Committee:
    """At least so many of these personas are known at the account."""

    personas: tuple[Persona, ...]
    at_least: int = 1
    kind: ClassVar[str] = "committee"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Committee:
        """Raises   ProfileRefused"""
        reading.only(told, "personas", "at_least")
        parts = told.get("personas")
        if not isinstance(parts, list) or not all(isinstance(each, Mapping) for each in parts):
            raise ProfileRefused(
                "personas has to be a list of objects, not %(parts)s",
                remedy=reading.REMEDY,
                parts=repr(parts),
            )
        return cls(tuple(_persona(part) for part in parts), reading.whole(told, "at_least"))

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "personas": [persona.document() for persona in self.personas],
            "at_least": self.at_least,
        }

    @property
    def problems(self) -> list[str]:
        if not self.personas:
            return ["the set of personas is empty"]
        found = [
            f"nothing tells who is {persona.name!r}"
            for persona in self.personas
            if not persona.titles and not persona.buying_roles
        ]
        if not 1 <= self.at_least <= len(self.personas):
            found.append(f"{self.at_least} of {len(self.personas)} personas cannot be there")
        if len({persona.name for persona in self.personas}) < len(self.personas):
            found.append("two personas have the same name")
        return found

    @property
    def attributes(self) -> tuple[str, ...]:
        return ()

    @property
    def excludes_others(self) -> str:
        return ""

    @property
    def says(self) -> Sentence:
        names = listed([persona.name for persona in self.personas])
        return Sentence.of("committee", at_least=str(self.at_least), values=names)

    @property
    def condition(self) -> Condition:
        members = [
            Member(value.lower(), part, where)
            for part, persona in enumerate(self.personas)
            for where, values in (
                ("title", persona.titles),
                ("buying_role", persona.buying_roles),
            )
            for value in values
        ]
        return Condition("committee", least=Decimal(self.at_least), members=tuple(members))


def _persona(told: Mapping[str, object]) -> Persona:
    reading.only(told, "name", "titles", "buying_roles")
    return Persona(
        reading.text(told, "name"),
        reading.texts(told, "titles") if "titles" in told else (),
        reading.texts(told, "buying_roles") if "buying_roles" in told else (),
    )
