"""`serve` answers on the loopback interface, or says why it cannot."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trivet.errors import PortTaken, WorkspaceNotFound
from trivet.web.server import ADDRESS, SECONDS_TO_FINISH, serve


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(WorkspaceNotFound, match=r"has no trivet\.toml"):
        serve(tmp_path, 0)


def test_a_port_that_is_taken_is_named(tmp_path):
    (tmp_path / "trivet.toml").touch()
    with socket.socket() as other:
        other.bind((ADDRESS, 0))
        other.listen()
        with pytest.raises(PortTaken, match=str(other.getsockname()[1])):
            serve(tmp_path, other.getsockname()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server in a process of its own, and its port."""
    (folder / "trivet.toml").write_text(
        'format = 1\n[company]\nname = "Norvik"\ncurrency = "USD"\n'
        '[stages]\nopen = ["Qualified"]\nqualified_from = "Qualified"\n'
        'won = ["Won"]\nlost = ["Lost"]\n'
    )
    port = free_port()
    code = (
        "from pathlib import Path; from trivet.web.server import serve;"
        f" serve(Path({str(folder)!r}), {port})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_workspace_without_a_build_is_served_and_says_so_and_the_server_ends_when_told(tmp_path):
    with serving(tmp_path) as (process, port):
        health = _patiently(f"http://{ADDRESS}:{port}/healthz")
        assert json.loads(health)["build"] is None
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}/", timeout=20)
        assert answer.value.code == 503
        assert b"trivet run" in answer.value.read()
        process.terminate()
        assert process.wait(timeout=20) is not None
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://{ADDRESS}:{port}/healthz", timeout=5)


@pytest.mark.slow
def test_a_form_that_is_half_sent_does_not_keep_the_server_from_ending(tmp_path):
    with serving(tmp_path) as (process, port):
        _patiently(f"http://{ADDRESS}:{port}/healthz")
        with (
            socket.create_connection((ADDRESS, port)) as idle,
            socket.create_connection((ADDRESS, port)) as half,
        ):
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(65_536).startswith(b"HTTP/1.1 200")
            half.sendall(
                b"POST /theme HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nto="
            )
            time.sleep(0.5)  # The server has to have begun with it.
            process.terminate()
            assert process.wait(timeout=SECONDS_TO_FINISH * 5) is not None


def _patiently(address: str) -> bytes:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
