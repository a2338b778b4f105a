"""What is different between two versions, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trivet.agreements.documents.rules.body import Body

ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that is not as it was.

    clause   its place: `options.window_days`, `sections.firmographic.2`
    before   None where there was nothing
    after    None where there is nothing any more
    """

    clause: str
    before: object
    after: object

    @property
    def kind(self) -> str:
        """In one word: added, removed, changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def changes(before: Body, after: Body) -> list[Change]:
    """Every clause that differs, in the order of the document.

    Lists whose items have an `id` are compared item by item under that id, so that a criterion
    moved up is no change; other lists are one clause.
    """
    return list(_changes("", before, after))


def _changes(place: str, before: object, after: object) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*after, *(name for name in before if name not in after)]:
            deeper = f"{place}.{name}" if place else str(name)
            yield from _changes(deeper, before.get(name, ABSENT), after.get(name, ABSENT))
        return
    mine, theirs = _by_id(before), _by_id(after)
    if mine is not None and theirs is not None and (mine or theirs):
        yield from _changes(place, mine, theirs)
        return
    if before != after:
        yield Change(
            place, None if before is ABSENT else before, None if after is ABSENT else after
        )


def _by_id(value: object) -> dict[str, object] | None:
    """A list of items that have an id, by id; None if it is not one."""
    if not isinstance(value, list):
        return None
    if not all(isinstance(item, Mapping) and "id" in item for item in value):
        return None
    return {str(item["id"]): item for item in value}
