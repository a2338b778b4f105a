"""One persona of a buying committee as it is asked and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

MOST_PERSONAS = 12


@dataclass(slots=True)
class PersonaRow:
    """One persona: a name, titles a line each, roles on opportunities."""

    at: int
    name: str = ""
    titles: str = ""
    roles: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.at + 1

    @classmethod
    def asked(cls, at: int, told: Mapping[str, Any]) -> PersonaRow:
        """As it stands in a body."""
        return cls(at, told["name"], "\n".join(told["titles"]), list(told["buying_roles"]))

    @classmethod
    def sent(cls, at: int, data: QueryDict, name: str) -> PersonaRow:
        """As it was sent by a form that calls its criterion `name`."""

        def text(part: str) -> str:
            return data.get(f"{name}-p-{at}-{part}", "").replace("\r\n", "\n").strip()

        return cls(at, text("name"), text("titles"), data.getlist(f"{name}-p-{at}-role"))

    def document(self) -> dict[str, object]:
        """As the profile writes it."""
        return {"name": self.name, "titles": lines(self.titles), "buying_roles": self.roles}

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.titles or self.roles)


def lines(told: str) -> list[str]:
    """What was typed, one a line, without blank ones."""
    return [each.strip() for each in told.split("\n") if each.strip()]
