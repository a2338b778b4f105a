"""What is asked about the profile and its workshops."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from trivet.agreements.documents.models import (
    Document,
    Enactment,
    Proposal,
    Signature,
    Version,
)
from trivet.agreements.documents.queries import standing_of
from trivet.agreements.icp.kind import ID
from trivet.agreements.icp.models import FunctionDraft, Review, Workshop
from trivet.agreements.icp.rules.alarm import Alarm, Kept, KnownLess
from trivet.agreements.icp.rules.alarm import alarms as sounding
from trivet.agreements.icp.rules.whose import functions_of
from trivet.agreements.people.rules.seat import SEATS, SeatKey
from trivet.numbers.insight.icp import Criterion, Profile, read_profile
from trivet.numbers.insight.icp.validation import InForce
from trivet.vocabulary.function import OWNERS, Function
from trivet.vocabulary.period import FiscalCalendar, Grain, Period


def document() -> Document | None:
    """The document; None before anybody proposed one."""
    return Document.objects.filter(kind=ID).first()


def in_force(at: datetime | None = None) -> Version | None:
    """The version that holds."""
    found = document()
    return found.in_force(at) if found else None


@dataclass(frozen=True, slots=True)
class HeldBy:
    """By what a version of the profile is, or was, in force: the one place that tells it.

    from_at    since when
    is_ruled   by a ruling of the CEO; else every seat had signed
    signed     the seats whose signatures are under it, by key, in the order they are asked
    unsigned   those whose are not
    """

    number: int
    from_at: datetime
    is_ruled: bool
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]


def held_by(version: Version) -> HeldBy | None:
    """By what a version is in force; None of one that never was."""
    enactment = Enactment.objects.filter(version=version).first()
    if enactment is None:
        return None
    missing = standing_of(version).missing
    required = [str(seat) for seat in version.document.kind_of.required]
    return HeldBy(
        version.number,
        enactment.from_at,
        enactment.ruling,
        tuple(seat for seat in required if seat not in missing),
        missing,
    )


def profile_of(version: Version) -> Profile:
    """The profile that a version words. Raises   ProfileRefused"""
    return read_profile(version.body)


def history() -> list[InForce]:
    """Every profile that was in force, each since when (naive UTC, as the numbers take it)."""
    found = document()
    if found is None:
        return []
    return [
        InForce(each.from_at.astimezone(UTC).replace(tzinfo=None), profile_of(each.version))
        for each in found.enactments.select_related("version")
    ]


def first_asked(criterion: Criterion) -> datetime | None:
    """Since when the profiles in force have had this very test, without a break (naive UTC).

    None where the one in force has none such.
    """
    since = None
    for each in reversed(history()):
        if not any(one.test == criterion.test for one in each.profile.criteria):
            break
        since = each.from_at
    return since


def held_workshop() -> Workshop | None:
    """The round that goes on."""
    return Workshop.objects.filter(is_over=False).first()


def readable_drafts(workshop: Workshop, seats: Collection[SeatKey]) -> list[FunctionDraft]:
    """The drafts that somebody in these seats may read: their own function's, until all are in.

    After an early end, only what was handed in is part of the comparison.
    """
    drafts = {each.function: each for each in workshop.drafts.select_related("saved_by")}
    own = functions_of(seats)
    drafting = workshop.is_drafting
    return [
        drafts[function]
        for function in OWNERS
        if function in drafts
        and (function in own or (not drafting and drafts[function].handed_in_at is not None))
    ]


def compared_drafts(workshop: Workshop) -> dict[Function, Profile]:
    """The profiles handed in, once drafting is over; empty until then."""
    if workshop.is_drafting:
        return {}
    drafts = {each.function: each for each in workshop.drafts.filter(handed_in_at__isnull=False)}
    return {each: read_profile(drafts[each].body) for each in OWNERS if each in drafts}


def quarter_of(now: datetime, calendar: FiscalCalendar | None = None) -> Period:
    """The quarter an instant is in."""
    return (calendar or FiscalCalendar()).containing(now.date(), Grain.QUARTER)


def alarms(
    now: datetime,
    *,
    drifts: Sequence[tuple[str, float]] = (),
    known_less: Sequence[KnownLess] = (),
    calendar: FiscalCalendar | None = None,
) -> list[Alarm]:
    """What is wrong with how the profile is kept.

    drifts     criteria with their population stability index, from whoever has the numbers
    known_less   criteria that are known of fewer accounts than before, from there too
    calendar   the company's; calendar quarters without it
    """
    version = in_force()
    quarter = quarter_of(now, calendar)
    began_at = datetime.combine(quarter.start, time(), UTC)
    reviews = Review.objects.filter(version=version) if version else Review.objects.none()
    read = reviews.order_by("-made_at").values_list("made_at", flat=True).first()
    since = version.enactment.from_at if version else None
    kept = Kept(
        since,
        max(filter(None, (read, since)), default=None),
        reviews.filter(quarter=quarter.key).exists(),
        quarter.key,
        began_at,
        _functions(version),
        drifts,
        known_less,
    )
    return sounding(kept, now)


def _functions(version: Version | None) -> set[Function]:
    """Whose seats wrote, drafted or signed the version in force, or what is on its way to one."""
    if version is not None:
        proposals = [version.proposal]
    else:
        found = document()
        proposals = list(found.proposals.filter(outcome="")) if found else []
    versions = [one for each in proposals for one in each.versions.all()]
    signed = Signature.objects.filter(version__in=versions).values_list("seat__key", flat=True)
    seats = {one.seat for one in versions} | set(signed)
    known = {SEATS[SeatKey(key)].function for key in seats if key}
    drafts = FunctionDraft.objects.filter(workshop__proposal__in=proposals)
    held = held_workshop()
    if version is None and not proposals and held is not None:
        drafts = held.drafts.all()
    known |= {Function(each) for each in drafts.values_list("function", flat=True)}
    return {each for each in known if each is not None}


def proposals() -> list[Proposal]:
    """What is proposed now."""
    found = document()
    if found is None:
        return []
    return list(found.proposals.filter(outcome="").select_related("opened_by").order_by("-pk"))
