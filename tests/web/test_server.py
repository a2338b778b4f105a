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
from contextlib import ExitStack, contextmanager
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
def serving(folder: Path, first: str = "") -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server in a process of its own, and its port.

    first   what that process does before
    """
    (folder / "trivet.toml").write_text(
        'format = 1\n[company]\nname = "Norvik"\ncurrency = "USD"\n'
        '[stages]\nopen = ["Qualified"]\nqualified_from = "Qualified"\n'
        'won = ["Won"]\nlost = ["Lost"]\n'
    )
    port = free_port()
    code = (
        f"from pathlib import Path; from trivet.web import server; {first}"
        f" server.serve(Path({str(folder)!r}), {port})"
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
    with serving(tmp_path, "server.SECONDS_TO_ASK = 1;") as (process, port):
        health = _patiently(f"http://{ADDRESS}:{port}/healthz")
        assert json.loads(health)["build"] is None
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}/", timeout=20)
        assert answer.value.code == 503
        assert b"trivet run" in answer.value.read()
        # A connection over which nothing is asked is ended, so that there is room for others.
        for sent in (HALF["nothing"], HALF["a request without its end"]):
            with socket.create_connection((ADDRESS, port), timeout=60) as connection:
                connection.sendall(sent)
                while connection.recv(65_536):
                    pass
        _is_said_to_be_gone(port, tmp_path, tmp_path)
        _is_said_to_be_gone(port, tmp_path / "store.sqlite3", tmp_path)
        process.terminate()
        assert process.wait(timeout=20) is not None
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://{ADDRESS}:{port}/healthz", timeout=5)


HALF = {
    "nothing": b"",
    "a request without its end": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ",
    "a form without its end": (
        b"POST /theme HTTP/1.1\r\nHost: localhost\r\nCookie: csrf=" + b"a" * 32 + b"\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\ntheme="
    ),
    "another version's first words": b"PRI * HTTP/2.0\r\n",
}
"""What a connection may send and then stop."""


def is_held(connection: socket.socket) -> bool:
    """The server has neither answered over it nor ended it."""
    connection.setblocking(False)
    try:
        connection.recv(1)
    except BlockingIOError:
        return True
    return False


@pytest.mark.slow
def test_200_half_open_connections_keep_nobody_from_an_answer_nor_the_server_from_ending(tmp_path):
    """Of each kind 50, together; more than there are threads, and than there once was room for."""
    with serving(tmp_path) as (process, port), ExitStack() as held:
        address = f"http://{ADDRESS}:{port}"
        _patiently(f"{address}/healthz")
        half = []
        for sent in HALF.values():
            for _ in range(50):
                connection = held.enter_context(socket.create_connection((ADDRESS, port)))
                connection.sendall(sent)
                half.append(connection)
        # Answered while they are held, not when they were given up.
        for path in ("/healthz", "/static/web/trivet.css"):
            with urllib.request.urlopen(f"{address}{path}", timeout=60) as answer:
                assert answer.status == 200
        assert sum(map(is_held, half)) >= 150
        process.terminate()
        assert process.wait(timeout=SECONDS_TO_FINISH * 5) is not None


def _is_said_to_be_gone(port: int, taken: Path, folder: Path) -> None:
    """While it is served; and it is not made again, empty."""
    aside = folder.parent / f"{folder.name}-aside"
    taken.rename(aside)
    for path in ("/healthz", "/", "/sign-in", "/people"):
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}{path}", timeout=20)
        assert answer.value.code == 503, path
        assert f"{taken} is gone" in answer.value.read().decode(), path
    assert not taken.exists()
    aside.rename(taken)
    assert json.loads(_patiently(f"http://{ADDRESS}:{port}/healthz"))["ok"]
    with urllib.request.urlopen(f"http://{ADDRESS}:{port}/people/first", timeout=20) as page:
        assert page.status == 200


def _patiently(address: str) -> bytes:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
