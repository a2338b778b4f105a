"""The sales stages, in the company's own words, and what they mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from trivet.numbers.workspace.part import Flag, Part, unknown


class Stages(Part):
    """`[stages]`.

    open             names of the open stages, in the order a deal goes through them
    qualified_from   the open stage from which a deal counts as qualified pipeline
    accepted_from    the open stage from which sales has accepted it; None if there is none
    won, lost        names of the closed stages
    probability      chance of winning by stage, 0 to 1, where the company sets one
    order_is_guessed   nobody has confirmed the order that `trivet init --from` wrote: no figure
                       that rests on it is final
    """

    open: tuple[str, ...] = ()
    qualified_from: str | None = None
    accepted_from: str | None = None
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    probability: dict[str, Decimal] = Field(default_factory=dict)
    order_is_guessed: Flag = False

    @property
    def closed(self) -> tuple[str, ...]:
        return self.won + self.lost

    @property
    def all(self) -> tuple[str, ...]:
        return self.open + self.won + self.lost

    @property
    def qualified(self) -> tuple[str, ...]:
        """The open stages from `qualified_from` on; none when it is not set."""
        if self.qualified_from is None:
            return ()
        return self.open[self.open.index(self.qualified_from) :]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        # Stage names are compared without regard to case, as CRMs themselves do.
        seen: dict[str, str] = {}
        for name in self.all:
            if name.casefold() in seen:
                raise ValueError(f"the stage {name!r} is listed twice; each stage has one meaning")
            seen[name.casefold()] = name
        for key in ("qualified_from", "accepted_from"):
            name = getattr(self, key)
            if name is not None and name not in self.open:
                raise ValueError(f"{key} = {unknown('stage listed under open', name, self.open)}")
        for name, chance in self.probability.items():
            if name not in self.all:
                raise ValueError(f"probability: {unknown('stage', name, self.all)}")
            if not 0 <= chance <= 1:
                raise ValueError(f"probability of {name!r} is {chance}; write a share from 0 to 1")
        return self
