"""An ideal customer profile: six sections of criteria, and the cut-offs of its bands.

The document is canonical JSON (RFC 8785); its SHA-256 is what three seats sign, and it stands on
every fit that is asked of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp.criterion import Criterion, read_criterion
from trivet.numbers.insight.icp.predicates import Band, OneOf, reading
from trivet.numbers.insight.icp.section import Section
from trivet.sentence import Sentence
from trivet.vocabulary.canonical import canonical_hash

KIND = "ideal-customer-profile"
SIGNATURES_REQUIRED = ("cmo", "cro", "vp_cs")
PARTS = (
    "kind", "version", "criteria", "cutoffs", "problems_count_from", "let_through",
    "signatures_required",
)  # fmt: skip
MOST_LET_THROUGH = Decimal("0.05")
"""More than this would be a decision to sell to them."""

BANDS = ("A", "B", "C", "D")
DISQUALIFIED = "disqualified"


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The least points, of 100, of each band; below `c` is D."""

    a: int = 70
    b: int = 50
    c: int = 25

    @property
    def problems(self) -> list[str]:
        if not 0 < self.c < self.b < self.a <= 100:
            return [
                Sentence(
                    "the cut-offs %(a)s, %(b)s, %(c)s do not fall from 100 to 0",
                    {"a": self.a, "b": self.b, "c": self.c},
                )
            ]
        return []


