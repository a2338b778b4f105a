"""The canonical tables depend on what the exports say, not on how they came in."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.numbers.warehouse.small_company import at, canonical_company, canonical_rows

WEEKS = [at("2026-06-01 06:00") + timedelta(weeks=n) for n in range(3)]

opportunities = st.fixed_dictionaries(
    {
        "opportunity_id": st.sampled_from(["O1", "O2"]),
        "account_id": st.sampled_from(["A1", "A2", "77", None]),
        "stage": st.sampled_from(["Prospecting", "Qualified", "Closed Won", "Closed Lost"]),
        "amount_minor": st.sampled_from([None, 100, 200]),
        "close_on": st.sampled_from([None, date(2026, 5, 30), date(2026, 6, 10)]),
        "created_at": st.just(at("2026-05-01 09:00")),
        "exported_at": st.sampled_from(WEEKS),
        "load_id": st.sampled_from(["a", "b"]),
    }
)
accounts = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["crm", "map", "cs"]),
        "account_id": st.sampled_from(["A1", "A2", "77"]),
        "website": st.sampled_from([None, "one.example", "two.example"]),
        "crm_id": st.sampled_from([None, "A1", "A9"]),
        "merged_into_id": st.sampled_from([None, None, "A2", "77"]),
        "parent_id": st.sampled_from([None, "A1", "77"]),
        "segment": st.sampled_from([None, "SMB", "Mid"]),
        "exported_at": st.sampled_from(WEEKS),
        "load_id": st.sampled_from(["a", "b"]),
    }
)
contacts = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["crm", "map"]),
        "contact_id": st.sampled_from(["C1", "C2"]),
        "email": st.sampled_from([None, "ann@one.example", "bo@two.example"]),
        "exported_at": st.sampled_from(WEEKS),
        "load_id": st.sampled_from(["a", "b"]),
    }
)
changes = st.fixed_dictionaries(
    {
        "opportunity_id": st.sampled_from(["O1", "O2"]),
        "field": st.sampled_from(["amount", "stage"]),
        "changed_at": st.sampled_from([at("2026-05-10 10:00"), at("2026-06-03 10:00")]),
        "old_value": st.sampled_from(["1", "Qualified"]),
        "new_value": st.sampled_from(["2", "Proposal"]),
        "exported_at": st.sampled_from(WEEKS),
    }
)


def one_a_load(rows, *key):
    """Staging lets a key through once a load, so a company's rows hold it once a load."""
    kept = {}
    for row in rows:
        load = (row.get("source"), row["exported_at"], row.get("load_id"))
        kept[(*load, *(row[name] for name in key))] = row
    return list(kept.values())


companies = st.fixed_dictionaries(
    {
        "account": st.lists(accounts, max_size=8).map(lambda r: one_a_load(r, "account_id")),
        "contact": st.lists(contacts, max_size=5).map(lambda r: one_a_load(r, "contact_id")),
        "opportunity": st.lists(opportunities, max_size=8).map(
            lambda r: one_a_load(r, "opportunity_id")
        ),
        "opportunity_field_history": st.lists(changes, max_size=4).map(
            lambda r: one_a_load(r, "opportunity_id", "field", "changed_at")
        ),
    }
)

UNHURRIED = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def numbered(company):
    return {
        table: [{**row, "file_row": number} for number, row in enumerate(rows, start=1)]
        for table, rows in company.items()
    }


@UNHURRIED
@given(companies, st.randoms(use_true_random=False))
def test_rows_and_loads_in_any_order_give_the_same_tables(company, random):
    company = numbered(company)
    shuffled = {table: random.sample(rows, len(rows)) for table, rows in company.items()}
    assert canonical_rows(canonical_company(**shuffled)) == canonical_rows(
        canonical_company(**company)
    )


@UNHURRIED
@given(companies)
def test_every_opportunity_and_every_account_is_there_once(company):
    made = canonical_company(**numbered(company))
    for table, key in (("opportunity", "opportunity_id"), ("account", "account_id")):
        found = [row[0] for row in made.execute(f"select {key} from {table}").fetchall()]
        assert len(found) == len(set(found))
    wanted = {row["opportunity_id"] for row in company["opportunity"]}
    assert {
        row[0] for row in made.execute("select opportunity_id from opportunity").fetchall()
    } == wanted


@UNHURRIED
@given(companies)
def test_history_leaves_no_gap_and_no_overlap_and_ends_with_what_is_known_now(company):
    made = canonical_company(**numbered({**company, "opportunity_field_history": []}))
    broken = made.execute(
        """
        with step as (
            select
                *,
                lead(valid_from) over (partition by opportunity_id order by valid_from) as next_from
            from opportunity_history
        )
        select *
        from step
        where valid_to <> coalesce(next_from, timestamp '9999-12-31') or valid_from >= valid_to
        """
    ).fetchall()
    assert broken == []
    now = made.execute(
        """
        select opportunity_id, amount_minor, close_on, owner_id, motion
        from opportunity_history
        where valid_to = timestamp '9999-12-31'
        order by all
        """
    ).fetchall()
    assert (
        now
        == made.execute(
            "select opportunity_id, amount_minor, close_on, owner_id, motion"
            " from opportunity order by all"
        ).fetchall()
    )
