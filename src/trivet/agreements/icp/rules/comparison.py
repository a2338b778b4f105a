"""Where drafts differ, clause by clause, and one profile made of what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.vocabulary.function import Function

OUT = "out"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to word a clause, and which functions word it so."""

    criterion: Criterion
    functions: tuple[Function, ...]
    points: tuple[int, ...]

    @property
    def value(self) -> str:
        """What the merge calls it: the first function that words it so."""
        return str(self.functions[0])


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion across the drafts.

    without   functions that do not have it
    """

    id: str
    section: Section
    wordings: tuple[Wording, ...]
    without: tuple[Function, ...]

    @property
    def agreement(self) -> str:
        """all, two, one (only one function has it) or none (each words it otherwise)."""
        if len(self.wordings) == 1 and not self.without:
            return "all"
        if max(len(each.functions) for each in self.wordings) > 1:
            return "two"
        return "one" if len(self.wordings) == 1 else "none"

    @property
    def has_one_worth(self) -> bool:
        """Whether everybody gives it the same points."""
        return len({points for each in self.wordings for points in each.points}) == 1


def aligned(drafts: Mapping[Function, Profile]) -> dict[Function, Profile]:
    """The drafts with one id for one test: who adds the same thing alone may name it otherwise."""
    named: dict[object, str] = {}
    found: dict[Function, Profile] = {}
    for function, profile in drafts.items():
        own = {each.id for each in profile.criteria}
        criteria = []
        for each in profile.criteria:
            name = named.setdefault((each.section, each.test), each.id)
            # An id that this draft uses for something else stays with that.
            takes = name != each.id and name not in own
            criteria.append(replace(each, id=name) if takes else each)
            own.add(criteria[-1].id)
        found[function] = profile.with_criteria(criteria)
    return found


def compared(drafts: Mapping[Function, Profile]) -> list[Compared]:
    """Every criterion of any of these aligned drafts, by section, in the order they came up."""
    order = dict.fromkeys(each.id for draft in drafts.values() for each in draft.criteria)
    rows = []
    for name in order:
        have: dict[object, list[tuple[Function, Criterion]]] = {}
        for function, draft in drafts.items():
            for each in draft.criteria:
                if each.id == name:
                    have.setdefault((each.section, each.test), []).append((function, each))
        wordings = tuple(
            Wording(
                pairs[0][1],
                tuple(function for function, _each in pairs),
                tuple(each.points for _function, each in pairs),
            )
            for pairs in have.values()
        )
        holders = {function for each in wordings for function in each.functions}
        without = tuple(function for function in drafts if function not in holders)
        rows.append(Compared(name, wordings[0].criterion.section, wordings, without))
    sections = list(Section)
    return sorted(rows, key=lambda row: sections.index(row.section))


def merged(
    drafts: Mapping[Function, Profile],
    rows: list[Compared],
    picks: Mapping[str, str],
    points: Mapping[str, int],
    edges: Function,
) -> Profile:
    """The profile that the choices make. A clause keeps its id, so its comments and evidence stay.

    picks    whose wording of each id, or `out`
    points   of each id, where they are not as that wording has them
    edges    whose cut-offs
    """
    criteria = []
    for row in rows:
        for wording in row.wordings:
            if picks.get(row.id) == wording.value:
                mine = wording.criterion
                worth = 0 if mine.excludes else points.get(row.id, mine.points)
                criteria.append(replace(mine, points=worth))
    return drafts[edges].with_criteria(criteria)
