"""When a page cannot be shown, it says what happened and what to do next."""

from __future__ import annotations

import duckdb
import pytest
from django.test import Client

from tests.web.norvik import Norvik


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/metrics/no_such_metric", 404, "There is no metric"),
        ("/?period=next-tuesday", 400, "is not a period"),
        ("/nowhere", 404, "There is nothing at /nowhere."),
        ("/accounts/nope", 404, "is in this build"),
    ],
)
def test_a_wrong_address_gets_two_sentences(client, address, status, says):
    response = client.get(address)
    assert response.status_code == status
    assert says in response.content.decode()


def test_a_fault_of_ours_is_not_shown_as_a_wrong_number(norvik, monkeypatch):
    monkeypatch.setattr(Norvik, "flow", lambda *_: 1 / 0)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "the published numbers are not touched by it" in page
    assert "ZeroDivisionError" not in page


def test_a_build_made_by_another_version_says_to_build_it_afresh(norvik, monkeypatch):
    def ask(*_):
        raise duckdb.BinderException('Column "stage" does not exist')

    monkeypatch.setattr(Norvik, "flow", ask)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "Build it afresh with `trivet run`" in response.content.decode()


def test_another_host_name_is_turned_away(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
