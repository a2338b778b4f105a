"""The form of a process document: rows of typed blanks, added and taken away without a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from trivet.agreements.documents.kinds.outline import (
    MOST_ROWS,
    Blank,
    Outline,
    Part,
    function_word,
    named_ids,
)
from trivet.agreements.documents.rules.body import Body
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.vocabulary.function import OWNERS


@dataclass(frozen=True, slots=True)
class BlankAsked:
    """One blank of one row.

    choices   values with their words; empty for what is typed
    """

    blank: Blank
    name: str
    value: str
    choices: list[tuple[str, str]]
    wrong: str


@dataclass(frozen=True, slots=True)
class RowAsked:
    """One row."""

    at: int
    name: str
    id: str
    blanks: list[BlankAsked]
    is_first: bool


@dataclass(frozen=True, slots=True)
class PartAsked:
    """One part with its rows."""

    part: Part
    rows: list[RowAsked]
    wrong: str


class ProcessForm:
    """Words a body by its outline."""

    template = "documents/_process_fields.html"
    outline: Outline
    problems: Callable[[Body], list[str]]
    draft: Callable[[], Body]

    def __init__(self, body: Body, data: QueryDict | None = None) -> None:
        self.data = data
        self.wrong: dict[str, str] = {}
        self._rows = {part.name: self._of(part, body) for part in self.outline.parts}
        if data is not None:
            self._rearrange(data)

    @classmethod
    def first(cls) -> Body:
        return cls.draft()

    @property
    def rearranges(self) -> bool:
        return self.data is not None and bool({"add", "drop", "raise"} & set(self.data))

    def is_valid(self) -> bool:
        """Fill `wrong`, by field."""
        body = self.body()
        for part in self.outline.parts:
            for at, row in enumerate(self._rows[part.name]):
                for blank in part.blanks:
                    wrong = self.outline.wrong(body, blank, row[blank.name])
                    if wrong:
                        self.wrong[f"{part.name}-{at}-{blank.name}"] = wrong
            if len(self._rows[part.name]) < part.least:
                needs = _("This needs at least %(number)s rows.") % {"number": part.least}
                self.wrong[part.name] = needs
        if not self.wrong and (found := self.__class__.problems(body)):
            self.wrong[""] = "; ".join(found)
        return not self.wrong

    def body(self) -> dict[str, object]:
        rows = {name: [dict(row) for row in found] for name, found in self._rows.items()}
        for part in self.outline.parts:
            named_ids(rows[part.name], part)
        return {"kind": self.outline.kind, **rows}

    @property
    def parts(self) -> list[PartAsked]:
        """What the template draws."""
        body = self.body()
        return [
            PartAsked(
                part,
                [
                    RowAsked(
                        at + 1,
                        f"{part.name}-{at}",
                        row["id"],
                        [
                            BlankAsked(
                                blank,
                                f"{part.name}-{at}-{blank.name}",
                                row[blank.name],
                                self._choices(body, blank),
                                self.wrong.get(f"{part.name}-{at}-{blank.name}", ""),
                            )
                            for blank in part.blanks
                        ],
                        at == 0,
                    )
                    for at, row in enumerate(self._rows[part.name])
                ],
                self.wrong.get(part.name, ""),
            )
            for part in self.outline.parts
        ]

    def _choices(self, body: Body, blank: Blank) -> list[tuple[str, str]]:
        match blank.kind:
            case "function":
                return [(str(each), function_word(each)) for each in OWNERS]
            case "metric":
                return [(name, _(metric.subject.title)) for name, metric in METRICS.items()]
            case "row":
                names = self.outline.names(body)
                ids = self.outline.ids(body, blank.of)
                return [("", "–"), *((each, names[each] or each) for each in ids)]
        return []

    def _of(self, part: Part, body: Body) -> list[dict[str, str]]:
        """The rows as they stand, or as they were sent; each with every blank."""
        if self.data is None:
            found = [
                {"id": str(row.get("id", ""))}
                | {blank.name: str(row.get(blank.name, "")) for blank in part.blanks}
                for row in self.outline.rows(body, part)
            ]
            return found or [self._empty(part)] * (1 if part.is_one else 0)
        told = self.data.get(f"{part.name}-rows", "0")
        count = min(int(told), MOST_ROWS) if _is_count(told) else 0
        return [
            {"id": self.data.get(f"{part.name}-{at}-id", "")}
            | {
                blank.name: _one_line_end(self.data.get(f"{part.name}-{at}-{blank.name}", ""))
                for blank in part.blanks
            }
            for at in range(count)
        ]

    def _empty(self, part: Part) -> dict[str, str]:
        return {"id": ""} | {blank.name: "" for blank in part.blanks}

    def _rearrange(self, data: QueryDict) -> None:
        """Add, take away or raise a row, as the button that was pressed says."""
        if (name := data.get("add", "")) in self._rows and len(self._rows[name]) < MOST_ROWS:
            [part] = [part for part in self.outline.parts if part.name == name]
            self._rows[name].append(self._empty(part))
        for verb in ("drop", "raise"):
            name, _colon, told = data.get(verb, "").partition(":")
            rows = self._rows.get(name, [])
            at = int(told) - 1 if _is_count(told) else -1
            if not 0 <= at < len(rows):
                continue
            row = rows.pop(at)
            if verb == "raise":
                rows.insert(max(at - 1, 0), row)


def _is_count(told: str) -> bool:
    return told.isascii() and told.isdecimal() and len(told) < 4


def _one_line_end(text: str) -> str:
    # Browsers send CR LF; the same text must not be another document.
    return text.replace("\r\n", "\n").strip()


def process_form(
    outline: Outline, problems: Callable[[Body], list[str]], draft: Callable[[], Body]
) -> type[ProcessForm]:
    """The form of an outline."""
    shape = {"outline": outline, "problems": staticmethod(problems), "draft": staticmethod(draft)}
    return type("OutlineForm", (ProcessForm,), shape)
