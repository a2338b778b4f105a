"""One criterion of a form: what was typed, what is wrong with it, and the document it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from trivet.agreements.icp import kind
from trivet.agreements.icp.persona_row import PersonaRow, lines
from trivet.agreements.icp.question import asking
from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import Section
from trivet.numbers.insight.icp.attributes import Askable, Attribute, AttributeValue
from trivet.numbers.insight.icp.criterion import read_criterion
from trivet.numbers.insight.icp.sentence import number

A_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
A_COUNT = re.compile(r"[1-9][0-9]{0,5}")
KEYS = {"one_of": "values", "uses": "technologies", "has_problem": "problems"}
LONGEST_NOTE = 500


@dataclass(slots=True)
class CriterionRow:
    """One criterion, with what was typed.

    asks     the test and what it is made of: `band:employees`, `happened:touchpoint`
    values   of the attribute, or kinds of event, that are chosen
    other    values that are not offered, one a line
    wrong    what is wrong, by field
    """

    at: int
    id: str
    section: Section
    asks: str
    known: Askable
    points: str = "10"
    note: str = ""
    low: str = ""
    high: str = ""
    values: list[str] = field(default_factory=list)
    other: str = ""
    is_not: bool = False
    at_least: str = "1"
    within_days: str = "180"
    half_life_days: str = ""
    most_a_day: str = ""
    personas: list[PersonaRow] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"c-{self.at}"

    @property
    def test(self) -> str:
        return self.asks.partition(":")[0]

    @property
    def subject(self) -> str:
        return self.asks.partition(":")[2]

    @property
    def stem(self) -> str:
        """What its id is made of."""
        found = re.sub(r"[^a-z0-9]+", "_", (self.subject or self.test).lower()).strip("_")[:50]
        found = found if found[:1].isalpha() else f"a_{found}"
        return f"not_{found}" if self.section is Section.DISQUALIFIER else found

    @property
    def excludes(self) -> bool:
        return self.section is Section.DISQUALIFIER

    @property
    def title(self) -> str:
        return asking(self.asks)

    @property
    def attribute(self) -> Attribute | None:
        return self.known.attribute(self.subject)

    @property
    def low_known(self) -> str:
        """The smallest number that the data has."""
        low = self.attribute.low if self.attribute else None
        return "" if low is None else number(low)

    @property
    def high_known(self) -> str:
        """The largest."""
        high = self.attribute.high if self.attribute else None
        return "" if high is None else number(high)

    @property
    def offers(self) -> list[AttributeValue]:
        """Values to tick, with how many accounts have each; chosen ones that are not there last."""
        if self.test == "happened":
            found = [
                AttributeValue(each.kind, each.accounts)
                for each in self.known.events
                if each.source == self.subject
            ]
        else:
            found = list(self.attribute.values) if self.attribute else []
        there = {each.value for each in found}
        return found + [AttributeValue(each, 0) for each in self.values if each not in there]

    @property
    def says(self) -> str:
        """The sentence so far; '' where it cannot be said yet."""
        try:
            found = read_criterion(self.document())
        except ProfileRefused:
            return ""
        return "" if found.test.problems else kind.sentence(found.says)

    def check(self) -> None:
        """Fill `wrong` with what cannot be read; what it then means is the profile's to judge."""
        self.wrong = {}
        if not self.excludes and not (self.points.isascii() and self.points.isdecimal()):
            self._is_wrong("points", _("Points are a whole number from 0 to 100."))
        if self.test == "band":
            for part, text in (("low", self.low), ("high", self.high)):
                if text and not A_NUMBER.fullmatch(text):
                    self._is_wrong(part, _("A limit is a number, such as 200 or 12.5."))
        if self.test in ("happened", "committee"):
            form = A_NUMBER if self.test == "happened" else A_COUNT
            if not form.fullmatch(self.at_least):
                self._is_wrong("at_least", _("How many at least is a number."))
        if self.test == "happened":
            self._check_days()
        if len(self.note) > LONGEST_NOTE:
            self._is_wrong("note", _("The note is too long: 500 letters at most."))

    def _check_days(self) -> None:
        if not A_COUNT.fullmatch(self.within_days):
            self._is_wrong("within_days", _("The window is a whole number of days."))
        if self.half_life_days and not A_COUNT.fullmatch(self.half_life_days):
            self._is_wrong("half_life_days", _("A half-life is a whole number of days."))
        if self.most_a_day and not A_NUMBER.fullmatch(self.most_a_day):
            self._is_wrong("most_a_day", _("The most that a day counts is a number."))

    def _is_wrong(self, part: str, says: str) -> None:
        self.wrong[f"{self.name}-{part}"] = f"{self.title}: {says}"

    def document(self) -> dict[str, object]:
        """As the profile writes it."""
        worth = int(self.points) if self.points.isascii() and self.points.isdecimal() else 0
        return {
            "id": self.id or "new",
            "section": str(self.section),
            "points": 0 if self.excludes else worth,
            "note": self.note,
            "test": self._test(),
        }

    def _test(self) -> dict[str, object]:
        if self.test == "band":
            return {
                "kind": "band",
                "attribute": self.subject,
                "at_least": _limit(self.low),
                "below": _limit(self.high),
            }
        if self.test == "happened":
            happened: dict[str, object] = {
                "kind": "happened",
                "source": self.subject,
                "kinds": self.values,
                "at_least": _limit(self.at_least) or "0",
                "within_days": int(self.within_days) if A_COUNT.fullmatch(self.within_days) else 0,
            }
            # What is not asked is not written, or the same profile would have two hashes.
            if A_COUNT.fullmatch(self.half_life_days):
                happened["half_life_days"] = int(self.half_life_days)
            if self.most_a_day:
                happened["most_a_day"] = _limit(self.most_a_day)
            return happened
        if self.test == "committee":
            parts = [each.document() for each in self.personas if not each.is_blank]
            least = int(self.at_least) if A_COUNT.fullmatch(self.at_least) else 0
            return {"kind": "committee", "at_least": least, "personas": parts}
        values = list(dict.fromkeys([*self.values, *lines(self.other)]))
        found: dict[str, object] = {
            "kind": self.test,
            "attribute": self.subject,
            KEYS.get(self.test, "values"): values,
        }
        return found if self.test == "has_problem" else found | {"is_not": self.is_not}


def _limit(told: str) -> str | None:
    # One spelling of a number, or the same profile would have two hashes.
    return f"{Decimal(told).normalize():f}" if A_NUMBER.fullmatch(told) else None
