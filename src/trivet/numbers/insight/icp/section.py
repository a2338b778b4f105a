"""The six sections of an ideal customer profile, in the order they are written and read."""

from __future__ import annotations

from enum import StrEnum


class Section(StrEnum):
    """Where a criterion stands; only a disqualifier excludes, the others give points."""

    FIRMOGRAPHIC = "firmographic"
    TECHNOGRAPHIC = "technographic"
    BEHAVIOURAL = "behavioural"
    BUYING_COMMITTEE = "buying_committee"
    BUSINESS_PROBLEM = "business_problem"
    DISQUALIFIER = "disqualifier"

    @property
    def title(self) -> str:  # type: ignore[override]
        return TITLES[self]

    @property
    def asks(self) -> str:
        """The question that the section answers."""
        return QUESTIONS[self]


TITLES = {
    Section.FIRMOGRAPHIC: "Firmographic",
    Section.TECHNOGRAPHIC: "Technographic",
    Section.BEHAVIOURAL: "Behavioural",
    Section.BUYING_COMMITTEE: "Buying committee",
    Section.BUSINESS_PROBLEM: "Business problems",
    Section.DISQUALIFIER: "Disqualifiers",
}

QUESTIONS = {
    Section.FIRMOGRAPHIC: "What kind of company is it?",
    Section.TECHNOGRAPHIC: "What does it already use?",
    Section.BEHAVIOURAL: "What does it do that shows it is in the market?",
    Section.BUYING_COMMITTEE: "Which people have to be there?",
    Section.BUSINESS_PROBLEM: "Which problem makes it urgent?",
    Section.DISQUALIFIER: "What rules it out, however well the rest fits?",
}
