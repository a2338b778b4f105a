"""What changed between two exports, and what the source recorded itself, becomes history."""

from __future__ import annotations

from datetime import date, datetime

from tests.numbers.warehouse.small_company import at, canonical_company, rows

JUNE_1, JUNE_8, JUNE_15 = at("2026-06-01 06:00"), at("2026-06-08 06:00"), at("2026-06-15 06:00")
ALWAYS, FOREVER = datetime(1970, 1, 1), datetime(9999, 12, 31)


def opportunity(exported_at, **changed):
    return {
        "opportunity_id": "O1",
        "stage": "Qualified",
        "created_at": at("2026-05-01 09:00"),
        "exported_at": exported_at,
        **changed,
    }


def stages(company):
    return rows(
        company,
        "select stage, entered_at, evidence from opportunity_stage_history order by entered_at",
    )


def test_a_later_export_adds_history_instead_of_replacing_it():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, amount_minor=100, owner_id="U1", motion="new_business"),
            opportunity(JUNE_8, amount_minor=100, owner_id="U1", motion="new_business"),
            opportunity(JUNE_15, amount_minor=None, owner_id="U2", motion="expansion"),
        ]
    )
    assert rows(
        company,
        "select valid_from, valid_to, amount_minor, owner_id, motion, evidence"
        " from opportunity_history order by valid_from",
    ) == [
        (ALWAYS, JUNE_15, 100, "U1", "new_business", "first_known"),
        (JUNE_15, FOREVER, None, "U2", "expansion", "observed"),
    ]
    assert rows(company, "select amount_minor, owner_id from opportunity") == [(None, "U2")]


def test_a_change_the_source_recorded_counts_before_the_one_we_noticed():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, amount_minor=100_00, close_on=date(2026, 6, 20)),
            opportunity(JUNE_15, amount_minor=300_00, close_on=date(2026, 7, 20)),
        ],
        opportunity_field_history=[
            {
                "opportunity_id": "O1",
                "field": "amount",
                "changed_at": at("2026-06-03 10:00"),
                "old_value": "100.00",
                "new_value": "$1,200.5",
                "exported_at": JUNE_15,
            },
            {
                "opportunity_id": "O1",
                "field": "amount",
                "changed_at": at("2026-06-10 10:00"),
                "old_value": "1200.5",
                "new_value": "300",
                "exported_at": JUNE_15,
            },
        ],
    )
    assert rows(
        company,
        "select valid_from, amount_minor, close_on, evidence"
        " from opportunity_history order by valid_from",
    ) == [
        (ALWAYS, 100_00, date(2026, 6, 20), "first_known"),
        (at("2026-06-03 10:00"), 1200_50, date(2026, 6, 20), "recorded"),
        (at("2026-06-10 10:00"), 300_00, date(2026, 6, 20), "recorded"),
        (JUNE_15, 300_00, date(2026, 7, 20), "observed"),
    ]


def test_recorded_history_ends_where_its_own_export_ends():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, amount_minor=200_00),
            opportunity(JUNE_15, amount_minor=900_00),
        ],
        opportunity_field_history=[
            {
                "opportunity_id": "O1",
                "field": "amount",
                "changed_at": at("2026-05-20 10:00"),
                "old_value": "100",
                "new_value": "200",
                "exported_at": JUNE_1,
            },
        ],
    )
    assert rows(company, "select amount_minor from opportunity_history order by valid_from") == [
        (100_00,),
        (200_00,),
        (900_00,),
    ]


def test_a_stage_seen_in_a_later_export_was_entered_by_then():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, stage="Prospecting"),
            opportunity(JUNE_8, stage="Qualified"),
            opportunity(JUNE_15, stage="Closed Won", close_on=date(2026, 6, 12)),
        ]
    )
    assert stages(company) == [
        ("Prospecting", at("2026-05-01 09:00"), "assumed"),
        ("Qualified", JUNE_8, "observed"),
        # The day in New York starts at 04:00 UTC.
        ("Closed Won", at("2026-06-12 04:00"), "observed"),
    ]


def test_a_closing_dated_before_the_export_that_still_showed_it_open_keeps_the_order():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, stage="Prospecting"),
            opportunity(JUNE_8, stage="Proposal"),
            opportunity(JUNE_15, stage="Closed Won", close_on=date(2026, 6, 5)),
        ]
    )
    assert [stage for stage, _, _ in stages(company)] == ["Prospecting", "Proposal", "Closed Won"]
    assert stages(company)[-1][1] == at("2026-06-05 04:00")


def test_an_opportunity_first_seen_closed_has_only_its_closing():
    company = canonical_company(
        opportunity=[opportunity(JUNE_1, stage="Closed Lost", close_on=date(2026, 5, 30))]
    )
    assert stages(company) == [("Closed Lost", at("2026-05-30 04:00"), "assumed")]


def test_an_open_opportunity_of_unknown_age_has_no_entry():
    company = canonical_company(opportunity=[opportunity(JUNE_1, created_at=None)])
    assert stages(company) == []


def test_recorded_stages_are_taken_as_they_are():
    company = canonical_company(
        opportunity=[opportunity(JUNE_15, stage="Closed Won", close_on=date(2026, 6, 12))],
        opportunity_stage_history=[
            {
                "opportunity_id": "O1",
                "stage": stage,
                "entered_at": at(entered_at),
                "exported_at": JUNE_15,
            }
            for stage, entered_at in (
                ("Prospecting", "2026-05-01 09:00"),
                ("Closed Lost", "2026-05-20 09:00"),
                ("Qualified", "2026-06-01 09:00"),
                ("Closed Won", "2026-06-12 15:00"),
            )
        ],
    )
    assert [(stage, evidence) for stage, _, evidence in stages(company)] == [
        ("Prospecting", "recorded"),
        ("Closed Lost", "recorded"),
        ("Qualified", "recorded"),
        ("Closed Won", "recorded"),
    ]


