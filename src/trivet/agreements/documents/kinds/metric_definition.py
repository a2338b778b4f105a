"""Metric definitions as documents: the body is the very document whose hash is on every figure.

Ten metrics, and the definitions they share (`pipeline_base`, `sourcing`, `retention_base`), are one
document each. A metric pins the hash of what it rests on, so a changed base is a changed
definition. The numbers read what is in force from files that follow from the store.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from trivet.agreements.documents import amount
from trivet.agreements.documents.company import currency
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.queries import enacted
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Clause, Kind
from trivet.agreements.people.rules.right import Thing
from trivet.errors import TrivetError
from trivet.numbers.shared_metrics import in_force
from trivet.numbers.shared_metrics.definition import Definition, Subject
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.in_force import SUBJECTS, Agreed, InForce
from trivet.numbers.shared_metrics.lint import lint
from trivet.numbers.shared_metrics.registry import SHARED
from trivet.vocabulary.function import Function

MONEY = (Unit.MONEY, Unit.MONEY_A_DAY)

LOG = logging.getLogger(__name__)

ID = "metric_definition"
HASH = re.compile("[0-9a-f]{64}")
LONGEST_AHEAD = 4


def hand_over(folder: Path) -> None:
    """Put what is in force where the numbers read it.

    folder   the workspace's `definitions/`
    Raises   DiskFull
    """
    in_force.hand_over(folder, *_agreed())


def is_handed_over(folder: Path) -> bool:
    """Whether the numbers read what is in force. Raises   DefinitionsDamaged"""
    now, before = _agreed()
    return in_force.in_force_now(folder).hash == in_force.hash_of(now, before)


def _agreed() -> tuple[list[Agreed], list[Agreed]]:
    """What is in force, and what was before."""
    now: list[Agreed] = []
    before: list[Agreed] = []
    for document, versions in enacted(ID).items():
        *earlier, last = [
            Agreed(version.body, version.number, version.enactment.ruling) for version in versions
        ]
        assert str(last.body["id"]) == document
        now.append(last)
        before += earlier
    return now, before


def if_signed(now: InForce, body: Body) -> dict[str, Definition]:
    """What metrics would count under if a body were in force, by metric.

    Raises   DefinitionRefused, OptionUnknown
    """
    shared = [subject.id for subject in SHARED]
    versions = Version.objects.filter(document__kind=ID, document__key__in=shared)
    return in_force.if_signed(now, body, [version.body for version in versions])


def _took_effect() -> None:
    """Hand over at once: the next page already counts under what was signed.

    What cannot be written now is written by the next `trivet run`; the signature stands.
    """
    if not settings.WORKSPACE:
        return
    try:
        hand_over(Path(settings.WORKSPACE) / "definitions")
    except (TrivetError, OSError):
        LOG.exception("The signed definitions could not be handed to the numbers.")


def _problems(body: Body) -> list[str]:
    """What keeps a body from being signed: an unknown option, or a combination that misleads."""
    known = body.get("id")
    if known not in SUBJECTS:
        return [f"there is no metric {known!r}"]
    subject = SUBJECTS[str(known)]
    options = body.get("options")
    if not isinstance(options, Mapping):
        return ["it has no options"]
    try:
        draft = Definition.draft(subject, dict(options))
    except TrivetError as wrong:
        return [wrong.happened.rstrip(".")]
    missing = [option.name for option in subject.options if option.name not in options]
    if missing:
        return [f"it does not say {', '.join(missing)}"]
    return [
        *_other_than_counted(body, subject, draft),
        *_pins(body, subject),
        *_target_problems(body.get("target")),
        *(problem.says for problem in lint(draft) if problem.definition == subject.id),
    ]


def with_every_option(body: Body) -> dict[str, object]:
    """A body that says every option there is by now: those it does not, by their defaults."""
    options = body["options"]
    assert isinstance(options, Mapping)
    every = {
        option.name: options.get(option.name, option.read(option.default))
        for option in SUBJECTS[str(body["id"])].options
    }
    return {**body, "options": every}


def _other_than_counted(body: Body, subject: Subject, draft: Definition) -> list[str]:
    """What would make the signed bytes other than the document whose hash is on the figure."""
    shape = Definition(subject, draft.options).document()
    chosen = {"uses", "target", "min_n", "version", "options"}
    also = ({"uses"} if subject.uses else set()) | (set() if subject.shared else {"target"})
    extra = sorted(set(body) - set(shape) - also)
    found = [f"nothing reads {name}" for name in extra]
    found += [
        f"{name} is not what this metric is counted with"
        for name in sorted(set(shape) - chosen)
        if body.get(name) != shape[name]
    ]
    if body["options"] != shape["options"]:
        found.append("its options are not written in their one form")
    if type(body.get("version")) is not int:
        found.append("`version` is a whole number")
    least = body.get("min_n", 1 if subject.shared else None)
    if type(least) is not int or least < 1:
        found.append("`min_n` is a whole number from 1")
    return found


def _pins(body: Body, subject: Subject) -> list[str]:
    """A metric pins the hash of each definition it rests on, and of no other."""
    uses = body.get("uses", {})
    if not isinstance(uses, Mapping) or set(uses) != set(subject.uses):
        named = ", ".join(subject.uses) or "nothing"
        return [f"it rests on {named}, and has to pin the hash of each"]
    return [
        f"{pinned!r} is no hash of {name}"
        for name, pinned in sorted(uses.items())
        if not (isinstance(pinned, str) and HASH.fullmatch(pinned))
    ]


def _target_problems(told: object) -> list[str]:
    if told is None:
        return []
    parts = {"kind", "low", "high", "direction"}
    if not isinstance(told, Mapping) or set(told) - {"ahead"} != parts:
        return ["a target has a low and a high end, and a direction"]
    ahead = told.get("ahead", ["1"])
    if not isinstance(ahead, list) or not 1 <= len(ahead) <= LONGEST_AHEAD or None in ahead:
        return [f"a target has up to {LONGEST_AHEAD} low ends for periods to come"]
    ends = [told["low"], told["high"], *ahead]
    if told["kind"] != "band" or told["direction"] not in ("up", "down"):
        return ["a target is a band whose direction is up or down"]
    try:
        low, high, *_ = (None if end is None else Decimal(str(end)) for end in ends)
    except InvalidOperation:
        return ["the ends of a target are numbers"]
    if not all(end is None or (isinstance(end, str) and Decimal(end).is_finite()) for end in ends):
        return ["the ends of a target are numbers, as text"]
    if low is None and high is None:
        return ["a target has at least one end"]
    if low is not None and high is not None and low > high:
        return [f"the target's low end {low} is above its high end {high}"]
    return []


def called(key: str) -> str:
    """The metric or base, whatever its versions choose."""
    return SUBJECTS[key].title if key in SUBJECTS else key


def titled(body: Body) -> str:
    """What a figure under this body is called: `Win rate, all sources`."""
    try:
        bases = in_force.read_all(_rested_on(body))
        return in_force.definition_of(body, bases).title
    except (KeyError, TrivetError):
        # It rests on a version that is not here: its own options still say what it is.
        return _titled_alone(body)


def _titled_alone(body: Body) -> str:
    subject, options = SUBJECTS.get(str(body.get("id"))), body.get("options")
    if subject is None or not isinstance(options, Mapping):
        return called(str(body.get("id")))
    try:
        return Definition.draft(subject, dict(options)).title
    except TrivetError:
        return subject.title


def _rested_on(body: Body) -> list[Body]:
    """The bodies of the versions that it pins, and of those that they pin."""
    found: dict[str, Body] = {}
    pinned = _pinned(body)
    while pinned - found.keys():
        versions = Version.objects.filter(document__kind=ID, sha256__in=pinned - found.keys())
        now = {version.sha256: version.body for version in versions}
        found |= now
        pinned = {each for body in now.values() for each in _pinned(body)}
    return list(found.values())


def _pinned(body: Body) -> set[str]:
    uses = body.get("uses", {})
    return {str(each) for each in uses.values()} if isinstance(uses, Mapping) else set()


def _reads(body: Body) -> list[Clause]:
    """How it is counted, in the sentences a signer reads, one a decision."""
    subject = SUBJECTS[str(body["id"])]
    options = body["options"]
    assert isinstance(options, Mapping)
    clauses = [Clause("formula", subject.title, subject.formula)]
    clauses += [
        Clause(
            f"options.{option.name}",
            option.title,
            option.sentence(option.read(options[option.name])) or _("None."),
        )
        for option in subject.options
        if option.name in options
    ]
    # It was signed before there was the choice: it counts by the default, and says nothing of it.
    clauses += [
        Clause(
            f"options.{option.name}",
            option.title,
            _("%(says)s (This version was written before there was a choice.)")
            % {"says": option.sentence(option.read(option.default)) or _("None.")},
        )
        for option in subject.options
        if option.name not in options
    ]
    uses = body.get("uses", {})
    assert isinstance(uses, Mapping)
    clauses += [
        Clause(
            f"uses.{name}",
            SUBJECTS[str(name)].title,
            _("As in the version whose hash is %(hash)s.") % {"hash": pinned},
        )
        for name, pinned in uses.items()
    ]
    target = body.get("target")
    if isinstance(target, Mapping):
        clauses.append(Clause("target", _("Target"), _target(target, subject.unit)))
    if "min_n" in body:
        few = _("Under %(number)s records the interval is read, not the number.")
        clauses.append(Clause("min_n", _("Few records"), few % {"number": body["min_n"]}))
    clauses.append(
        Clause(
            "signatures_required",
            _("Who owns it"),
            _(
                "Marketing, sales and customer success own it together: it is signed by the chief"
                " marketing officer, the chief revenue officer and the vice president customer"
                " success, and each answers for the whole number."
            ),
        )
    )
    levers = body.get("levers", {})
    assert isinstance(levers, Mapping)
    clauses += [
        Clause(f"levers.{function}", _(heading), str(levers[function]))
        for function, heading in LEVERS.items()
        if function in levers
    ]
    return clauses


LEVERS = {
    Function.MARKETING: gettext_noop("What marketing contributes"),
    Function.SALES: gettext_noop("What sales contributes"),
    Function.CUSTOMER_SUCCESS: gettext_noop("What customer success contributes"),
}


def _target(target: Mapping[str, object], unit: Unit | None) -> str:
    ends = {name: _end(target.get(name), unit) for name in ("low", "high")}
    if ends["low"] and ends["high"]:
        said = _("Between %(low)s and %(high)s.") % ends
    else:
        said = _("At least %(low)s.") % ends if ends["low"] else _("At most %(high)s.") % ends
    ahead = target.get("ahead", [])
    assert isinstance(ahead, list)
    for place, end in enumerate(ahead, start=1):
        told = {"low": _end(end, unit), "number": place}
        said += (
            " "
            + (
                _("For the next period at least %(low)s.")
                if place == 1
                else _("For the period %(number)s ahead at least %(low)s.")
            )
            % told
        )
    return said


def _end(end: object, unit: Unit | None) -> str:
    """`30%`, `75 days`, `3×`, `$2,500.00 a day`; a document keeps money in minor units."""
    if end is None:
        return ""
    value = Decimal(str(end))
    if unit is Unit.SHARE:
        return f"{(value * 100).normalize():f}%"
    if unit is Unit.DAYS:
        return ngettext("%(number)s day", "%(number)s days", int(value)) % {"number": f"{value:f}"}
    if unit in MONEY:
        said = amount.read(value, currency())
        return _("%(amount)s a day") % {"amount": said} if unit is Unit.MONEY_A_DAY else said
    return f"{value:f}×" if unit is Unit.MULTIPLE else f"{value:f}"


METRIC_DEFINITION = Kind(
    ID,
    gettext_noop("Metric definition"),
    Thing.DEFINITIONS,
    _problems,
    _reads,
    plural=gettext_noop("Metric definitions"),
    took_effect=_took_effect,
    called=called,
    titled=titled,
)
