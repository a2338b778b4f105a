"""The fit of an account is what a patient reader of its rows would say, at any instant."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.company import Company, company
from tests.oracles.icp_verdict import Recorded, verdict
from trivet.errors import RecordUnknown
from trivet.numbers.insight.icp import Criterion, Cutoffs, Profile, Section
from trivet.numbers.insight.icp.icp import Icp
from trivet.numbers.insight.icp.predicates import (
    Band,
    Committee,
    Happened,
    HasProblem,
    OneOf,
    Persona,
    Uses,
)
from trivet.numbers.insight.icp.verdicts import Subjects, verdicts
from trivet.numbers.shared_metrics.registry import drafts

SIZE = Criterion("size", Section.FIRMOGRAPHIC, Band("employees", Decimal(100), Decimal(1000)), 40)
TRADE = Criterion("trade", Section.FIRMOGRAPHIC, OneOf("industry", ("Retail", "ENERGY")), 20)
NOT_SMB = Criterion("not_smb", Section.FIRMOGRAPHIC, OneOf("segment", ("SMB",), is_not=True), 10)
STACK = Criterion("stack", Section.TECHNOGRAPHIC, Uses("type", ("Kafka", "Snow")), 10)
NO_STACK = Criterion("no_stack", Section.TECHNOGRAPHIC, Uses("type", ("Kafka",), is_not=True), 5)
ASKED = Criterion(
    "asked", Section.BEHAVIOURAL, Happened("touchpoint", ("form", "reply"), Decimal(2), 60), 20
)
USED = Criterion(
    "used", Section.BEHAVIOURAL, Happened("product_usage", ("users",), Decimal("10.5"), 30), 5
)
SIGNAL = Criterion(
    "signal", Section.BEHAVIOURAL, Happened("expansion_signal", ("Expansion",), Decimal(1), 90), 5
)
FADING = Criterion(
    "fading",
    Section.BEHAVIOURAL,
    Happened("touchpoint", ("form", "reply", "page_visited"), Decimal("0.8"), 90, 14),
    5,
)
ONCE_A_DAY = Criterion(
    "once_a_day",
    Section.BEHAVIOURAL,
    Happened("touchpoint", ("form", "reply"), Decimal(2), 120, None, Decimal(1)),
    5,
)
USED_LATELY = Criterion(
    "used_lately",
    Section.BEHAVIOURAL,
    Happened("product_usage", ("users", "calls"), Decimal(3), 90, 30, Decimal(4)),
    5,
)
SIGNALLED_LATELY = Criterion(
    "signalled_lately",
    Section.BEHAVIOURAL,
    Happened("expansion_signal", ("Expansion", "Risk"), Decimal("0.4"), 120, 45, Decimal("0.9")),
    5,
)
BUYERS = Criterion(
    "buyers",
    Section.BUYING_COMMITTEE,
    Committee((Persona("Lead", ("vp", "head of data")), Persona("Friend", (), ("Champion",))), 1),
    10,
)
BOTH = Criterion(
    "both",
    Section.BUYING_COMMITTEE,
    Committee((Persona("Lead", ("vp",)), Persona("Friend", ("analyst",), ("Champion",))), 2),
    10,
)
TINY = Criterion("tiny", Section.DISQUALIFIER, Band("employees", None, Decimal(20)))
EVERY = (
    SIZE, TRADE, NOT_SMB, STACK, NO_STACK, ASKED, USED, SIGNAL, FADING, ONCE_A_DAY, USED_LATELY,
    SIGNALLED_LATELY, BUYERS, BOTH, TINY,
)  # fmt: skip


def icp(c: Company) -> Icp:
    return Icp(c.measurement, lambda metric: drafts()[metric])


def rows_of(c: Company, profile: Profile, as_of: date | None = None) -> dict[str, Any]:
    found = icp(c).fit(profile, as_of)
    return {row["account_id"]: row for row in found.rows.to_pylist()}


def random_company(c: Company, seed: int) -> None:
    rng = np.random.default_rng(seed)

    def some(*values: Any) -> Any:
        return values[rng.integers(0, len(values))]

    def day() -> str:
        return f"2026-{rng.integers(1, 7):02d}-{rng.integers(1, 28):02d}"

    def at() -> str:
        return f"{day()}T{rng.integers(0, 24):02d}:{rng.integers(0, 60):02d}:00"

    for number in range(12):
        account = f"A{number:02d}"
        for exported_on in ("2026-03-15", "2026-05-02", None):
            c.add(
                "account", account_id=account, name=f"Account {number}", exported_on=exported_on,
                industry=some(None, "Retail", "Energy", "Media"),
                employees=some(None, 5, 19, 20, 99, 100, 500, 999, 1000),
                type=some(None, "Kafka", "snow; Kafka", "Snowfall", "Kafka ;snow", "Excel"),
                segment=some(None, "SMB", "Large"), created_at="2025-12-01T00:00:00",
            )  # fmt: skip
        for person in range(rng.integers(0, 4)):
            contact = f"P{number}-{person}"
            title = some(None, "VP, Operations", "MVP programme lead", "Head  of data", "Analyst")
            c.add(
                "contact", contact_id=contact, account_id=account, title=title, created_at=at()
            )  # fmt: skip
            for _ in range(rng.integers(0, 4)):
                kind = some("form", "reply", "email_sent", "page_visited")
                c.add("touchpoint", contact_id=contact, kind=kind, touched_at=at())
            if rng.random() < 0.5:
                deal = f"O{number}-{person}"
                c.add(
                    "opportunity", opportunity_id=deal, account_id=account, stage="Qualified",
                    created_at=at(), amount=10,
                )  # fmt: skip
                role = some("Champion", "User")
                c.add(
                    "opportunity_contact_role", opportunity_id=deal, contact_id=contact, role=role
                )
        if rng.random() < 0.5:
            c.add(
                "subscription", account_id=account, arr=100, starts_on=day(), ends_on="2027-01-01"
            )
        for _ in range(rng.integers(0, 4)):
            c.add(
                "product_usage", account_id=account, used_on=day(), measure=some("users", "calls"),
                quantity=some(3, 10.5, 4),
            )  # fmt: skip
        for _ in range(rng.integers(0, 2)):
            c.add(
                "expansion_signal", account_id=account, kind=some("Expansion", "Risk"),
                signalled_at=at(),
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_every_verdict_is_that_of_a_reader_of_the_rows(seed: int) -> None:
    instants = [
        datetime.fromisoformat(text)
        for text in ("2026-01-20T12:00:00", "2026-04-01T00:00:00", "2026-06-30T23:00:00")
    ]
    with company(exported_on="2026-07-15") as c:
        random_company(c, seed)
        accounts = sorted({row["account_id"] for table, row in c.given if table == "account"})
        asked = [(account, at) for account in accounts for at in instants]
        subjects = Subjects([a for a, _ in asked], [at for _, at in asked], [None] * len(asked))
        told = verdicts(c.measurement.engine, c.settings, EVERY, subjects)
        recorded = Recorded(c.given)
        for place, (account, at) in enumerate(asked):
            for column, criterion in enumerate(EVERY):
                by_hand = verdict(recorded, criterion, account, at)
                expected = -1 if by_hand is None else int(by_hand)
                assert told[place, column] == expected, (account, at, criterion.id)


def test_unknown_gives_no_points_and_is_counted_and_a_disqualifier_overrides() -> None:
    with company() as c:
        c.add("account", account_id="fits", industry="Retail", employees=500)
        c.add("account", account_id="half", industry="Media", employees=500)
        c.add("account", account_id="unknown")
        c.add("account", account_id="tiny", industry="Retail", employees=19)
        found = icp(c).fit(Profile((SIZE, TRADE, TINY)))
        rows = {row["account_id"]: row for row in found.rows.to_pylist()}
    assert (rows["fits"]["points"], rows["fits"]["band"]) == (100, "A")
    # 40 of the 60 points there are.
    assert (rows["half"]["points"], rows["half"]["band"]) == (67, "B")
    assert (rows["unknown"]["points"], rows["unknown"]["band"]) == (0, "D")
    assert rows["unknown"]["disqualified_by"] == ""
    assert (rows["tiny"]["band"], rows["tiny"]["disqualified_by"]) == ("disqualified", "tiny")
    assert rows["unknown"]["known"] == 0
    assert [each.known for each in found.coverage] == [3, 3, 3]
    assert found.known_share == pytest.approx(0.75)
    told = {each.criterion.id: each for each in found.verdicts_of("half")}
    assert (told["size"].verdict, told["size"].points) == ("true", 40)
    assert (told["trade"].verdict, told["trade"].points) == ("false", 0)
    with pytest.raises(RecordUnknown, match="nobody"):
        found.verdicts_of("nobody")


@pytest.mark.parametrize(
    ("points", "band"), [(70, "A"), (69, "B"), (50, "B"), (49, "C"), (24, "D")]
)
def test_a_band_begins_at_its_cut_off(points: int, band: str) -> None:
    one = Criterion("one", Section.FIRMOGRAPHIC, OneOf("industry", ("Retail",)), points)
    rest = Criterion("rest", Section.FIRMOGRAPHIC, Band("employees", Decimal(1)), 100 - points)
    with company() as c:
        c.add("account", account_id="A", industry="Retail", employees=0)
        [row] = rows_of(c, Profile((one, rest), Cutoffs(70, 50, 25))).values()
    assert (row["points"], row["band"]) == (points, band)


def test_bands_add_up_to_every_account_all_arr_and_all_open_pipeline() -> None:
    with company(exported_on="2026-07-15") as c:
        random_company(c, 0)
        found = icp(c).fit(Profile(EVERY))
        assert sum(band.accounts for band in found.bands) == found.accounts == 12
        arr = sum(band.arr_minor for band in found.bands)
        signed = [r for t, r in c.given if t == "subscription" and r["starts_on"] <= "2026-07-15"]
        assert arr == 100_00 * len(signed)
        deals = [r for t, r in c.given if t == "opportunity"]
        assert sum(band.pipeline_minor for band in found.bands) == 10_00 * len(deals)


def test_a_past_day_knows_nothing_of_what_came_later() -> None:
    with company(exported_on="2026-07-15") as c:
        c.add("account", account_id="A", employees=500, created_at="2026-01-01T00:00:00")
        c.add("account", account_id="B", employees=500, created_at="2026-06-01T00:00:00")
        c.add("contact", contact_id="P", account_id="A", created_at="2026-01-01T00:00:00")
        for at in ("2026-01-02", "2026-05-01", "2026-05-02"):
            c.add("touchpoint", contact_id="P", kind="form", touched_at=f"{at}T10:00:00")
        c.add("subscription", account_id="A", arr=50, starts_on="2026-05-10", ends_on="2027-05-10")
        profile = Profile((SIZE, ASKED))
        assert set(rows_of(c, profile, date(2026, 4, 30))) == {"A"}
        assert rows_of(c, profile, date(2026, 4, 30))["A"]["points"] == 67
        assert rows_of(c, profile, date(2026, 5, 31))["A"]["points"] == 100
        assert rows_of(c, profile, date(2026, 4, 30))["A"]["arr_minor"] == 0
        assert rows_of(c, profile, date(2026, 5, 31))["A"]["arr_minor"] == 50_00


def test_a_business_problem_gives_points_once_it_is_known_of_enough() -> None:
    pain = Criterion("pain", Section.BUSINESS_PROBLEM, HasProblem("country", ("Slow",)), 60)
    with company() as c:
        for number in range(10):
            country = "Slow" if number < 5 else None
            c.add("account", account_id=f"A{number}", employees=500, country=country)
        few = icp(c).fit(Profile((SIZE, pain)))
        assert few.waiting == ("pain",)
        assert few.attainable == 40
        assert {row["points"] for row in few.rows.to_pylist()} == {100}
        enough = icp(c).fit(Profile((SIZE, pain), problems_count_from=Decimal("0.5")))
        assert enough.waiting == ()
        assert sorted({row["points"] for row in enough.rows.to_pylist()}) == [40, 100]


def test_a_difference_is_told_clause_by_clause_in_accounts_and_revenue() -> None:
    with company(exported_on="2026-07-15") as c:
        for account, employees, arr in (("A", 500, 100), ("B", 50, 200), ("C", 10, 400)):
            c.add("account", account_id=account, employees=employees, industry="Retail")
            c.add(
                "subscription", account_id=account, arr=arr, starts_on="2026-01-01",
                ends_on="2027-01-01",
            )  # fmt: skip
        before = Profile((SIZE, TRADE))
        wider = Criterion("size", Section.FIRMOGRAPHIC, Band("employees", Decimal(40)), 40)
        after = Profile((wider, TRADE, TINY))
        found = icp(c).difference(before, after)
        same = icp(c).difference(before, before)
    by_id = {each.id: each for each in found.criteria}
    assert (by_id["size"].change, by_id["tiny"].change) == ("changed", "added")
    assert (by_id["size"].moved.accounts, by_id["size"].moved.arr_minor) == (1, 200_00)
    assert (by_id["tiny"].moved.disqualified, by_id["tiny"].moved.arr_minor) == (1, 400_00)
    assert (found.moved.accounts, found.moved.better, found.moved.worse) == (2, 1, 1)
    assert [row["account_id"] for row in found.rows.to_pylist()] == ["C", "B"]
    assert same.is_same
    assert same.rows.num_rows == 0


def test_an_account_that_grew_was_small_before_the_export_that_shows_it() -> None:
    with company(exported_on="2026-07-15") as c:
        grown = {"account_id": "A", "industry": "Retail", "created_at": "2025-12-01T00:00:00"}
        c.add("account", employees=5, exported_on="2026-03-15", **grown)
        c.add("account", employees=500, **grown)
        before = rows_of(c, Profile((SIZE, TRADE, TINY)), date(2026, 7, 14))
        today = rows_of(c, Profile((SIZE, TRADE, TINY)))
    assert before["A"]["disqualified_by"] == "tiny"
    assert (today["A"]["disqualified_by"], today["A"]["band"]) == ("", "A")


def test_half_life_and_cap_count_by_the_days_of_the_company() -> None:
    # 03:30 UTC on 10 March is still the ninth in New York: two of one day, and one day older.
    both = Happened("touchpoint", ("form",), Decimal("1.5"), 30, None, Decimal(1))
    fades = Happened("touchpoint", ("form",), Decimal("1.5"), 30, 1)
    asked = [Criterion("c", Section.BEHAVIOURAL, each, 5) for each in (both, fades)]
    told = {}
    for zone in ("UTC", "America/New_York"):
        with company(time_zone=zone) as c:
            c.add("account", account_id="A")
            c.add("contact", contact_id="P", account_id="A", created_at="2026-01-01T00:00:00")
            for at in ("2026-03-09T20:00:00+00:00", "2026-03-10T03:30:00+00:00"):
                c.add("touchpoint", contact_id="P", kind="form", touched_at=at)
            subjects = Subjects(["A"], [datetime(2026, 3, 10, 12)], [None])
            told[zone] = verdicts(c.measurement.engine, c.settings, asked, subjects)[0].tolist()
    # Where it is not true it is unknown: the window begins before anything was recorded.
    assert told == {"UTC": [1, 1], "America/New_York": [-1, -1]}
