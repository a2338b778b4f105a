"""Nothing of a page stays in a browser or a proxy, and every answer says what a page may do."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import Client

from tests.agreements.agreed import agree
from tests.agreements.leaders import NOW, Leaders
from tests.web.every_route import addresses
from tests.web.signed_in import as_
from trivet.numbers.shared_metrics.registry import drafts
from trivet.web import answer_headers
from trivet.web import settings as settings_module

ALWAYS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": answer_headers.POLICY,
}


def lacks(answer: HttpResponse) -> list[str]:
    wrong = [f"{name}: {answer.get(name)}" for name in ALWAYS if answer.get(name) != ALWAYS[name]]
    policy = answer.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" not in policy or "default-src 'none'" not in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    return wrong


@pytest.mark.parametrize("who", ["nobody", "the administrator"])
def test_every_answer_of_every_route_has_them(people: Leaders, who: str) -> None:
    """Pages, files, refusals, redirects, fragments for htmx, and what is not there."""
    # An error inside a view is an answer, too.
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.cookies = as_(people.admin).cookies
    kinds = set()
    wrong = {}
    for name, address in addresses().items():
        for told in (
            client.get(address),
            client.get(address, headers={"HX-Request": "true"}),
            client.post(address, {"x": "y"}),
            client.put(address),
        ):
            kinds.add((told.status_code, told.get("Content-Type", "").partition(";")[0]))
            if found := lacks(told):
                wrong[name] = found
        if name == "account_logout" and who != "nobody":
            client.cookies = as_(people.admin).cookies
    assert wrong == {}
    assert {status for status, _ in kinds} >= {200, 302, 404, 405}
    if who != "nobody":
        assert (200, "text/csv") in kinds


def test_so_have_answers_that_no_page_makes(client: Client) -> None:
    for answer in (
        client.get("/nowhere"),
        client.get("/static/nowhere.css"),
        client.get("/", headers={"host": "elsewhere.example"}),
        client.get("/metrics/win_rate?period=banana"),
        Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"}),
    ):
        assert answer.status_code >= 400
        assert lacks(answer) == []


def test_so_has_our_own_mistake(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from trivet.web import published

    monkeypatch.setattr(published, "builds", lambda: 1 / 0)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert lacks(answer) == []


def test_a_file_of_a_version_has_them(people: Leaders) -> None:
    agree(drafts()["win_rate"], people, NOW)
    answer = as_(people.cmo).get("/documents/metric_definition/win_rate/versions/1.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert lacks(answer) == []


def test_static_files_are_kept_by_browsers(client: Client) -> None:
    hashed = client.get(static("web/trivet.css"))
    assert hashed.status_code == 200
    assert "public" in hashed["Cache-Control"]
    assert "immutable" in hashed["Cache-Control"]
    assert hashed["X-Content-Type-Options"] == "nosniff"
    assert hashed["Cross-Origin-Resource-Policy"] == "same-origin"


def with_address(monkeypatch: pytest.MonkeyPatch, address: str) -> dict[str, Any]:
    monkeypatch.setenv("TRIVET_ADDRESS", address)
    return runpy.run_path(str(settings_module.__file__))


def test_over_https_the_browser_is_told_to_stay_there(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = with_address(monkeypatch, "https://revenue.norvik.example")
    for name in ("SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "ALLOWED_HOSTS"):
        setattr(settings, name, told[name])
    behind = {"host": "revenue.norvik.example", "x-forwarded-proto": "https"}
    for address in ("/", "/nowhere", "/data", static("web/trivet.css")):
        answer = Client().get(address, headers=behind)
        assert answer["Strict-Transport-Security"] == "max-age=31536000"


def test_without_a_proxy_nothing_that_is_sent_makes_it_https(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = with_address(monkeypatch, "")
    assert "SECURE_HSTS_SECONDS" not in told
    assert "SECURE_PROXY_SSL_HEADER" not in told
    answer = Client().get("/", headers={"x-forwarded-proto": "https"})
    assert "Strict-Transport-Security" not in answer
