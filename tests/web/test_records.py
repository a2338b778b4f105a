"""A record's page: every fact with the file and row it came from."""

from __future__ import annotations

from tests.web.norvik import OPPORTUNITIES


def test_each_fact_names_its_source_file_and_row(client):
    page = client.get("/opportunities/00600500").content.decode()
    assert "Opportunity_2026-10-14.csv, row 18" in page
    assert "as exported" in page


def test_an_opportunity_leads_to_its_account_and_back(client):
    page = client.get("/opportunities/00600500").content.decode()
    assert 'href="/accounts/' in page
    account = page.split('href="/accounts/')[1].split('"')[0]
    assert 'href="/opportunities/00600500' in client.get(f"/accounts/{account}").content.decode()


def test_a_long_related_table_is_folded_and_not_cut(client):
    page = client.get("/opportunities/00600500").content.decode()
    assert "7 more" in page
    assert page.count(">Form<") == 22


def test_a_related_table_without_rows_is_left_out(client):
    assert "Contact roles" not in client.get("/opportunities/00600500").content.decode()


def test_a_record_that_is_not_in_the_build_says_what_to_do(client):
    response = client.get("/opportunities/nope")
    assert response.status_code == 404
    assert "open it from a metric&#x27;s rows" in response.content.decode()


def test_a_name_with_markup_in_it_stays_text(client):
    page = client.get("/accounts/0010000").content.decode()
    assert "=HYPERLINK(&quot;http" in page


def test_a_records_money_stands_in_its_own_currency_and_not_the_companys(client):
    page = client.get("/opportunities/00600500").content.decode()
    amount = next(o for o in OPPORTUNITIES if o.opportunity_id == "00600500").amount_minor
    assert f"£{amount // 100:,}" in page
    assert f"${amount // 100:,}" not in page
