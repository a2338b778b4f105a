"""A workspace that is moved or closed while it is served is said to be, and is back by itself."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from pysqlite3 import dbapi2

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.agreements.store import FILE, file_of, is_busy, is_unreachable, name_of
from trivet.jobs.run import run
from trivet.numbers.shared_metrics.in_force import Agreed, hand_over, pointed_at
from trivet.numbers.shared_metrics.registry import drafts
from trivet.web import published, workspace_check
from trivet.web.published import PublishedBuilds

PAGES = ("/", "/metrics/win_rate", "/metrics/win_rate/rows.csv", "/data", "/?build=b1")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = company_folder(tmp_path_factory.mktemp("gone") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    return workspace.folder


@pytest.fixture
def served(built: Path, tmp_path: Path, settings: Any, norvik: object) -> Path:
    """A copy of it, with a definition that is agreed, and its pages."""
    folder = tmp_path / "norvik"
    shutil.copytree(built, folder)
    agreed = drafts()["win_rate"]
    every = [agreed, *agreed.bases.values()]
    every += [base for each in agreed.bases.values() for base in each.bases.values()]
    hand_over(folder / "definitions", [Agreed(each.document(), 3) for each in every], [])
    settings.WORKSPACE = str(folder)
    published.use(PublishedBuilds(folder))
    assert Client().get("/").status_code == 200
    return folder


def said(client: Client, address: str) -> str:
    """What the page says, which is a page of trouble, and ours no mistake."""
    answer = client.get(address)
    assert answer.status_code == 503, address
    assert answer["Retry-After"]
    page = answer.content.decode()
    assert "not touched" not in page
    return page


@pytest.mark.parametrize("taken", ["moved", "deleted"])
def test_a_folder_that_is_moved_or_deleted_is_named_on_every_page(
    client: Client, served: Path, taken: str
) -> None:
    aside = served.with_name("elsewhere")
    served.rename(aside)
    for address in (*PAGES, "/people", "/nowhere"):
        page = said(client, address)
        assert f"{served} is gone" in page
        assert "Put it back" in page
        assert "start it with the new folder" in page
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.json()["ok"] is False
    assert f"{served} is gone" in health.json()["reason"]
    if taken == "moved":
        aside.rename(served)
    else:
        # What is restored is another folder under the same name.
        shutil.copytree(aside, served)
    assert client.get("/").status_code == 200
    assert client.get("/healthz").json()["build"]


def test_builds_that_are_gone_are_not_taken_for_none_that_were_ever_made(
    client: Client, served: Path
) -> None:
    (served / "builds").rename(served / "aside")
    assert f"{served / 'builds'} is gone" in said(client, "/")
    (served / "aside").rename(served / "builds")
    assert client.get("/").status_code == 200


def test_without_the_signed_definitions_no_figure_is_counted_under_drafts(
    client: Client, served: Path
) -> None:
    under = f"agreed={pointed_at(served / 'definitions')}"
    assert under in client.get("/metrics/win_rate").content.decode()
    (served / "definitions").rename(served / "aside")
    for address in PAGES[:2]:
        page = said(client, address)
        assert f"{served / 'definitions'} is gone" in page
    (served / "aside").rename(served / "definitions")
    assert under in client.get("/metrics/win_rate").content.decode()


def test_what_cannot_be_read_is_named_with_the_systems_own_reason(
    client: Client, served: Path
) -> None:
    (served / "builds").rename(served / "aside")
    (served / "builds").symlink_to("builds")
    page = said(client, "/")
    assert f"{served / 'builds' / 'published.json'} cannot be read" in page
    assert os.strerror(errno.ELOOP) in page


@pytest.mark.parametrize("wrong", [errno.EIO, errno.EACCES, errno.ESTALE, errno.ENODEV])
def test_a_disk_that_is_taken_away_is_told(
    client: Client, served: Path, monkeypatch: pytest.MonkeyPatch, wrong: int
) -> None:
    there = os.scandir

    def taken(folder: object) -> object:
        if folder == served:
            raise OSError(wrong, os.strerror(wrong), str(folder))
        return there(folder)  # type: ignore[call-overload]

    monkeypatch.setattr(workspace_check.os, "scandir", taken)
    page = said(client, "/")
    assert f"{served} cannot be read: {os.strerror(wrong)}" in page
    assert client.get("/healthz").status_code == 503


def test_a_fault_of_ours_is_still_called_one_while_all_is_there(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trivet.web.views.dashboard.asked", lambda *_: 1 / 0)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "an error of its own" in answer.content.decode()


def test_and_not_when_the_workspace_went_meanwhile(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaves(*_: object) -> None:
        served.rename(served.with_name("elsewhere"))
        raise ZeroDivisionError

    monkeypatch.setattr("trivet.web.views.dashboard.asked", leaves)
    assert f"{served} is gone" in said(Client(raise_request_exception=False), "/")


class TestTheStore:
    def test_is_not_made_again_empty_where_it_is_gone(self, tmp_path: Path) -> None:
        name = name_of(tmp_path / "a #1?%" / FILE)
        (tmp_path / "a #1?%").mkdir()
        assert file_of(name) == tmp_path / "a #1?%" / FILE
        with pytest.raises(dbapi2.OperationalError) as gone:
            dbapi2.connect(name, uri=True)
        assert not (tmp_path / "a #1?%" / FILE).exists()
        assert is_unreachable(OperationalError(*gone.value.args))
        (tmp_path / "a #1?%" / FILE).touch()
        dbapi2.connect(name, uri=True).execute("create table a (b)")

    def test_in_a_postgresql_that_is_gone_is_told_from_one_that_is_busy(self) -> None:
        with pytest.raises(psycopg.OperationalError) as refused:
            psycopg.connect("host=127.0.0.1 port=1 connect_timeout=5")
        wrong = OperationalError(str(refused.value))
        wrong.__cause__ = refused.value
        assert is_unreachable(wrong)
        assert not is_busy(wrong)

    @pytest.mark.parametrize(
        "says", ["database is locked", "no such table: a", "database or disk is full"]
    )
    def test_that_answers_is_there(self, says: str) -> None:
        assert not is_unreachable(OperationalError(says))

    def test_that_cannot_be_reached_is_said_and_nothing_is_called_untouched(
        self, norvik: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuses(*_: object, **__: object) -> None:
            raise OperationalError("unable to open database file")

        monkeypatch.setattr("trivet.web.views.dashboard.asked", refuses)
        page = said(Client(raise_request_exception=False), "/")
        assert "Nothing of what you sent was kept" in page
