"""The form of a metric's definition: typed options, the target, and which bases it pins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.http import QueryDict
from django.utils.translation import gettext as _

from trivet.agreements.documents import amount
from trivet.agreements.documents.company import currency
from trivet.agreements.documents.definitions import document_of, newest
from trivet.agreements.documents.forms.option import OptionAsked, asked, sent
from trivet.agreements.documents.kinds.metric_definition import METRIC_DEFINITION, MONEY
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.language import said
from trivet.errors import DocumentRefused, TrivetError
from trivet.numbers.shared_metrics.definition import Definition, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.in_force import SUBJECTS
from trivet.numbers.shared_metrics.lint import lint
from trivet.numbers.shared_metrics.metric import Metric
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.vocabulary.money import minor_digits

A_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
PERIODS_AHEAD = 2
"""This period, the next one, two out: what such targets are set for."""

NOT_AHEAD = Metric()
A_COUNT = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class PinChoice:
    """A version of a base that a metric may rest on.

    is_held   it is the version in force
    """

    sha256: str
    version: Version | None
    is_held: bool
    checked: bool


@dataclass(frozen=True, slots=True)
class PinAsked:
    """Which version of a base."""

    name: str
    title: str
    choices: list[PinChoice]


@dataclass(frozen=True, slots=True)
class EndAsked:
    """The target of a period to come: the next one is 1 ahead."""

    name: str
    ahead: int
    text: str


class DefinitionForm:
    """Everything about a definition that signers choose; the rest is the metric itself."""

    template = "documents/_definition_fields.html"

    def __init__(self, body: Body, data: QueryDict | None = None) -> None:
        self.subject = SUBJECTS[str(body["id"])]
        self.before = dict(body)
        self.data = data
        self.wrong: dict[str, str] = {}
        options = body["options"]
        assert isinstance(options, dict)
        # A version from before there was the option counts by its default.
        stands = {
            option.name: option.read(options.get(option.name, option.default))
            for option in self.subject.options
        }
        self.options: list[OptionAsked] = [
            sent(option, stands[option.name], data)
            if data is not None
            else asked(option, stands[option.name])
            for option in self.subject.options
        ]
        self.pins = [self._pin(name) for name in self.subject.uses]
        target = body.get("target")
        self._target = dict(target) if isinstance(target, dict) else {}
        self._currency = currency() if self.subject.unit in MONEY else ""
        self.low = self._typed("target_low", self._edge("low"))
        self.high = self._typed("target_high", self._edge("high"))
        self.ahead = [
            EndAsked(f"target_ahead_{place}", place, self._typed(f"target_ahead_{place}", stands))
            for place, stands in enumerate(self._ahead_as_typed(), start=1)
        ]
        self.min_n = self._typed("min_n", str(body.get("min_n", "")))

    @staticmethod
    def first() -> Body:
        raise DocumentRefused(
            "A metric's definition is not invented here.",
            remedy="Begin with the drafts: each metric there is has one.",
        )

    @property
    def rearranges(self) -> bool:
        return False

    @property
    def is_metric(self) -> bool:
        """A base has no target."""
        return not self.subject.shared

    @property
    def unit(self) -> str:
        """What the ends of the target are typed in."""
        if self._currency:
            a_day = self.subject.unit is Unit.MONEY_A_DAY
            return (
                _("%(currency)s a day") % {"currency": self._currency} if a_day else self._currency
            )
        return {
            Unit.SHARE: "%",
            Unit.DAYS: _("days"),
            Unit.MULTIPLE: "×",
            Unit.COUNT: "",
            None: "",
        }.get(self.subject.unit, _("in the currency's smallest unit"))

    def is_valid(self) -> bool:
        """Fill `wrong`, by field: what cannot be, and what no definition may say."""
        self.wrong = {each.name: each.wrong for each in self.options if each.wrong}
        if self.is_metric:
            ends = [(each.name, each.text) for each in self.ahead]
            for name, text in (("target_low", self.low), ("target_high", self.high), *ends):
                if text and self._number(text) is None:
                    self.wrong[name] = self._no_number(text)
            if any(later.text and not each.text for each, later in pairwise(self.ahead)):
                self.wrong[self.ahead[0].name] = _("Fill in the nearer period first.")
            if not A_COUNT.fullmatch(self.min_n):
                self.wrong["min_n"] = _("This is a whole number from 1.")
        if self.wrong:
            return False
        body = self.body()
        for problem in self.refusals():
            self.wrong[f"option-{problem[0]}" if problem[0] else ""] = problem[1]
        if not self.wrong and (problems := METRIC_DEFINITION.problems(body)):
            self.wrong[""] = "; ".join(problems)
        for one in self.options:
            one.wrong = one.wrong or self.wrong.get(one.name, "")
        return not self.wrong

    def refusals(self) -> list[tuple[str, str]]:
        """What no definition may say, by option; '' for the whole."""
        chosen = {each.option.name: each.value for each in self.options}
        try:
            draft = Definition.draft(self.subject, chosen)
        except TrivetError as wrong:
            return [("", said(wrong.happened))]
        return [
            (problem.option, said(problem.says))
            for problem in lint(draft)
            if problem.definition == self.subject.id
        ]

    def body(self) -> dict[str, object]:
        found = self.before | {"options": {each.option.name: each.value for each in self.options}}
        if self.pins:
            pinned = {
                pin.name: next(choice.sha256 for choice in pin.choices if choice.checked)
                for pin in self.pins
            }
            found["uses"] = pinned
        if not self.is_metric:
            return found
        low, high = self._end("low", self.low), self._end("high", self.high)
        found.pop("target", None)
        if low is not None or high is not None:
            target = Target(low, high, self.subject.direction, self._ahead())
            found["target"] = target.document()
        return found | {"min_n": int(self.min_n)}

    def _pin(self, name: str) -> PinAsked:
        """The version pinned now, the one in force, and the newest proposed; each once."""
        uses = self.before.get("uses", {})
        assert isinstance(uses, dict)
        document = document_of(name)
        held = document.in_force() if document else None
        latest = newest(document) if document else None
        now = str(uses.get(name, ""))
        known = document.versions.filter(sha256=now).last() if document else None
        found: dict[str, Version | None] = {now: known} if now else {}
        found |= {each.sha256: each for each in (held, latest) if each is not None}
        picked = self.data.get(f"pin-{name}", now) if self.data is not None else now
        if picked not in found:
            picked = next(iter(found), "")
        return PinAsked(
            name,
            SUBJECTS[name].title,
            [
                PinChoice(
                    sha256, each, held is not None and held.sha256 == sha256, sha256 == picked
                )
                for sha256, each in found.items()
            ],
        )

    def _typed(self, name: str, stands: str) -> str:
        return str(self.data.get(name, "")).strip() if self.data is not None else stands

    def _number(self, text: str) -> Decimal | None:
        """What was typed, money in minor units; None if it is none."""
        if self._currency:
            return amount.minor_of(text, self._currency)
        return Decimal(text) if A_NUMBER.fullmatch(text) else None

    def _no_number(self, text: str) -> str:
        if not self._currency:
            return _("This is a number, such as 30 or 24.5.")
        return _(
            "%(typed)s is no amount in %(currency)s: write one such as %(example)s, with commas"
            " only between thousands and at most %(decimals)s decimals."
        ) % {
            "typed": text,
            "currency": self._currency,
            "example": amount.example(self._currency),
            "decimals": minor_digits(self._currency),
        }

    def _edge(self, name: str) -> str:
        """An end of the target as it is typed: a share in percent, money in major units."""
        end = self._target.get(name)
        if end is None:
            return ""
        value = Decimal(str(end))
        if self._currency:
            return amount.typed(value, self._currency)
        return f"{(value * 100).normalize():f}" if self.subject.unit is Unit.SHARE else f"{value:f}"

    def _ahead(self) -> tuple[str, ...]:
        before = self._target.get("ahead", [])
        assert isinstance(before, list)
        stood = [*before, *[None] * len(self.ahead)]
        written = (
            self._as_written(each.text, was) for each, was in zip(self.ahead, stood, strict=False)
        )
        return tuple(end for end in written if end is not None)

    def _ahead_as_typed(self) -> list[str]:
        """The targets of periods to come, for a metric that looks ahead."""
        if not METRICS.get(self.subject.id, NOT_AHEAD).looks_ahead:
            return []
        told = self._target.get("ahead", [])
        assert isinstance(told, list)
        return [f"{Decimal(str(end)):f}" for end in told] + [""] * (PERIODS_AHEAD - len(told))

    def _end(self, name: str, text: str) -> str | None:
        return self._as_written(text, self._target.get(name))

    def _as_written(self, text: str, before: object) -> str | None:
        """An end as the document writes it; in its old spelling where it is the same number."""
        value = self._number(text) if text else None
        if value is None:
            return None
        value = value / 100 if self.subject.unit is Unit.SHARE else value
        if before is not None and Decimal(str(before)) == value:
            return str(before)
        return f"{value.normalize():f}"
