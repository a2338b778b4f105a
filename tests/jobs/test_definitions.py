"""A signature reaches every figure: what three seats signed is what the numbers count under."""

from __future__ import annotations

import json

import pytest

from tests.jobs.test_books import agree, norvik, trivet

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    found = norvik(tmp_path_factory.mktemp("signed") / "norvik")
    trivet("run", found)
    before = figure(found)
    assert (before["agreed"], "agreed_version" in before) == (False, False)
    agree(found)
    return found


def figure(folder, **environment):
    shown = trivet(
        "metric", "expansion_pipeline", folder, "--period", "2026-05", "--json", **environment
    )
    found: dict[str, object] = json.loads(shown)
    return found


def test_figures_carry_the_signed_version_from_the_last_signature_on(signed):
    after = figure(signed)
    assert (after["agreed"], after["agreed_version"]) == (True, 1)
    said = trivet("metric", "expansion_pipeline", signed, "--period", "2026-05")
    assert "agreed v1" in said
    assert "figures count under what is in force" in trivet("verify", signed)


def test_definitions_lost_from_the_disk_are_refused_until_they_are_handed_over_again(signed):
    trivet("run", signed)
    [kept] = [path for path in (signed / "definitions").glob("*.json") if len(path.stem) == 64]
    content = kept.read_bytes()
    kept.write_bytes(content.replace(b'"high":"0.45"', b'"high":"0.95"') + b" ")
    trivet("metric", "expansion_pipeline", signed, "--period", "2026-05", status=1)
    assert "its bytes are not those" in trivet("verify", signed, status=1)
    trivet("run", signed)
    assert kept.read_bytes() == content
    assert figure(signed)["agreed"] is True
