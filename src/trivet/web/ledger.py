"""The ledger of a closed book in words: what was frozen, every difference since, and their sum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from trivet.agreements.books.models import Edition, Restatement
from trivet.numbers.ledger.cause import Cause
from trivet.numbers.ledger.difference import Counted, Difference, effect
from trivet.numbers.revenue_model import AccountTeam
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure, Unit
from trivet.numbers.shared_metrics.metric import Metric
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.web import words
from trivet.web.answers import Answers

PAGES = {"opportunity": "/opportunities/", "account": "/accounts/"}
KINDS = ("opportunity", "account", "contact")


@dataclass(frozen=True, slots=True)
class SideWords:
    """How the two sides of a metric's rows are written under a definition."""

    metric: Metric
    sides: tuple[Unit, Unit]
    currency: str

    @classmethod
    def of(cls, definition: Definition, currency: str) -> SideWords:
        metric = metric_named(definition.id)
        return cls(metric, metric.sides(definition), currency)

    def over(self, value: int, *, is_move: bool = False) -> str:
        return self._said(value, self.sides[0], is_move)

    def under(self, value: int, *, is_move: bool = False) -> str:
        return self._said(value, self.sides[1], is_move)

    def both(self, side: Counted | None, record_id: str = "") -> str:
        """`0 of 1`, what the row is where that says more, or that it is not among the rows."""
        if side is None:
            return gettext("not counted")
        if self.sides == (Unit.DAYS, Unit.COUNT) and side.denominator == 1:
            return self.over(side.numerator)
        said = {"part": self.over(side.numerator), "whole": self.under(side.denominator)}
        if word := self.metric.row_word(record_id, side.numerator, side.denominator):
            said["word"] = words.own_word(word)
            # What is open or lost is counted, and adds nothing to either sum.
            if not (side.numerator or side.denominator):
                return said["word"]
            return gettext("%(word)s: %(part)s in %(whole)s") % said
        return gettext("%(part)s of %(whole)s") % said

    def sums(self, figure: Figure) -> str:
        """Both sums of a figure, and what a product is made of."""
        sums = gettext("%(part)s / %(whole)s") % {
            "part": self.over(int(figure.numerator or 0)),
            "whole": self.under(int(figure.denominator or 0)),
        }
        if not figure.factors:
            return sums
        return f"{words.product(figure.factors, self.currency)} ({sums})"

    def _said(self, value: int, unit: Unit, is_move: bool) -> str:
        text = words.side(value, unit, self.currency)
        return words.signed(text, value > 0) if is_move else text


@dataclass(frozen=True, slots=True)
class LineShown:
    """One record that counts otherwise.

    over, under   what it adds to either side
    effect        how far it alone moves the frozen figure; '' where the figure is no plain ratio
    """

    name: str
    address: str
    before: str
    after: str
    says: str
    over: str
    under: str
    effect: str


@dataclass(frozen=True, slots=True)
class CauseShown:
    """The lines of one cause.

    hidden   how many are of accounts that whoever asks may not open
    """

    cause: str
    title: str
    lines: tuple[LineShown, ...]
    hidden: int
    over: str
    under: str


@dataclass(frozen=True, slots=True)
class SumShown:
    """Both sides and what they make."""

    over: str
    under: str
    value: str


@dataclass(frozen=True, slots=True)
class LedgerShown:
    """Frozen + restatements = recomputed.

    proof_tone   good when today's count is the sum, warn when the ledger is behind it
    has_effect   whether lines say how far each moves the figure
    """

    frozen: SumShown
    causes: tuple[CauseShown, ...]
    moved: SumShown
    recomputed: SumShown
    proof: str
    proof_tone: str
    has_effect: bool
    lines: int


def ledger_shown(
    edition: Edition,
    figure: Figure,
    lines: Sequence[Restatement],
    today: Figure,
    answers: Answers,
    team: AccountTeam | None,
) -> LedgerShown:
    """The ledger of one edition.

    figure  as it was frozen
    today   the same period as it is counted today, under the edition's definition
    """
    said = SideWords.of(edition.definition(), answers.currency)
    frozen = (int(figure.numerator or 0), int(figure.denominator or 0))
    moved = (
        sum(line.difference.numerator for line in lines),
        sum(line.difference.denominator for line in lines),
    )
    recomputed = (frozen[0] + moved[0], frozen[1] + moved[1])
    counted = (int(today.numerator or 0), int(today.denominator or 0))
    is_ratio = frozen[1] != 0 and figure.value == Fraction(*frozen)
    names = names_of([line for line in lines if visible(line, team)], answers)
    causes = []
    for cause in Cause:
        same = [line for line in lines if line.cause == cause]
        if not same:
            continue
        mine = [line for line in same if visible(line, team)]
        told = users_named((line.says for line in mine), answers)
        shown = tuple(
            _line(line, says, names, said, figure, frozen if is_ratio else None)
            for line, says in zip(mine, told, strict=True)
        )
        over = sum(line.difference.numerator for line in same)
        under = sum(line.difference.denominator for line in same)
        causes.append(
            CauseShown(
                str(cause),
                cause.says,
                shown,
                len(same) - len(shown),
                said.over(over, is_move=True),
                said.under(under, is_move=True),
            )
        )
    came = sum(1 for line in lines if line.difference.before is None)
    went = sum(1 for line in lines if line.difference.after is None)
    # What is open adds nothing to either sum of a velocity, and is one of its factors.
    is_all_there = not today.factors or figure.records + came - went == today.records
    adds_up = recomputed == counted and is_all_there
    value = today.value if adds_up else None
    if value is None and is_ratio and recomputed[1]:
        value = Fraction(*recomputed)
    return LedgerShown(
        SumShown(
            said.over(frozen[0]),
            said.under(frozen[1]),
            str(words.amount(figure.value, figure.unit, answers.currency)),
        ),
        tuple(causes),
        SumShown(
            said.over(moved[0], is_move=True),
            said.under(moved[1], is_move=True),
            moves(figure.value, value, figure.unit, answers.currency),
        ),
        SumShown(
            said.over(recomputed[0]),
            said.under(recomputed[1]),
            str(words.amount(value, figure.unit, answers.currency)),
        ),
        *_proof(adds_up, today, said, answers),
        is_ratio,
        len(lines),
    )


