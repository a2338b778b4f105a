"""Files from elsewhere are what their lock says, and each carries its licence."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import trivet.web

VENDOR = Path(trivet.web.__file__).parent / "static" / "vendor"
LOCK = tomllib.loads((VENDOR / "vendor.lock").read_text())
FILES = [(package["name"], file) for package in LOCK["package"] for file in package["files"]]


@pytest.mark.parametrize(("package", "file"), FILES, ids=lambda value: str(value)[:60])
def test_a_vendored_file_is_byte_for_byte_what_was_locked(package, file):
    assert hashlib.sha256((VENDOR / file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_no_file_is_there_that_the_lock_does_not_name():
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"vendor.lock"} == {file["path"] for _, file in FILES}


def test_every_package_carries_its_licence():
    for package in LOCK["package"]:
        assert package["licence"]
        assert any(file["path"].endswith("LICENSE.txt") for file in package["files"])
