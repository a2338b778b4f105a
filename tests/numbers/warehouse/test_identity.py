"""One company in three systems is one account, and only when something says so."""

from __future__ import annotations

import pytest

from tests.numbers.warehouse.small_company import canonical_company, rows
from trivet.numbers.warehouse.identity import registrable_domain


def links(connection, kind="account"):
    found = rows(
        connection,
        f"select source, source_id, resolved_id, rule from identity_link where kind = '{kind}'",
    )
    return {(source, source_id): (resolved, rule) for source, source_id, resolved, rule in found}


def test_a_success_platform_that_names_the_crm_account_means_that_account():
    company = canonical_company(
        account=[
            {"account_id": "A1", "name": "Fjordlight"},
            {"source": "cs", "account_id": "77", "crm_id": "A1", "csm_id": "U9"},
        ],
        subscription=[
            {"source": "cs", "subscription_id": "S1", "account_id": "77", "arr_minor": 100_00},
        ],
    )
    assert links(company)["cs", "77"] == ("A1", "crm_id")
    assert rows(company, "select account_id, name, csm_id, sources from account") == [
        ("A1", "Fjordlight", "U9", "crm,cs")
    ]
    assert rows(company, "select account_id from subscription") == [("A1",)]


def test_a_company_is_found_by_the_domain_it_registered():
    company = canonical_company(
        account=[
            {"account_id": "A1", "website": "https://www.fjordlight.co.uk/about"},
            {"source": "map", "account_id": "501", "website": "shop.fjordlight.co.uk"},
        ]
    )
    assert links(company)["map", "501"] == ("A1", "domain")


def test_a_free_mail_domain_never_makes_two_people_colleagues():
    company = canonical_company(
        account=[{"account_id": "A1", "website": "gmail.com"}],
        contact=[{"contact_id": "C1", "email": "ann@gmail.com"}],
    )
    assert rows(company, "select domain from account") == [(None,)]
    assert rows(company, "select account_id, domain from contact") == [(None, None)]


def test_a_lead_without_an_account_belongs_to_the_only_account_with_its_domain():
    company = canonical_company(
        account=[{"account_id": "A1", "website": "fjordlight.example"}],
        contact=[{"source": "map", "contact_id": "9", "email": "Ann@Fjordlight.example"}],
    )
    assert rows(company, "select account_id from contact") == [("A1",)]


def test_a_person_is_the_same_in_two_systems_when_the_e_mail_is():
    company = canonical_company(
        contact=[
            {"contact_id": "C1", "email": "ann@fjordlight.example"},
            {"source": "map", "contact_id": "9", "email": " ANN@fjordlight.example "},
        ],
        touchpoint=[
            {
                "source": "map",
                "touchpoint_id": "T1",
                "contact_id": "9",
                "kind": "form",
                "touched_at": "2026-01-05 10:00:00",
            }
        ],
    )
    assert links(company, "contact")["map", "9"] == ("C1", "email")
    assert rows(company, "select contact_id, function from touchpoint") == [("C1", "marketing")]


def test_a_key_that_fits_two_accounts_decides_nothing_and_names_both():
    company = canonical_company(
        account=[
            {"account_id": "A1", "website": "fjordlight.example"},
            {"account_id": "A2", "website": "fjordlight.example"},
            {"source": "map", "account_id": "501", "website": "fjordlight.example"},
        ]
    )
    assert links(company)["map", "501"] == ("501", "ambiguous")
    [(evidence,)] = rows(company, "select evidence from identity_link where rule = 'ambiguous'")
    assert "A1, A2" in evidence
    assert len(rows(company, "select * from account")) == 3


def test_a_record_nothing_is_known_of_stays_itself_and_says_why():
    company = canonical_company(
        account=[
            {"account_id": "A1", "website": "fjordlight.example"},
            {"source": "map", "account_id": "501", "website": "elsewhere.example"},
        ]
    )
    assert links(company)["map", "501"] == ("501", "unresolved")
    [(evidence,)] = rows(company, "select evidence from identity_link where source = 'map'")
    assert evidence == "no other system holds elsewhere.example"