def _proof(adds_up: bool, today: Figure, said: SideWords, answers: Answers) -> tuple[str, str]:
    counted = {
        "over": said.over(int(today.numerator or 0)),
        "under": said.under(int(today.denominator or 0)),
        "figure": str(words.amount(today.value, today.unit, answers.currency)),
    }
    if adds_up and today.factors:
        text = gettext(
            "Frozen and restated together are what is counted today: %(made)s = %(figure)s."
        )
        return text % {**counted, "made": words.product(today.factors, said.currency)}, "good"
    if adds_up:
        text = gettext(
            "Frozen and restated together are what is counted today: %(over)s over %(under)s,"
            " %(figure)s."
        )
        return text % counted, "good"
    text = gettext(
        "Counted today it is %(over)s over %(under)s, %(figure)s: the ledger was written with an"
        " earlier build. The next `trivet run` adds what is missing."
    )
    return text % counted, "warn"


def moves(before: Fraction | None, after: Fraction | None, unit: Unit, currency: str) -> str:
    """How far a figure moves, in points of a share or in its own unit; '' if it does not."""
    if before is None or after is None or before == after:
        return ""
    step = after - before
    if unit is Unit.SHARE:
        text = gettext("%(points)s points") % {"points": words.decimal(step * 100, 2)}
    else:
        text = str(words.amount(step, unit, currency))
    return words.signed(text, step > 0)


ASSIGNED = re.compile(r"(assigned at [\d-]+ [\d:.]+ of [^;]*?: )([^;]*?)( → )([^;]*)")
"""How a changed assignment of a lead is told; whoever it was given to comes first on each side."""


def users_named(says: Iterable[str], answers: Answers) -> list[str]:
    """What shows each difference, with people by name where the ledger wrote their ids."""
    told = list(says)
    sides = [side for text in told for found in ASSIGNED.findall(text) for side in found[1::2]]
    ids = {side.partition(",")[0].strip() for side in sides}
    names = answers.model.names("user", ids) if ids else {}

    def named(side: str) -> str:
        user, comma, rest = side.partition(",")
        return names.get(user.strip(), user) + comma + rest

    return [ASSIGNED.sub(lambda m: m[1] + named(m[2]) + m[3] + named(m[4]), text) for text in told]


def _line(
    line: Restatement,
    says: str,
    names: dict[tuple[str, str], str],
    said: SideWords,
    figure: Figure,
    frozen: tuple[int, int] | None,
) -> LineShown:
    difference = line.difference
    kind, key = subject(line)
    return LineShown(
        names.get((kind, key), key),
        f"{PAGES[kind]}{key}" if kind in PAGES else "",
        said.both(difference.before, difference.record_id),
        said.both(difference.after, difference.record_id),
        says,
        said.over(difference.numerator, is_move=True),
        said.under(difference.denominator, is_move=True),
        _effect(frozen, difference, figure, said.currency),
    )


def _effect(
    frozen: tuple[int, int] | None, difference: Difference, figure: Figure, currency: str
) -> str:
    found = effect(frozen, difference) if frozen else None
    if found is None or figure.value is None:
        return ""
    return moves(figure.value, figure.value + found, figure.unit, currency)


def subject(line: Restatement) -> tuple[str, str]:
    """What a line is about: the kind of record, and its id."""
    for kind in KINDS:
        if key := getattr(line, f"{kind}_id"):
            return kind, key
    return "", line.record_id


def visible(line: Restatement, team: AccountTeam | None) -> bool:
    """Whether whoever asks may see the record of a line."""
    return team is None or team.has_opportunity(line.opportunity_id, line.account_id)


def names_of(lines: Iterable[Restatement], answers: Answers) -> dict[tuple[str, str], str]:
    """The names of what lines are about, by kind and id."""
    wanted: dict[str, set[str]] = {}
    for line in lines:
        kind, key = subject(line)
        wanted.setdefault(kind, set()).add(key)
    found: dict[tuple[str, str], str] = {}
    for kind in KINDS:
        if ids := wanted.get(kind):
            named = answers.model.names(kind, ids)
            found |= {(kind, key): name for key, name in named.items()}
    return found