def test_a_closing_that_stage_history_lacks_is_added_after_its_last_step():
    history = {
        "opportunity_id": "O1",
        "stage": "Proposal",
        "entered_at": at("2026-06-12 15:00"),
        "exported_at": JUNE_15,
    }
    company = canonical_company(
        opportunity=[opportunity(JUNE_15, stage="Closed Won", close_on=date(2026, 6, 12))],
        opportunity_stage_history=[history],
    )
    assert stages(company) == [
        ("Proposal", at("2026-06-12 15:00"), "recorded"),
        ("Closed Won", at("2026-06-12 15:00:00.000001"), "observed"),
    ]


def test_changes_of_the_stage_field_are_stage_history_too():
    company = canonical_company(
        opportunity=[opportunity(JUNE_15, stage="Qualified")],
        opportunity_field_history=[
            {
                "opportunity_id": "O1",
                "field": "stage",
                "changed_at": at("2026-06-02 10:00"),
                "old_value": "Prospecting",
                "new_value": "Qualified",
                "exported_at": JUNE_15,
            }
        ],
    )
    assert stages(company) == [
        ("Prospecting", at("2026-05-01 09:00"), "assumed"),
        ("Qualified", at("2026-06-02 10:00"), "recorded"),
    ]


def test_an_account_that_outgrew_its_segment_was_in_the_old_one_before():
    company = canonical_company(
        account=[
            {"account_id": "A1", "segment": "SMB", "region": "EMEA", "exported_at": JUNE_1},
            {"account_id": "A1", "segment": "SMB", "region": "EMEA", "exported_at": JUNE_8},
            {"account_id": "A1", "segment": "Mid", "region": "EMEA", "exported_at": JUNE_15},
            # The success platform's own wording is no change of segment.
            {
                "source": "cs",
                "account_id": "7",
                "crm_id": "A1",
                "segment": "small",
                "exported_at": JUNE_15,
            },
        ]
    )
    assert rows(
        company, "select segment, region, valid_from, valid_to, evidence from account_history"
    ) == [
        ("SMB", "EMEA", date(1970, 1, 1), date(2026, 6, 15), "first_known"),
        ("Mid", "EMEA", date(2026, 6, 15), date(9999, 12, 31), "observed"),
    ]


def test_what_a_field_of_an_account_said_before_is_kept_with_the_day_it_changed():
    account = {"account_id": "A1", "industry": "Retail"}
    company = canonical_company(
        account=[
            {**account, "employees": 20, "exported_at": JUNE_1},
            {**account, "employees": 20, "exported_at": JUNE_8},
            {**account, "employees": 300, "exported_at": JUNE_15},
        ]
    )
    assert rows(
        company,
        "select attribute, value, valid_from, valid_until, first_on from account_value_history"
        " order by attribute, valid_from",
    ) == [
        ("employees", "20", date(1970, 1, 1), date(2026, 6, 15), date(2026, 6, 1)),
        ("employees", "300", date(2026, 6, 15), date(9999, 12, 31), date(2026, 6, 1)),
        ("industry", "Retail", date(1970, 1, 1), date(9999, 12, 31), date(2026, 6, 1)),
    ]
    # What a metric slices by is what is said today.
    assert rows(company, "select employees from account") == [(300,)]


def test_a_campaign_response_is_a_touchpoint():
    company = canonical_company(
        crm_campaign=[
            {"campaign_id": "K1", "type": "Trade Show"},
            {"campaign_id": "K2", "type": "Content Syndication", "function": "partner"},
        ],
        campaign_membership=[
            {
                "campaign_id": "K1",
                "contact_id": "C1",
                "responded": True,
                "first_responded_at": at("2026-05-02 10:00"),
            },
            {
                "campaign_id": "K2",
                "contact_id": "C1",
                "responded": True,
                "created_at": at("2026-05-03 10:00"),
            },
            {"campaign_id": "K1", "contact_id": "C2", "responded": False},
        ],
    )
    assert rows(company, "select kind, touched_at, function from touchpoint order by 2") == [
        ("event_attended", at("2026-05-02 10:00"), "marketing"),
        ("content", at("2026-05-03 10:00"), "partner"),
    ]


def test_money_without_a_rate_goes_to_the_quarantine_and_never_counts_as_zero():
    company = canonical_company(
        opportunity=[
            opportunity(JUNE_1, amount_minor=100, currency="USD"),
            opportunity(JUNE_1, opportunity_id="O2", amount_minor=100, currency="EUR"),
            opportunity(JUNE_1, opportunity_id="O3", amount_minor=100, currency="BRL"),
        ],
        fx_rate=[{"currency": "EUR", "valid_from": date(2026, 1, 1), "rate": "1.1"}],
    )
    assert rows(company, "select opportunity_id from opportunity order by all") == [
        ("O1",),
        ("O2",),
    ]
    assert rows(company, "select rule, column_name, value, file_row, says from quarantine") == [
        (
            "currency_without_rate",
            "currency",
            "BRL",
            3,
            "There is no rate from BRL to USD. Map a table of rates to fx_rate.",
        )
    ]
    assert rows(
        company, "select rows, quarantined from source_fact where table_name = 'opportunity'"
    ) == [(2, 1)]
