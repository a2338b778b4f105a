"""The quarterly report as it is read, from the document alone: today's and one that was kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext, gettext_noop

from trivet.agreements.icp.kind import sentence
from trivet.numbers.insight.icp.profile import DISQUALIFIED
from trivet.numbers.insight.icp.sentence import Sentence
from trivet.numbers.insight.icp.statistics.drift import Drift
from trivet.numbers.insight.icp.statistics.split import LEAST_CLOSED
from trivet.web import icp_shown, words

Told = Mapping[str, Any]

DRIFT_TONES = {
    str(Drift.STABLE): "good",
    str(Drift.MOVED): "warn",
    str(Drift.SHIFTED): "bad",
    str(Drift.TOO_FEW): "",
}
STRATA = {
    "new_business": gettext_noop("New business"),
    "expansion": gettext_noop("More business with customers"),
}
CHANGES = {
    "add": gettext_noop("add"),
    "drop": gettext_noop("drop"),
    "move": gettext_noop("move its limits"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its interval; or why there is none.

    says      '' where it is missing
    between   its 95 % interval, '' without
    why       why the number, or its interval, is missing
    """

    says: str
    between: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Of how many accounts a criterion is known."""

    says: str
    share: Number
    known: int
    accounts: int
    true: int
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Won:
    """Closed opportunities of one band."""

    band: str
    won: int
    closed: int
    rate: Number
    lift: Number


@dataclass(frozen=True, slots=True)
class Kept:
    """Customers of one band, a year after their first contract."""

    band: str
    customers: int
    nrr: Number
    grr: Number


@dataclass(frozen=True, slots=True)
class Promise:
    """What a band promised earlier and brought later.

    word   whether what was promised is inside the interval of what was brought; '' without either
    """

    band: str
    expected: Number
    earlier: int
    found: Number
    closed: int
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class Order:
    """How well the points ordered the later opportunities of one kind."""

    title: str
    area: Number
    won: int
    lost: int
    word: str
    promises: list[Promise]
    shares_accounts: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Whether one criterion still meets the same kind of accounts.

    earlier, later   of how many opportunities it is known, of how many
    is_known_less    of clearly fewer later ones
    """

    says: str
    psi: Number
    word: str
    tone: str
    by_chance: str
    earlier: str
    later: str
    is_known_less: bool


@dataclass(frozen=True, slots=True)
class RuledOut:
    """What became of accounts: of one disqualifier, or of all that were accepted.

    closed, won, lost   opportunities
    money               what was won of it; no number where nothing was
    word                that it is too few to tell, or ''
    """

    says: str
    closed: int
    won: int
    lost: int
    money: Number
    rate: Number
    word: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a criterion does to winning and to keeping."""

    says: str
    rate: Number
    closed: int
    otherwise: Number
    otherwise_closed: int
    lift: Number
    winning: str
    kept: Number
    customers: int
    kept_otherwise: Number
    customers_otherwise: int
    difference: Number
    keeping: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change that the data supports."""

    change: str
    before: str
    after: str
    says: str
    earlier: int
    earlier_rate: Number
    earlier_otherwise: Number
    later: int
    later_rate: Number
    later_otherwise: Number


@dataclass(frozen=True, slots=True)
class ReportShown:
    """The seven parts, and what they were made of.

    counts_unknown   written when an unknown answer still counted as a kind of account
    """

    build: str
    quarter: str
    as_of: date
    later_from: date | None
    reason: str
    in_hindsight: int
    closed: int
    coverage: list[Known]
    by_close: list[Won]
    by_creation: list[Won]
    kept: list[Kept]
    orders: list[Order]
    stability: list[Moved]
    disqualifiers: list[RuledOut]
    share: str
    held_out: list[RuledOut]
    missed_won: int
    missed_lost: int
    conflicts: list[Conflict]
    suggestions: list[Change]
    counts_unknown: bool


