"""One criterion as it is asked and typed: what can be asked of this company's data, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from trivet.agreements.icp import kind
from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import Section
from trivet.numbers.insight.icp.attributes import Askable, Attribute, AttributeValue
from trivet.numbers.insight.icp.criterion import ALLOWED, read_criterion
from trivet.numbers.insight.icp.predicates.happened import SOURCES
from trivet.numbers.insight.icp.sentence import named

A_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
A_COUNT = re.compile(r"[1-9][0-9]{0,5}")
KEYS = {"one_of": "values", "uses": "technologies", "has_problem": "problems"}
LONGEST_NOTE = 500


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

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.titles or self.roles)


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
            number = A_NUMBER if self.test == "happened" else A_COUNT
            if not number.fullmatch(self.at_least):
                self._is_wrong("at_least", _("How many at least is a number."))
        if self.test == "happened" and not A_COUNT.fullmatch(self.within_days):
            self._is_wrong("within_days", _("The window is a whole number of days."))
        if len(self.note) > LONGEST_NOTE:
            self._is_wrong("note", _("The note is too long: 500 letters at most."))

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
            return {
                "kind": "happened",
                "source": self.subject,
                "kinds": self.values,
                "at_least": _limit(self.at_least) or "0",
                "within_days": int(self.within_days) if A_COUNT.fullmatch(self.within_days) else 0,
            }
        if self.test == "committee":
            parts = [
                {"name": p.name, "titles": _lines(p.titles), "buying_roles": p.roles}
                for p in self.personas
                if not p.is_blank
            ]
            least = int(self.at_least) if A_COUNT.fullmatch(self.at_least) else 0
            return {"kind": "committee", "at_least": least, "personas": parts}
        values = list(dict.fromkeys([*self.values, *_lines(self.other)]))
        found: dict[str, object] = {
            "kind": self.test,
            "attribute": self.subject,
            KEYS.get(self.test, "values"): values,
        }
        return found if self.test == "has_problem" else found | {"is_not": self.is_not}


def asked(at: int, told: Mapping[str, object], known: Askable) -> CriterionRow:
    """A criterion as it stands in a body."""
    test = told["test"]
    assert isinstance(test, Mapping)
    of = str(test["kind"])
    row = CriterionRow(
        at,
        str(told["id"]),
        Section(str(told["section"])),
        f"{of}:{test.get('attribute', test.get('source', ''))}",
        known,
        points=str(told.get("points", 0)),
        note=str(told.get("note", "")),
        is_not=bool(test.get("is_not", False)),
    )
    row.low, row.high = _typed(test.get("at_least")), _typed(test.get("below"))
    row.values = [str(each) for each in test.get(KEYS.get(of, "kinds"), [])]
    row.at_least = _typed(test.get("at_least", 1))
    row.within_days = str(test.get("within_days", "180"))
    row.personas = [
        PersonaRow(place, each["name"], "\n".join(each["titles"]), list(each["buying_roles"]))
        for place, each in enumerate(test.get("personas", []))
    ]
    return row


def sent(at: int, data: QueryDict, known: Askable) -> CriterionRow:
    """A criterion as it was sent."""
    name = f"c-{at}"

    def text(part: str, otherwise: str = "") -> str:
        return data.get(f"{name}-{part}", otherwise).replace("\r\n", "\n").strip()

    section = text("section")
    row = CriterionRow(
        at,
        text("id"),
        Section(section) if section in list(Section) else Section.FIRMOGRAPHIC,
        text("asks"),
        known,
        points=text("points", "0"),
        note=text("note"),
        low=text("low"),
        high=text("high"),
        values=data.getlist(f"{name}-value"),
        other=text("other"),
        is_not=bool(data.get(f"{name}-is_not")),
        at_least=text("at_least", "1"),
        within_days=text("within_days", "180"),
    )
    told = text("personas", "0")
    count = min(int(told), 12) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
    row.personas = [
        PersonaRow(
            place,
            text(f"p-{place}-name"),
            text(f"p-{place}-titles"),
            data.getlist(f"{name}-p-{place}-role"),
        )
        for place in range(count)
    ]
    return row


def choices(section: Section, known: Askable) -> list[tuple[str, str]]:
    """What can be asked in a section, with how much is known of it."""
    found = []
    for predicate in ALLOWED[section]:
        test = predicate.kind
        if test == "committee":
            found.append((f"{test}:", asking(f"{test}:")))
        elif test == "happened":
            there = {each.source for each in known.events}
            found += [(f"{test}:{s}", asking(f"{test}:{s}")) for s in SOURCES if s in there]
        else:
            found += [
                (f"{test}:{each.name}", _share(f"{test}:{each.name}", each))
                for each in known.attributes
                if (each.kind == "number") == (test == "band")
            ]
    return found


def asking(asks: str) -> str:
    """What a test asks, in words."""
    test, _colon, subject = asks.partition(":")
    words = {
        "band": _("%(subject)s between limits"),
        "one_of": _("%(subject)s is one of"),
        "uses": _("Uses (%(subject)s)"),
        "has_problem": _("Has the problem (%(subject)s)"),
        "committee": _("People who are known at the account"),
    }
    if test == "happened":
        return {
            "touchpoint": _("Something people did"),
            "product_usage": _("Product usage"),
            "expansion_signal": _("A signal of customer success"),
        }.get(subject, subject)
    return words.get(test, test) % {"subject": named(subject)}


def _share(asks: str, attribute: Attribute) -> str:
    return _("%(asks)s – known of %(share)s%%") % {
        "asks": asking(asks),
        "share": round(attribute.known_share * 100),
    }


def _limit(told: str) -> str | None:
    # One spelling of a number, or the same profile would have two hashes.
    return f"{Decimal(told).normalize():f}" if A_NUMBER.fullmatch(told) else None


def _typed(told: object) -> str:
    return "" if told is None else str(told)


def _lines(told: str) -> list[str]:
    return [each.strip() for each in told.split("\n") if each.strip()]
