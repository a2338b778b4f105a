"""A criterion as a row of a form: from a body that asks for it, and from what was sent."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from trivet.agreements.icp.criterion_row import KEYS, CriterionRow
from trivet.agreements.icp.persona_row import MOST_PERSONAS, PersonaRow
from trivet.numbers.insight.icp import Section
from trivet.numbers.insight.icp.attributes import Askable


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
    row.half_life_days = _typed(test.get("half_life_days"))
    row.most_a_day = _typed(test.get("most_a_day"))
    row.personas = [
        PersonaRow.asked(place, each) for place, each in enumerate(test.get("personas", []))
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
        half_life_days=text("half_life_days"),
        most_a_day=text("most_a_day"),
    )
    told = text("personas", "0")
    count = (
        min(int(told), MOST_PERSONAS)
        if told.isascii() and told.isdecimal() and len(told) < 4
        else 0
    )
    row.personas = [PersonaRow.sent(place, data, name) for place in range(count)]
    return row


def _typed(told: object) -> str:
    return "" if told is None else str(told)
