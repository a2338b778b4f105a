"""The form of a profile: criteria by section, added and taken away without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from trivet.agreements.documents.rules.body import Body
from trivet.agreements.icp import kind
from trivet.agreements.icp.criterion_form import asked, sent
from trivet.agreements.icp.criterion_row import CriterionRow
from trivet.agreements.icp.offered import offered
from trivet.agreements.icp.persona_row import MOST_PERSONAS, PersonaRow
from trivet.agreements.icp.question import choices
from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import Profile, Section, problems
from trivet.numbers.insight.icp import cautions as cautions_of
from trivet.numbers.insight.icp.criterion import read_criterion

MOST_CRITERIA = 60
EDGES = ("a", "b", "c")
A_SHARE = re.compile(r"[0-9](\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class SectionAsked:
    """One section with its criteria, and what could be asked besides.

    choices   (value, words) of the tests that the company's data allows here
    """

    section: Section
    rows: list[CriterionRow]
    choices: list[tuple[str, str]]


class ProfileForm:
    """Words a profile."""

    template = "icp/_profile_fields.html"

    def __init__(self, body: Body, data: QueryDict | None = None) -> None:
        self.data = data
        self.wrong: dict[str, str] = {}
        self.is_readable = True
        self.known = offered()
        if data is None:
            told = body.get("criteria")
            found = told if isinstance(told, list) else []
            self.rows = [asked(at, each, self.known) for at, each in enumerate(found)]
            edges = body.get("cutoffs")
            self.edges = {
                name: str(edges[name] if isinstance(edges, Mapping) else getattr(_EMPTY, name))
                for name in EDGES
            }
            self.share = _percent(body.get("problems_count_from", "0.6"))
            self.let_through = _percent(body.get("let_through", "0"))
        else:
            count = _count(data.get("criteria", "0"), MOST_CRITERIA)
            self.rows = [sent(at, data, self.known) for at in range(count)]
            self.edges = {name: data.get(f"cutoff-{name}", "").strip() for name in EDGES}
            self.share = data.get("problems_count_from", "").strip()
            self.let_through = data.get("let_through", "").strip()
            self._rearrange(data)

    @staticmethod
    def first() -> Body:
        """Empty: what the data suggests is offered in the workshop, where it is argued about."""
        return kind.body_of(Profile(()))

    @property
    def rearranges(self) -> bool:
        return self.data is not None and bool({"add", "drop", "persona"} & set(self.data))

    @property
    def has_data(self) -> bool:
        """Whether a build is there to offer attributes and values."""
        return bool(self.known.attributes)

    @property
    def sections(self) -> list[SectionAsked]:
        """What the template draws; the rows keep their numbers over all sections."""
        return [
            SectionAsked(
                section,
                [row for row in self.rows if row.section == section],
                choices(section, self.known),
            )
            for section in Section
        ]

    @property
    def cautions(self) -> list[str]:
        """What to think about before it is signed."""
        return [] if self.wrong else cautions_of(self.body())

    def is_valid(self) -> bool:
        """Fill `wrong`, by field; `is_readable` tells whether `body` is at least what was typed."""
        self.wrong = {}
        for row in self.rows:
            row.check()
            self.wrong |= row.wrong
        for name, text in self.edges.items():
            if not _is_whole(text):
                self.wrong[f"cutoff-{name}"] = _("A cut-off is a whole number of points.")
        if not _is_share(self.share):
            self.wrong["problems_count_from"] = _("This is a share from 0 to 100 percent.")
        if self.let_through and not A_SHARE.fullmatch(self.let_through):
            self.wrong["let_through"] = _("This is a share from 0 to 5 percent, such as 2.5.")
        self.is_readable = not self.wrong
        if self.wrong:
            return False
        body = self.body()
        told = body["criteria"]
        assert isinstance(told, list)
        for row, each in zip(self.rows, told, strict=True):
            try:
                found = read_criterion(each).problems
            except ProfileRefused as refused:
                found = [refused.happened]
            if found:
                row.wrong[row.name] = self.wrong[row.name] = "; ".join(found)
        if not self.wrong:
            names = self.known.names if self.has_data else None
            if whole := problems(body, names):
                self.wrong[""] = "; ".join(whole)
        return not self.wrong

    def body(self) -> dict[str, object]:
        """As typed; what cannot be read as a number stays out, and `wrong` says so."""
        self._name()
        through = _through(self.let_through)
        return {
            "kind": "ideal-customer-profile",
            "version": 1,
            "criteria": [row.document() for row in self.rows],
            "cutoffs": {name: int(t) if _is_whole(t) else 0 for name, t in self.edges.items()},
            "problems_count_from": _share(self.share),
            "signatures_required": ["cmo", "cro", "vp_cs"],
            **({"let_through": through} if through else {}),
        }

    def _name(self) -> None:
        """Give each new criterion an id; one that was there keeps its own."""
        taken = {row.id for row in self.rows if row.id}
        for row in self.rows:
            if not row.id:
                stem, number = row.stem, 1
                row.id = stem
                while row.id in taken:
                    number += 1
                    row.id = f"{stem}_{number}"
                taken.add(row.id)

    def _rearrange(self, data: QueryDict) -> None:
        """Add or take away a criterion or a persona, as the button that was pressed says."""
        section = data.get("add", "")
        if section in list(Section) and len(self.rows) < MOST_CRITERIA:
            asks = data.get(f"ask-{section}", "")
            if asks in dict(choices(Section(section), self.known)):
                at = len(self.rows)
                self.rows.append(CriterionRow(at, "", Section(section), asks, self.known))
        at = _count(data.get("drop", ""), MOST_CRITERIA, -1)
        if 0 <= at < len(self.rows):
            del self.rows[at]
            for place, row in enumerate(self.rows):
                row.at = place
        at = _count(data.get("persona", ""), MOST_CRITERIA, -1)
        if 0 <= at < len(self.rows) and len(self.rows[at].personas) < MOST_PERSONAS:
            self.rows[at].personas.append(PersonaRow(len(self.rows[at].personas)))


_EMPTY = Profile(()).cutoffs


def _count(told: str, most: int, otherwise: int = 0) -> int:
    return min(int(told), most) if _is_whole(told) else otherwise


def _is_whole(told: str) -> bool:
    return told.isascii() and told.isdecimal() and len(told) < 4


def _is_share(told: str) -> bool:
    return _is_whole(told) and int(told) <= 100


def _share(told: str) -> str:
    if not _is_share(told):
        return "0.6"
    return f"{int(told) / 100:.2f}".rstrip("0").rstrip(".")


def _through(told: str) -> str:
    """A share as the document writes it; '' for none, which it does not write."""
    share = Decimal(told) / 100 if A_SHARE.fullmatch(told) else Decimal(0)
    return f"{share.normalize():f}" if share else ""


def _percent(share: object) -> str:
    return f"{(Decimal(str(share)) * 100).normalize():f}"
