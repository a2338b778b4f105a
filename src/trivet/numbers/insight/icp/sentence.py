"""What a criterion says, as a template and what goes into it, so that a page can translate it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from trivet import sentence

TEMPLATES = {
    "between": "%(attribute)s from %(at_least)s to below %(below)s",
    "at_least": "%(attribute)s of %(at_least)s or more",
    "below": "%(attribute)s below %(below)s",
    "one_of": "%(attribute)s is %(values)s",
    "not_one_of": "%(attribute)s is not %(values)s",
    "uses": "Uses %(values)s (%(attribute)s)",
    "does_not_use": "Uses none of %(values)s (%(attribute)s)",
    "touched": "%(kinds)s: %(at_least)s or more in %(within_days)s days",
    "used": "Product usage, %(kinds)s: %(at_least)s or more in %(within_days)s days",
    "signalled": "Signal of customer success, %(kinds)s: %(at_least)s or more in"
    " %(within_days)s days",
    "touched_fading": "%(kinds)s: %(at_least)s or more in %(within_days)s days, counting half as"
    " much after every %(half_life_days)s days",
    "touched_capped": "%(kinds)s: %(at_least)s or more in %(within_days)s days, at most"
    " %(most_a_day)s a day",
    "touched_fading_capped": "%(kinds)s: %(at_least)s or more in %(within_days)s days, at most"
    " %(most_a_day)s a day, counting half as much after every %(half_life_days)s days",
    "used_fading": "Product usage, %(kinds)s: %(at_least)s or more in %(within_days)s days,"
    " counting half as much after every %(half_life_days)s days",
    "used_capped": "Product usage, %(kinds)s: %(at_least)s or more in %(within_days)s days, at most"
    " %(most_a_day)s a day",
    "used_fading_capped": "Product usage, %(kinds)s: %(at_least)s or more in %(within_days)s days,"
    " at most %(most_a_day)s a day, counting half as much after every %(half_life_days)s days",
    "signalled_fading": "Signal of customer success, %(kinds)s: %(at_least)s or more in"
    " %(within_days)s days, counting half as much after every %(half_life_days)s days",
    "signalled_capped": "Signal of customer success, %(kinds)s: %(at_least)s or more in"
    " %(within_days)s days, at most %(most_a_day)s a day",
    "signalled_fading_capped": "Signal of customer success, %(kinds)s: %(at_least)s or more in"
    " %(within_days)s days, at most %(most_a_day)s a day, counting half as much after every"
    " %(half_life_days)s days",
    "committee": "At least %(at_least)s of these known at the account: %(values)s",
    "problem": "Has the problem %(values)s (%(attribute)s)",
}
"""The one place for what criteria say; `gettext` looks these up as they stand."""


class Sentence(sentence.Sentence):
    """What a criterion says: a key's text in TEMPLATES, and what goes into it, as text."""

    @classmethod
    def of(cls, name: str, **given: str) -> Sentence:
        return cls(TEMPLATES[name], given)


def named(attribute: str) -> str:
    """An attribute's name as people write it: `data_team` is `Data team`."""
    return attribute.replace("_", " ").capitalize()


def listed(values: Sequence[str]) -> str:
    """Values with commas between them; they are data, and stay as they are in every language."""
    return ", ".join(values)


def number(value: Decimal) -> str:
    """A number with its thousands grouped, and no zeros behind it."""
    return f"{value.normalize():,f}"