def shown(text: str) -> ReportShown:
    """A report from its canonical JSON."""
    told: Told = json.loads(text)
    later, through = told["later_from"], told["let_through"]
    return ReportShown(
        told["build"],
        told["quarter"],
        datetime.fromisoformat(told["as_of_at"]).date(),
        date.fromisoformat(later) if later else None,
        told["reason"],
        told["in_hindsight"],
        told["closed"],
        [_known(each) for each in told["coverage"]],
        [_won(each["band"], each["by_close"]) for each in told["bands"]],
        [_won(each["band"], each["by_creation"]) for each in told["bands"]],
        [_kept(each) for each in told["bands"]],
        [_order(each) for each in told["orders"]],
        [_moved(each) for each in told["stability"]],
        [
            *(
                _ruled_out(_criterion(each["criterion"]), each["ruled_out"], told["currency"])
                for each in told["disqualifiers"]
            ),
            _ruled_out(gettext("Nothing ruled it out"), through["accepted"], told["currency"]),
        ],
        _share(through["share"]).says if through["share"] not in (None, "0") else "",
        [
            *(
                _ruled_out(_criterion(each["criterion"]), each["held_out"], told["currency"])
                for each in told["disqualifiers"]
            ),
            _ruled_out(gettext("All of them"), through["held_out"], told["currency"]),
        ],
        told["missed"]["won"],
        told["missed"]["lost"],
        [_conflict(each) for each in told["conflicts"]],
        [_change(each) for each in told["suggestions"]],
        told["version"] == 1,
    )


def _known(told: Told) -> Known:
    return Known(
        _criterion(told["criterion"]),
        _share(told["share"]),
        told["known"],
        told["accounts"],
        told["true"],
        told["is_waiting"],
    )


def _won(band: str, told: Told) -> Won:
    return Won(
        icp_shown.band_words(band),
        told["won"],
        told["closed"],
        _share(told["win_rate"], told["interval"], told["why"]),
        _times(told["lift"], told["lift_interval"], told["why"]),
    )


def _kept(told: Told) -> Kept:
    nrr, grr = (
        _share(told[part]["share"], told[part]["interval"], told[part]["why"])
        for part in ("nrr", "grr")
    )
    return Kept(icp_shown.band_words(told["band"]), told["nrr"]["customers"], nrr, grr)


def _order(told: Told) -> Order:
    area = told["auc"]
    between, word = told["interval"], ""
    if area is not None:
        low, high = (Fraction(each) for each in between)
        if low > Fraction(1, 2):
            word = gettext("Yes: later wins had more points than later losses.")
        elif high < Fraction(1, 2):
            word = gettext("No, the other way round: later losses had more points.")
        else:
            word = gettext("Not shown: dealing the points out by chance could have done as well.")
    return Order(
        gettext(STRATA[told["stratum"]]),
        _plain(area, between, told["why"]),
        told["won"],
        told["lost"],
        word,
        [_promise(each) for each in told["calibration"]],
        told["shares_accounts"],
    )


def _promise(told: Told) -> Promise:
    word, tone = "", ""
    # More wins where the profile promised few are nothing to be pleased about.
    is_low = told["band"] in ("D", DISQUALIFIED)
    if told["expected"] is not None and told["interval"] is not None:
        low, high = (Fraction(each) for each in told["interval"])
        if min(told["earlier"], told["closed"]) < LEAST_CLOSED:
            # An interval from 0 to 49 % holds whatever was expected.
            word = gettext("too few to tell")
        elif Fraction(told["expected"]) < low:
            word, tone = gettext("more than expected"), "warn" if is_low else "good"
        elif Fraction(told["expected"]) > high:
            word, tone = gettext("fewer than expected"), "" if is_low else "bad"
        else:
            word = gettext("as expected")
    return Promise(
        icp_shown.band_words(told["band"]),
        _share(told["expected"], None, told["expected_why"]),
        told["earlier"],
        _share(told["found"], told["interval"], told["why"]),
        told["closed"],
        word,
        tone,
    )


