"""The data page: what the numbers rest on, and what was set aside."""

from __future__ import annotations

import csv
import io


def test_quarantined_rows_are_counted_by_rule_and_can_be_downloaded(client):
    page = client.get("/data").content.decode()
    assert "Unreadable date" in page
    found = client.get("/data/quarantine.csv")
    rows = list(csv.reader(io.StringIO(b"".join(found.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 17
    assert rows[1][rows[0].index("value")] == "'=1+1"


def test_the_share_of_unresolved_records_is_printed(client):
    assert "3.8%" in client.get("/data").content.decode()


def test_each_metric_says_what_it_lacks(client):
    page = client.get("/data").content.decode()
    assert "no target is loaded" in page
    assert page.count("Computable") == 9


def test_each_source_says_how_fresh_it_is(client):
    page = client.get("/data").content.decode()
    assert page.count("Exported <b><time") == 3


def test_references_that_lead_nowhere_say_how_many_and_what_to_do(client):
    page = client.get("/data").content.decode()
    section = page.partition('id="references"')[2].partition("</section>")[0]
    assert "105" in section
    assert "100.0%" in section
    assert "another kind of id" in section
    assert "2,611" not in section, "where nothing is lost there is nothing to do"


def test_derived_rows_stand_beside_the_loaded_ones(client):
    page = client.get("/data").content.decode()
    assert '<td class="num">30,211</td><td class="num">417</td>' in page
