"""Accounts have drifted where those of which it is known have; worse data is called worse data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.agreements.documents.signers import read
from tests.agreements.icp.in_force import PROFILE, TEAM, signed, text_of
from tests.agreements.leaders import NOW, Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.icp import queries
from trivet.agreements.icp.models import Review
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.predicates import OneOf
from trivet.numbers.insight.icp.statistics.drift import Drift
from trivet.web import icp_report_shown, published
from trivet.web.published import PublishedBuilds
from trivet.web.views.icp import drifts, known_less

OFFLINE = Criterion("offline", Section.FIRMOGRAPHIC, OneOf("lead_source", ("OFFLINE",)), 10)


def alarms(people: Leaders) -> list[str]:
    return re.findall(r'data-alarm="([a-z_]+)"', read(as_(people.cro), "/icp"))


def test_right_after_signing_no_account_has_moved_because_something_was_unknown(people: Leaders):
    # Touches are recorded from February 2024 on, so of the first opportunities nothing is known.
    signed(people, PROFILE)
    evidence = published.builds().answers().evidence(PROFILE)
    told = evidence.criterion("in_market").new_business.shift
    assert told.earlier_known < told.earlier
    assert told.later_known == told.later
    assert {"drifted", "known_less"}.isdisjoint(alarms(people))


def test_what_was_so_when_it_was_written_is_no_drift_away_from_it(people: Leaders):
    profile = Profile((TEAM, OFFLINE))
    signed(people, profile)
    evidence = published.builds().answers().evidence(profile)
    assert evidence.criterion("offline").new_business.shift.word is Drift.SHIFTED
    # The later opportunities began before it was signed: whoever wrote it had them in view.
    assert evidence.later_from < NOW.date()
    assert drifts(evidence) == []
    assert "drifted" not in alarms(people)


def test_accounts_that_moved_since_it_was_written_sound(people: Leaders):
    profile = Profile((TEAM, OFFLINE))
    signed(people, profile)
    evidence = published.builds().answers().evidence(profile)
    later = replace(evidence, later_from=NOW.date())
    [(criterion, index)] = drifts(later)
    assert criterion == "Lead source is OFFLINE"
    assert index > 0.25
    # Another version with the same test does not begin anew; one without it ends it.
    signed(people, Profile((TEAM, replace(OFFLINE, points=20))), NOW + timedelta(days=30))
    assert len(drifts(later)) == 1
    signed(people, Profile((TEAM,)), NOW + timedelta(days=60))
    assert drifts(later) == []


def test_less_known_accounts_are_told_as_worse_data_with_both_shares():
    evidence = published.builds().answers().evidence(PROFILE)
    assert known_less(evidence) == []
    [first, *rest] = evidence.criteria
    shift = replace(first.new_business.shift, later_known=100)
    worse = replace(first.new_business, shift=shift)
    told = replace(evidence, criteria=(replace(first, strata=(worse, *first.strata[1:])), *rest))
    [alarm] = known_less(told)
    assert alarm.says == (
        "Data team is 6 to 20: known of 38 % of later opportunities, of 88 % of earlier ones"
    )


# ---- The report


def test_the_report_says_of_how_many_a_criterion_is_known_earlier_and_later(people: Leaders):
    signed(people, PROFILE)
    told = published.builds().answers().evidence(PROFILE).criterion("in_market").new_business.shift
    page = text_of(read(as_(people.cro), "/icp/review"))
    assert f"{told.earlier_known:,} of {told.earlier:,}" in page
    assert "still counted an unknown answer" not in page


def test_a_report_kept_when_unknown_counted_is_read_as_it_was_and_says_so(
    people: Leaders, tmp_path, demo_builds: PublishedBuilds
):
    proposal = signed(people, PROFILE)
    document = json.loads(published.builds().answers().icp_report(queries.history()))
    document["version"] = 1
    for each in document["stability"]:
        for name in ("earlier_known", "later_known", "known_less"):
            del each[name]
    document["stability"][0] |= {"psi": "1.680000", "word": "shifted"}
    kept = json.dumps(document)
    review = Review(
        version=proposal.version, quarter="2026-Q2", sha256=text_hash(kept), text=kept,
        by=people.cro, seat="cro", says="", made_at=NOW,
    )  # fmt: skip
    review.tell(at=NOW, by=people.cro.by("cro"), verb="reviewed", says="It was read.")
    published.use(PublishedBuilds(tmp_path))
    try:
        page = text_of(read(as_(people.cro), f"/icp/reviews/{review.pk}"))
    finally:
        published.use(demo_builds)
    assert "1.68" in page
    assert "still counted an unknown answer as a kind of account" in page


@pytest.mark.parametrize(
    ("band", "more", "fewer"),
    [("A", "good", "bad"), ("D", "warn", ""), ("disqualified", "warn", "")],
)
def test_more_wins_among_those_the_profile_ruled_out_are_not_shown_as_good(
    people: Leaders, band: str, more: str, fewer: str
):
    signed(people, PROFILE)
    document = json.loads(published.builds().answers().icp_report(queries.history()))
    tones = []
    for expected in ("0.010000", "0.990000"):
        for each in document["orders"][0]["calibration"]:
            each |= {"earlier": 200, "closed": 200, "expected": expected}
            each |= {"found": "0.500000", "interval": ["0.430000", "0.570000"]}
        promises = icp_report_shown.shown(json.dumps(document)).orders[0].promises
        tones.append(next(one.tone for one in promises if one.band.lower() == band.lower()))
    assert tones == [more, fewer]
