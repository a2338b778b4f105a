"""What can be asked of this company's data in each section, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from trivet.numbers.insight.icp import Section
from trivet.numbers.insight.icp.attributes import Askable, Attribute
from trivet.numbers.insight.icp.criterion import ALLOWED
from trivet.numbers.insight.icp.predicates.happened import SOURCES
from trivet.numbers.insight.icp.sentence import named


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