@dataclass(frozen=True, slots=True)
class Profile:
    """A version of the profile.

    problems_count_from   share of accounts at which a business problem must be known before it
                          gives points: what is rarely asked for says more about who asks
    let_through           share of disqualified accounts that are worked on all the same, so that
                          somebody hears how they end; 0 where none is
    """

    criteria: tuple[Criterion, ...]
    cutoffs: Cutoffs = Cutoffs()
    problems_count_from: Decimal = Decimal("0.6")
    version: int = 1
    let_through: Decimal = Decimal(0)

    def document(self) -> dict[str, object]:
        """What is signed. No share is not written: what was signed before keeps its hash."""
        found: dict[str, object] = {
            "kind": KIND,
            "version": self.version,
            "criteria": [criterion.document() for criterion in self.criteria],
            "cutoffs": {"a": self.cutoffs.a, "b": self.cutoffs.b, "c": self.cutoffs.c},
            "problems_count_from": self.problems_count_from,
            "signatures_required": list(SIGNATURES_REQUIRED),
        }
        return found | ({"let_through": self.let_through} if self.let_through else {})

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical document."""
        return canonical_hash(self.document())

    @property
    def problems(self) -> list[str]:
        """What keeps it from being signed; empty when nothing does."""
        found: list[str] = [
            Sentence("%(criterion)s: %(why)s", {"criterion": criterion.id, "why": wrong})
            for criterion in self.criteria
            for wrong in criterion.problems
        ]
        ids = [criterion.id for criterion in self.criteria]
        found += [
            Sentence("two criteria have the id %(id)s", {"id": repr(name)}) for name in _twice(ids)
        ]
        found += self.cutoffs.problems
        if not 0 <= self.problems_count_from <= 1:
            found.append(
                Sentence(
                    "problems_count_from is a share, not %(share)s",
                    {"share": self.problems_count_from},
                )
            )
        if not 0 <= self.let_through <= MOST_LET_THROUGH:
            found.append(
                Sentence(
                    "let_through is a share from 0 to %(most)s, not %(share)s",
                    {"most": f"{MOST_LET_THROUGH:f}", "share": self.let_through},
                )
            )
        scoring = [each for each in self.criteria if not each.excludes]
        for one, other in combinations(scoring, 2):
            if _overlap(one, other):
                found.append(
                    Sentence(
                        "%(one)s and %(other)s overlap: an account would get points for"
                        " %(attribute)s twice",
                        {"one": one.id, "other": other.id, "attribute": one.test.attributes[0]},
                    )
                )
        if not scoring:
            found.append(Sentence("it has no criterion that gives points"))
        elif not any(each.points for each in scoring):
            found.append(Sentence("no criterion gives a point"))
        return found

    @property
    def cautions(self) -> list[str]:
        """What a signer should think about; none of it keeps the profile from being signed."""
        present = {criterion.section for criterion in self.criteria}
        found: list[str] = [
            Sentence("the section %(section)s has no criterion", {"section": section.title.lower()})
            for section in Section
            if section not in present and section is not Section.DISQUALIFIER
        ]
        if Section.DISQUALIFIER not in present:
            found.append(Sentence("nothing disqualifies an account, however wrong it is"))
        elif not self.let_through:
            found.append(
                Sentence(
                    "no disqualified account is let through, so nobody will hear whether a"
                    " disqualifier is wrong"
                )
            )
        attainable = self.attainable()
        found += [
            Sentence(
                "%(criterion)s alone is worth more than half of all points", {"criterion": each.id}
            )
            for each in self.criteria
            if 2 * each.points > attainable > 0 and len(self.criteria) > 2
        ]
        return found

    def criterion(self, name: str) -> Criterion:
        """Raises   ProfileRefused if it has none of this id"""
        for each in self.criteria:
            if each.id == name:
                return each
        raise ProfileRefused(
            "The profile has no criterion %(name)s.",
            remedy="Choose one of %(criteria)s.",
            name=repr(name),
            criteria=", ".join(each.id for each in self.criteria),
        )

    def in_section(self, section: Section) -> tuple[Criterion, ...]:
        return tuple(each for each in self.criteria if each.section is section)

    def attainable(self, waiting: Collection[str] = ()) -> int:
        """The most points an account can have: of bands that exclude each other the best one.

        waiting   ids of criteria whose points do not count yet
        """
        best: dict[str, int] = {}
        for each in self.criteria:
            if each.excludes or each.id in waiting:
                continue
            key = each.test.excludes_others or f"criterion {each.id}"
            best[key] = max(best.get(key, 0), each.points)
        return sum(best.values())

    def with_criteria(self, criteria: Iterable[Criterion]) -> Profile:
        return replace(self, criteria=tuple(criteria))


def read_profile(body: Mapping[str, object]) -> Profile:
    """The profile that a document holds.

    Raises   ProfileRefused naming everything that is wrong with it
    """
    found, wrong = _read(body)
    wrong += found.problems if not wrong else []
    if wrong:
        raise ProfileRefused(
            "It is no profile: %(why)s.",
            remedy="docs/reference/icp.md shows the form of a profile.",
            why=Sentence.joined("%(first)s; %(then)s", wrong),
        )
    return found


def problems(body: Mapping[str, object], attributes: Collection[str] | None = None) -> list[str]:
    """What keeps a body from being signed, one sentence each; empty when nothing does.

    attributes   names the company can ask for; None where its data is not at hand
    """
    found, wrong = _read(body)
    wrong += found.problems if found.criteria or not wrong else []
    if attributes is not None:
        wrong += [
            Sentence(
                "%(criterion)s: there is no attribute %(name)s in the company's data",
                {"criterion": criterion.id, "name": repr(name)},
            )
            for criterion in found.criteria
            for name in criterion.test.attributes
            if name not in attributes
        ]
    return wrong


def cautions(body: Mapping[str, object]) -> list[str]:
    """What a signer should think about; a body that is no profile has none."""
    found, wrong = _read(body)
    return [] if wrong else found.cautions


def _read(body: Mapping[str, object]) -> tuple[Profile, list[str]]:
    """As much of a profile as can be read, and what cannot."""
    wrong: list[str] = [
        Sentence("nothing reads %(part)s", {"part": name})
        for name in sorted(body.keys() - set(PARTS))
    ]
    if body.get("kind", KIND) != KIND:
        wrong.append(
            Sentence("it is a %(kind)s, not an %(wanted)s", {"kind": body["kind"], "wanted": KIND})
        )
    seats = body.get("signatures_required", list(SIGNATURES_REQUIRED))
    if seats != list(SIGNATURES_REQUIRED):
        wrong.append(
            Sentence(
                "signatures_required is %(wanted)s, not %(seats)s",
                {"wanted": ", ".join(SIGNATURES_REQUIRED), "seats": repr(seats)},
            )
        )
    told = body.get("criteria")
    criteria: list[Criterion] = []
    if not isinstance(told, list):
        wrong.append(Sentence("it has no list of criteria"))
        told = []
    for place, each in enumerate(told, start=1):
        name = each.get("id") if isinstance(each, Mapping) else None
        try:
            criteria.append(read_criterion(each))
        except ProfileRefused as refused:
            called = name or Sentence("criterion %(number)s", {"number": place})
            wrong.append(
                Sentence("%(criterion)s: %(why)s", {"criterion": called, "why": refused.happened})
            )
    found = Profile(tuple(criteria))
    try:
        share = reading.decimal(body, "problems_count_from")
        through = reading.decimal(body, "let_through")
        found = replace(
            found,
            cutoffs=_cutoffs(body.get("cutoffs")),
            problems_count_from=Decimal("0.6") if share is None else share,
            version=reading.whole(body, "version") if "version" in body else 1,
            let_through=Decimal(0) if through is None else through,
        )
    except ProfileRefused as refused:
        wrong.append(refused.happened)
    return found, wrong


def _cutoffs(told: object) -> Cutoffs:
    if told is None:
        return Cutoffs()
    if not isinstance(told, Mapping) or told.keys() != {"a", "b", "c"}:
        raise ProfileRefused(
            "the cut-offs are a, b and c, not %(told)s",
            remedy=reading.REMEDY,
            told=repr(told),
        )
    return Cutoffs(*(reading.whole(told, name) for name in ("a", "b", "c")))


def _overlap(one: Criterion, other: Criterion) -> bool:
    first, second = one.test, other.test
    if isinstance(first, Band) and isinstance(second, Band):
        return first.overlaps(second)
    if isinstance(first, OneOf) and isinstance(second, OneOf):
        return not first.is_not and not second.is_not and first.overlaps(second)
    return False


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
