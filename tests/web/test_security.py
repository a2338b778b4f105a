"""What a browser is told it may do with the pages: nothing that is not ours."""

from __future__ import annotations

import re

import pytest
from django.test import Client

PAGES = [
    "/",
    "/metrics/win_rate",
    "/data",
    "/opportunities/00600500",
    "/accounts/0010005",
    "/nowhere",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_inline_script_or_style(client, address):
    page = client.get(address).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"\son[a-z]+=", page)


@pytest.mark.parametrize("address", PAGES)
def test_the_policy_allows_neither_eval_nor_inline_nor_others(client, address):
    policy = client.get(address)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_usual_headers_are_there(client):
    response = client.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_nothing_on_a_page_comes_from_elsewhere(client):
    for address in PAGES:
        page = client.get(address).content.decode()
        found = re.findall(r'(?:href|src|action)="(https?:[^"]*)"', page)
        assert found == []


class TestTheTheme:
    def test_it_is_remembered_and_painted_from_the_first_byte(self, client):
        response = client.post("/theme", {"theme": "dark", "back": "/data?period=2026-Q1"})
        assert response["Location"] == "/data?period=2026-Q1"
        assert 'data-theme="dark"' in client.get("/").content.decode()

    def test_it_does_not_lead_elsewhere(self, client):
        for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
            assert client.post("/theme", {"theme": "dark", "back": back})["Location"] == "/"

    def test_a_form_from_elsewhere_is_refused(self):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/theme", {"theme": "dark"}).status_code == 403

    def test_an_unknown_theme_is_ignored(self, client):
        client.cookies["theme"] = '"><script>'
        assert 'data-theme="system"' in client.get("/").content.decode()
