"""Who may do what: the table of reliability.md 4.1, and nothing that is not in it is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trivet.agreements.people.rules.seat import SeatKey


class Verb(StrEnum):
    """What can be done to a thing."""

    SEE = "see"
    EDIT = "edit"
    PROPOSE = "propose"
    SIGN = "sign"
    DECIDE = "decide"
    APPROVE = "approve"
    ADMINISTER = "administer"


class Thing(StrEnum):
    """What is protected."""

    FIGURES = "company figures and packets"
    ACCOUNTS = "drill-down to accounts"
    CONTACTS = "contacts"
    DEFINITIONS = "metric definitions"
    ICP = "the ICP"
    PROCESSES = "processes and playbooks"
    BOOKS = "closed periods"
    PEOPLE = "people and seats"
    SOURCES = "sources and secrets"
    AUDIT = "the audit chain"


class Reach(StrEnum):
    """How far a right goes."""

    ALL = "all"
    FUNCTION = "function"
    TEAM = "team"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a seat may do."""

    verb: Verb
    reach: Reach = Reach.ALL


LEADERS = (SeatKey.CMO, SeatKey.CRO, SeatKey.VP_CS)
OPS = (SeatKey.MARKETING_OPS, SeatKey.SALES_OPS, SeatKey.CS_OPS)
EVERYBODY = tuple(SeatKey)

SEE, SEE_TEAM = Right(Verb.SEE), Right(Verb.SEE, Reach.TEAM)
SEE_FUNCTION, SEE_OWN = Right(Verb.SEE, Reach.FUNCTION), Right(Verb.SEE, Reach.OWN)
EDIT, SIGN, DECIDE = Right(Verb.EDIT), Right(Verb.SIGN), Right(Verb.DECIDE)
PROPOSE, APPROVE, ADMINISTER = Right(Verb.PROPOSE), Right(Verb.APPROVE), Right(Verb.ADMINISTER)


def _each(seats: Iterable[SeatKey], *rights: Right) -> dict[SeatKey, frozenset[Right]]:
    return dict.fromkeys(seats, frozenset(rights))


def _governed(*, deadlock: bool) -> dict[SeatKey, frozenset[Right]]:
    """Documents that the three leaders sign: RevOps edits and cannot sign, ops propose."""
    return (
        _each(EVERYBODY, SEE)
        | _each((SeatKey.CEO,), *((SEE, DECIDE) if deadlock else (SEE,)))
        | _each(LEADERS, SEE, SIGN, PROPOSE)
        | _each((SeatKey.REVOPS_ADMIN,), SEE, EDIT, PROPOSE)
        | _each(OPS, SEE, PROPOSE)
    )


TABLE: dict[Thing, dict[SeatKey, frozenset[Right]]] = {
    Thing.FIGURES: _each(EVERYBODY, SEE),
    Thing.ACCOUNTS: _each((SeatKey.CEO, *LEADERS, SeatKey.REVOPS_ADMIN, *OPS), SEE)
    | _each((SeatKey.REP, SeatKey.CSM), SEE_TEAM)
    | _each((SeatKey.CAMPAIGN_OWNER,), SEE_OWN),
    Thing.CONTACTS: _each((SeatKey.CEO, *LEADERS, SeatKey.REVOPS_ADMIN), SEE)
    | _each(OPS, SEE_FUNCTION)
    | _each((SeatKey.REP, SeatKey.CSM), SEE_TEAM),
    Thing.DEFINITIONS: _governed(deadlock=True),
    Thing.ICP: _governed(deadlock=True),
    Thing.PROCESSES: _governed(deadlock=True),
    Thing.BOOKS: _each((SeatKey.CEO, *LEADERS), SEE, APPROVE)
    | _each((SeatKey.REVOPS_ADMIN,), SEE, EDIT)
    | _each((*OPS, SeatKey.CAMPAIGN_OWNER, SeatKey.REP, SeatKey.CSM, SeatKey.VIEWER), SEE),
    Thing.PEOPLE: _each(EVERYBODY, SEE) | _each((SeatKey.REVOPS_ADMIN,), SEE, ADMINISTER),
    Thing.SOURCES: _each((SeatKey.REVOPS_ADMIN,), SEE, ADMINISTER),
    Thing.AUDIT: _each((SeatKey.CEO, *LEADERS, SeatKey.REVOPS_ADMIN), SEE)
    | _each(OPS, SEE_FUNCTION)
    | _each((SeatKey.CAMPAIGN_OWNER, SeatKey.REP, SeatKey.CSM), SEE_OWN),
}

WIDEST_FIRST = (Reach.ALL, Reach.FUNCTION, Reach.TEAM, Reach.OWN)


def reach(seats: Iterable[SeatKey], verb: Verb, thing: Thing) -> Reach | None:
    """How far somebody in these seats may do this; None if not at all.

    Whoever edits may also see; who sits in two seats may what either may.
    """
    rights = {right for seat in seats for right in TABLE[thing].get(seat, frozenset())}
    found = {right.reach for right in rights if right.verb == verb}
    return next((each for each in WIDEST_FIRST if each in found), None)


def may(seats: Iterable[SeatKey], verb: Verb, thing: Thing) -> bool:
    """True if somebody in these seats may do this at all."""
    return reach(seats, verb, thing) is not None