def _moved(told: Told) -> Moved:
    chance = told["by_chance"]
    return Moved(
        _criterion(told["criterion"]),
        _plain(told["psi"], None, told["why"]),
        gettext(told["word"]) if told["word"] else "",
        DRIFT_TONES.get(told["word"], ""),
        words.NO_NUMBER if chance is None else words.decimal(Fraction(chance), 2),
        _known_of(told, "earlier"),
        _known_of(told, "later"),
        bool(told.get("known_less")),
    )


def _known_of(told: Told, part: str) -> str:
    """`1,877 of 2,382`; of a report of version 1, which did not keep it, all of them."""
    known, asked = told.get(f"{part}_known"), words.decimal(told[part], 0)
    if known is None:
        return asked
    return gettext("%(known)s of %(all)s") % {"known": words.decimal(known, 0), "all": asked}


def _ruled_out(says: str, told: Told, currency: str) -> RuledOut:
    closed = told["won"] + told["lost"]
    money = words.compact_money(told["won_minor"], currency) if told["won"] else ""
    return RuledOut(
        says,
        closed,
        told["won"],
        told["lost"],
        Number(money, "", "" if money else gettext("nothing won")),
        _share(told["win_rate"], told["interval"], told["why"]),
        "" if told["is_enough"] or not closed else gettext("not enough to tell"),
    )


def _conflict(told: Told) -> Conflict:
    winning, keeping = told["winning"], told["keeping"]
    true, false = keeping["true"], keeping["false"]
    wins_more = Fraction(winning["lift"]) > 1
    keeps_more = Fraction(keeping["difference"]) > 0
    return Conflict(
        _criterion(told["criterion"]),
        _share(winning["win_rate"]),
        winning["closed"],
        _share(winning["otherwise"]),
        winning["otherwise_closed"],
        _times(winning["lift"], winning["lift_interval"]),
        gettext("helps to win") if wins_more else gettext("hurts to win"),
        _share(true["share"], true["interval"], true["why"]),
        true["customers"],
        _share(false["share"], false["interval"], false["why"]),
        false["customers"],
        _points(keeping["difference"], keeping["interval"]),
        gettext("helps to keep") if keeps_more else gettext("hurts to keep"),
    )


def _change(told: Told) -> Change:
    earlier, later = told["earlier"], told["later"]
    return Change(
        gettext(CHANGES[told["change"]]),
        _criterion(told["before"]) if told["before"] else "",
        _criterion(told["after"]) if told["after"] else "",
        _sentence(told["says"]),
        earlier["closed"],
        _share(earlier["win_rate"]),
        _share(earlier["otherwise"]),
        later["closed"],
        _share(later["win_rate"]),
        _share(later["otherwise"]),
    )


def _criterion(told: Told) -> str:
    return _sentence(told["says"])


def _sentence(told: Told | None) -> str:
    return "" if told is None else sentence(Sentence(told["template"], told["given"]))


def _share(
    value: str | None, between: Sequence[str] | None = None, why: Told | None = None
) -> Number:
    if value is None:
        return Number("", "", _sentence(why))
    said = f"{words.decimal(Fraction(value) * 100, 1)}%"
    return Number(said, _between(between, 100, 1, "%"), _sentence(why))


def _times(value: str | None, between: Sequence[str] | None, why: Told | None = None) -> Number:
    if value is None:
        return Number("", "", _sentence(why))
    return Number(
        f"{words.decimal(Fraction(value), 2)}×", _between(between, 1, 2, ""), _sentence(why)
    )


def _plain(value: str | None, between: Sequence[str] | None, why: Told | None) -> Number:
    if value is None:
        return Number("", "", _sentence(why))
    return Number(words.decimal(Fraction(value), 2), _between(between, 1, 2, ""), _sentence(why))


def _points(value: str, between: Sequence[str] | None) -> Number:
    said = gettext("%(number)s pts") % {"number": words.decimal(Fraction(value) * 100, 1)}
    return Number(said, _between(between, 100, 1, ""))


def _between(found: Sequence[str] | None, times: int, places: int, unit: str) -> str:
    if found is None:
        return ""
    low, high = (words.decimal(Fraction(each) * times, places) for each in found)
    return gettext("%(low)s to %(high)s") % {"low": f"{low}{unit}", "high": f"{high}{unit}"}
