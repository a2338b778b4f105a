"""When a page cannot be shown, it says what happened and what to do next."""

from __future__ import annotations

import duckdb
import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from tests.numbers.warehouse.build_shape import made_by_another_version
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from tests.web.norvik import Norvik
from trivet.errors import BuildDamaged
from trivet.jobs.run import run
from trivet.web import published
from trivet.web.gate import Gate


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


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        (OperationalError("database is locked"), 503, "Nothing of it was kept"),
        (OperationalError("database or disk is full"), 503, "no room left"),
        (IntegrityError("UNIQUE constraint failed: a.b"), 409, "not done a second time"),
        # Our own mistakes are not called somebody else's.
        (OperationalError("no such table: a"), 500, "an error of its own"),
        (IntegrityError("NOT NULL constraint failed: a.b"), 500, "an error of its own"),
    ],
)
def test_what_the_store_cannot_do_is_said(norvik, monkeypatch, wrong, status, says):
    def refuses(*_: object, **__: object) -> None:
        raise wrong

    monkeypatch.setattr(Norvik, "flow", refuses)
    inside = Client(raise_request_exception=False).get("/")
    assert (inside.status_code, says in inside.content.decode()) == (status, True)
    assert (inside.get("Retry-After") == "5") is ("locked" in str(wrong))
    # Outside of a page, as when a session is kept, it is the same.
    monkeypatch.setattr(Gate, "process_view", refuses)
    outside = Client(raise_request_exception=False).get("/data")
    assert (outside.status_code, says in outside.content.decode()) == (status, True)


def test_a_build_of_another_version_says_so_until_a_run_has_made_it_again(tmp_path):
    workspace = company_folder(tmp_path / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    made_by_another_version(
        workspace.folder, "alter table opportunity_fact drop column product", version="0.0.9"
    )
    published.use(published.PublishedBuilds(workspace.folder))
    client = Client()
    for address in ("/", "/metrics/win_rate", "/data", "/metrics/win_rate/rows.csv"):
        response = client.get(address)
        assert response.status_code == 503
        assert response["Retry-After"] == "10"
        page = response.content.decode()
        assert "was made by another version of Trivet (0.0.9; this is" in page
        assert "it has no opportunity_fact.product" in page
        assert "it makes the build again from landing, nothing is loaded again" in page
    assert "another version" in client.get("/healthz").json()["reason"]
    run(workspace)
    assert client.get("/").status_code == 200


def test_a_damaged_build_says_how_to_make_it_again(norvik):
    def damaged(*_):
        raise BuildDamaged("The build cannot be read.", remedy="Run `trivet run --force`.")

    norvik._open = damaged
    response = Client().get("/")
    assert response.status_code == 503
    assert "Run <code>trivet run --force</code>." in response.content.decode()


def test_a_question_that_the_build_cannot_answer_is_not_shown_as_a_wrong_number(
    norvik, monkeypatch
):
    def ask(*_, **__):
        raise duckdb.BinderException('Column "stage" does not exist')

    monkeypatch.setattr(Norvik, "flow", ask)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "Build it afresh with <code>trivet run --force</code>" in page
    assert "stage" not in page


def test_another_host_name_is_turned_away(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
