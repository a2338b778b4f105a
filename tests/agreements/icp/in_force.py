"""A profile proposed, signed or ruled for, as the pages would do it."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

from tests.agreements.leaders import NOW, Leaders
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.actions.sign import enact, sign
from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.icp.kind import ID, body_of
from trivet.agreements.people.models import Seat
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.predicates import Committee, Happened, OneOf, Persona, Uses

TEAM = Criterion("team", Section.FIRMOGRAPHIC, OneOf("data_team", ("6 to 20",)), 30)
IN_HOUSE = Criterion("in_house", Section.TECHNOGRAPHIC, Uses("technologies", ("In-house BI",)), 15)
IN_MARKET = Criterion(
    "in_market",
    Section.BEHAVIOURAL,
    Happened("touchpoint", ("demo_request", "content"), 1, 180),
    20,
)
BUYERS = Criterion(
    "buyers",
    Section.BUYING_COMMITTEE,
    Committee((Persona("Head of Data", ("head of data",)),)),
    10,
)
NOT_VENTURE = Criterion("no_venture", Section.DISQUALIFIER, OneOf("funding", ("Venture-backed",)))
PROFILE = Profile((TEAM, IN_HOUSE, IN_MARKET, BUYERS))


def proposed(people: Leaders, profile: Profile, now: datetime = NOW) -> Proposal:
    """By revenue operations."""
    document = Document.objects.filter(kind=ID).first() or begin(
        kind=ID, key="company", title="Ideal customer profile",
        owner=Seat.objects.get(key="cro"), by=people.admin, now=now,
    )  # fmt: skip
    return propose(document=document, body=body_of(profile), why="first", by=people.admin, now=now)


def signed(
    people: Leaders,
    profile: Profile,
    now: datetime = NOW,
    seats: tuple[str, ...] = ("cmo", "cro", "vp_cs"),
) -> Proposal:
    """By these seats; in force once it is all three."""
    proposal = proposed(people, profile, now)
    for seat in seats:
        sign(
            proposal=proposal, shown_hash=proposal.version.sha256, seat=seat,
            by=getattr(people, seat), key=f"{seat}-{proposal.pk}", now=now,
        )  # fmt: skip
    return proposal


def ruled(people: Leaders, profile: Profile, now: datetime = NOW) -> Proposal:
    """Signed by marketing alone, and put in force by the CEO."""
    proposal = signed(people, profile, now, ("cmo",))
    enact(proposal, proposal.version, now, ruling=True)
    return proposal


def text_of(page: str) -> str:
    """What is read of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" ,", ",")