def test_the_same_short_number_in_two_systems_is_two_accounts():
    company = canonical_company(
        account=[
            {"account_id": "7", "name": "Fjordlight"},
            {"source": "map", "account_id": "7", "name": "Harbour Nine"},
        ],
        invoice_line=[
            {"source": "map", "invoice_line_id": "I1", "account_id": "7", "amount_minor": 1},
            {"source": "billing", "invoice_line_id": "I2", "account_id": "7", "amount_minor": 1},
        ],
    )
    assert rows(company, "select account_id, name from account order by all") == [
        ("7", "Fjordlight"),
        ("map:7", "Harbour Nine"),
    ]
    # Billing lists no accounts of its own: it writes the CRM's ids.
    assert rows(company, "select account_id from invoice_line order by invoice_line_id") == [
        ("map:7",),
        ("7",),
    ]


def test_what_was_merged_away_is_followed_to_the_last_survivor():
    company = canonical_company(
        account=[
            {"account_id": "A1", "merged_into_id": "A2"},
            {"account_id": "A2", "merged_into_id": "A3"},
            {"account_id": "A3", "name": "Fjordlight"},
            {"source": "cs", "account_id": "77", "crm_id": "A1"},
        ],
        opportunity=[{"opportunity_id": "O1", "account_id": "A1", "stage": "Qualified"}],
    )
    assert rows(company, "select account_id, name from account") == [("A3", "Fjordlight")]
    assert rows(company, "select account_id from opportunity") == [("A3",)]
    assert links(company)["cs", "77"] == ("A3", "crm_id")
    assert links(company)["crm", "A1"] == ("A3", "merged")


def test_accounts_merged_in_a_circle_stay_themselves():
    company = canonical_company(
        account=[
            {"account_id": "A1", "merged_into_id": "A2"},
            {"account_id": "A2", "merged_into_id": "A1"},
        ]
    )
    assert rows(company, "select account_id from account order by all") == [("A1",), ("A2",)]


def test_a_lead_and_the_contact_it_became_are_one_person():
    company = canonical_company(
        contact=[
            {"contact_id": "L1", "email": "ann@fjordlight.example", "merged_into_id": "C1"},
            {"contact_id": "C1", "email": "ann@fjordlight.example"},
            {"source": "map", "contact_id": "9", "email": "ann@fjordlight.example"},
        ],
        lifecycle_stage_history=[
            {"contact_id": "L1", "stage": "mql", "entered_at": "2026-01-02 00:00:00"},
        ],
    )
    assert rows(company, "select contact_id from contact") == [("C1",)]
    assert rows(company, "select contact_id, stage from lifecycle_stage_history") == [("C1", "mql")]
    assert links(company, "contact")["map", "9"] == ("C1", "email")


def test_an_account_the_crm_no_longer_exports_is_still_one_account():
    company = canonical_company(
        account=[
            {"account_id": "A1"},
            {"source": "map", "account_id": "501", "crm_id": "A9"},
            {"source": "cs", "account_id": "77", "crm_id": "A9"},
        ]
    )
    assert rows(company, "select account_id, sources from account order by all") == [
        ("A1", "crm"),
        ("A9", "cs,map"),
    ]


def test_a_subsidiary_belongs_to_the_top_of_its_group():
    company = canonical_company(
        account=[
            {"account_id": "A1", "parent_id": "A2"},
            {"account_id": "A2", "parent_id": "A3"},
            {"account_id": "A3"},
            {"account_id": "B1", "parent_id": "B2"},
            {"account_id": "B2", "parent_id": "B1"},
        ]
    )
    assert rows(company, "select account_id, ultimate_parent_id from account order by all") == [
        ("A1", "A3"),
        ("A2", "A3"),
        ("A3", "A3"),
        ("B1", "B1"),
        ("B2", "B2"),
    ]


def test_rows_of_an_account_nobody_exported_are_kept():
    company = canonical_company(
        opportunity=[{"opportunity_id": "O1", "account_id": "gone", "stage": "Qualified"}],
        subscription=[{"subscription_id": "S1", "account_id": "gone", "arr_minor": 5}],
    )
    assert rows(company, "select account_id from opportunity") == [("gone",)]
    assert rows(company, "select account_id from subscription") == [("gone",)]


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("https://www.fjordlight.co.uk/about?x=1", "fjordlight.co.uk"),
        ("fjordlight.example", "fjordlight.example"),
        ("mail.fjordlight.example", "fjordlight.example"),
        ("http://10.0.0.1/", None),
        ("intranet", None),
        ("gmail.com", None),
        ("linkedin.com/company/fjordlight", None),
        ("", None),
        ("n/a", None),
    ],
)
def test_the_domain_of_a_web_address_is_what_the_company_registered(written, domain):
    assert registrable_domain(written) == domain
