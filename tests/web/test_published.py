"""The pages show the published build, notice a new one, and keep permalinks true."""

from __future__ import annotations

import pytest

from tests.web.conftest import NEWEST, OLDER
from tests.web.norvik import Norvik
from trivet.errors import NothingPublished, RecordUnknown
from trivet.web import published
from trivet.web.published import BUILDS_KEPT_OPEN, PublishedBuilds, open_model


def workspace(tmp_path, build: str):
    (tmp_path / "builds").mkdir()
    (tmp_path / "builds" / "published.json").write_text(build)
    return PublishedBuilds(
        tmp_path,
        lambda folder, named: Norvik(named or (folder / "builds" / "published.json").read_text()),
    )


def test_a_build_published_while_the_server_runs_is_shown_from_the_next_page_on(tmp_path, client):
    published.use(workspace(tmp_path, OLDER))
    assert OLDER in client.get("/").content.decode()
    pointer = tmp_path / "builds" / "published.json"
    fresh = tmp_path / "builds" / "published.json.tmp"
    fresh.write_text(NEWEST)
    fresh.replace(pointer)
    page = client.get("/").content.decode()
    assert NEWEST in page
    assert OLDER not in page


def test_a_permalink_shows_its_own_build_after_a_newer_one(tmp_path, client):
    published.use(workspace(tmp_path, NEWEST))
    page = client.get(f"/?build={OLDER}&period=2026-Q3").content.decode()
    assert f"You are reading the build <code>{OLDER}</code>" in page
    assert f"build={OLDER}" in page.split('class="tiles"')[1]


def test_every_page_has_a_permalink_with_period_and_build(client):
    for address in ("/", "/metrics/win_rate", "/data"):
        page = client.get(address).content.decode()
        assert f'href="{address}?period=2026-Q3&amp;build={NEWEST}&amp;agreed=&amp;books=0"' in page


def test_a_build_that_is_no_longer_kept_is_said_to_be_gone(tmp_path):
    with pytest.raises(RecordUnknown, match="no longer kept"):
        open_model(tmp_path, "b-gone")


@pytest.mark.parametrize("build", ["../elsewhere", "b/../../elsewhere", "b\0"])
def test_a_build_cannot_name_a_file_elsewhere(tmp_path, build):
    (tmp_path / "builds").mkdir()
    (tmp_path / "elsewhere.duckdb").touch()
    with pytest.raises(RecordUnknown):
        open_model(tmp_path, build)


def test_asking_twice_asks_the_build_once(tmp_path):
    builds = workspace(tmp_path, NEWEST)
    assert builds.answers() is builds.answers()


def test_only_a_few_builds_stay_open_and_the_published_one_always_does(tmp_path):
    builds = workspace(tmp_path, NEWEST)
    current = builds.answers()
    for number in range(BUILDS_KEPT_OPEN + 3):
        builds.answers(f"b{number}")
    assert len(builds._kept) == BUILDS_KEPT_OPEN
    assert builds.answers() is current


def test_before_the_first_run_the_page_says_which_command_to_run(tmp_path, client):
    def nothing(folder, build):
        raise NothingPublished(
            "Nothing has been published in norvik yet.", remedy="Run `trivet run`."
        )

    published.use(PublishedBuilds(tmp_path, nothing))
    response = client.get("/")
    assert response.status_code == 503
    page = response.content.decode()
    assert "Nothing has been published in norvik yet." in page
    assert "Run <code>trivet run</code>." in page
    assert client.get("/healthz").json() == {
        "ok": True,
        "build": None,
        "reason": "Nothing has been published in norvik yet.",
    }
