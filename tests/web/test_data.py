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
    assert "No targets are loaded" in page
    assert page.count("Computable") == 9


def test_each_source_says_how_fresh_it_is(client):
    page = client.get("/data").content.decode()
    assert page.count("Exported <b><time") == 3
