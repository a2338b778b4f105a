"""When is a version agreed? When every seat it needs has signed the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the rule sees it.

    seat     key of the seat that was signed for
    person   who signed, by id
    hash     of the bytes that were signed
    """

    seat: str
    person: int
    hash: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands.

    missing   the seats that have still to sign, in the order they are asked
    problem   why all the signatures together are not an agreement; empty if they would be
    """

    missing: tuple[str, ...]
    problem: str

    @property
    def is_agreed(self) -> bool:
        return not self.missing and not self.problem


def standing(
    required: Sequence[str],
    signatures: Iterable[Signed],
    hash_of_version: str,
    editors: Iterable[int],
    *,
    one_person_may_sign_twice: bool = False,
) -> Standing:
    """Hold the signatures of a version against what it needs.

    editors   everybody who wrote any of it

    A signature under other bytes does not count. Whoever wrote it may be one of the signers, never
    the only one. One person in two seats counts once, unless the document's own rule allows it.
    """
    valid = [each for each in signatures if each.hash == hash_of_version]
    by_seat: Mapping[str, int] = {each.seat: each.person for each in valid}
    missing = tuple(seat for seat in required if seat not in by_seat)
    signers = [by_seat[seat] for seat in required if seat in by_seat]
    if not missing and not one_person_may_sign_twice and len(set(signers)) < len(signers):
        return Standing(missing, "one person signed it in two seats")
    if not missing and signers and set(signers) <= set(editors) and len(set(signers)) == 1:
        return Standing(missing, "only the one who wrote it has signed it")
    return Standing(missing, "")
