"""Serve a workspace's pages on the loopback interface."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from contextlib import suppress
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from trivet.agreements.opening import bring_up_to_date
from trivet.errors import PortTaken, WorkspaceNotFound
from trivet.jobs.definitions import hand_over
from trivet.numbers.workspace.private import close_to_others, private_umask
from trivet.numbers.workspace.workspace import Workspace

ADDRESS = "127.0.0.1"
CODE_VARIABLE = "TRIVET_FIRST_RUN_CODE"
CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are read for one another."""
CONNECTIONS = 2_000
"""Open at one time; as many more wait for one of them to end. One over which nothing is asked costs
some kilobytes, until `SECONDS_TO_ASK` are over."""
FILES_BESIDES = 256
"""Open in the process besides connections: the store, builds, the log."""
SECONDS_TO_ASK = 15
"""For a request's first lines, from the connection's beginning or from the last answer on."""
LONGEST_HEADERS = 64 * 2**10
"""Bytes of a request before its body."""
SECONDS_TO_FINISH = 8
"""That whoever is being answered has, once the server is told to stop.

Granian by itself sets no bound to it: it waits until every connection is done with. What was
acknowledged is kept by then, and what was not is not there. Under the ten seconds after which
containers are killed whole.
"""


def serve(workspace_folder: Path, port: int, open_browser: bool = False) -> None:
    """Answer until interrupted.

    port     0 takes any free one
    Raises   WorkspaceNotFound if the folder holds no `trivet.toml`
             PortTaken if something else already answers there
    """
    folder = Path(workspace_folder).resolve()
    if not (folder / "trivet.toml").is_file():
        raise WorkspaceNotFound(
            "%(folder)s is not a Trivet workspace: it has no trivet.toml.",
            remedy="Make one with `trivet init %(folder)s`, or name another folder.",
            folder=folder,
        )
    port = _claim(port)
    close_to_others(folder)
    # What the worker's libraries write, such as a database's log, is nobody else's either.
    with private_umask():
        _serve(folder, port, open_browser)


def _serve(folder: Path, port: int, open_browser: bool) -> None:
    static_root = Path(tempfile.mkdtemp(prefix="trivet-static-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "trivet.web.settings"
    os.environ["TRIVET_WORKSPACE"] = str(folder)
    os.environ["TRIVET_STATIC_ROOT"] = str(static_root)
    os.environ["TRIVET_WARM_UP"] = "1"
    try:
        if copy := bring_up_to_date(folder):
            sys.stdout.write(f"The store was brought up to date; {copy.name} is how it was.\n")
        hand_over(Workspace(folder))
        gather_static_files()
        url = f"http://{ADDRESS}:{port}/"
        sys.stdout.write(f"Trivet shows {folder.name} at {url}  (stop with Ctrl-C)\n")
        if code := first_run_code():
            os.environ[CODE_VARIABLE] = code
            sys.stdout.write(
                "Nobody administers it yet. From this machine the page /people/first sets that up;"
                f" from another it asks for the code {code}\n"
            )
        sys.stdout.flush()
        if open_browser:
            threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
        # One process holds one copy of the figures it remembers; its threads share it.
        Granian(
            "trivet.web.asgi:application",
            address=ADDRESS,
            port=port,
            interface=Interfaces.ASGINL,
            workers=1,
            backlog=CONNECTIONS,
            backpressure=connections_there_is_room_for(),
            # Only then is the time for a request's first lines counted from the beginning: to find
            # out which version of HTTP is spoken, the server would wait without an end.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=SECONDS_TO_ASK * 1_000, max_buffer_size=LONGEST_HEADERS
            ),
            log_level=LogLevels.warning,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=SECONDS_TO_FINISH,
        ).serve()
    finally:
        shutil.rmtree(static_root, ignore_errors=True)


def connections_there_is_room_for() -> int:
    """Connections that are held open at one time; each takes one of the files a process may have.

    Raises the process's own bound as far as the system lets it, for the server that it starts.
    """
    try:
        import resource
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + FILES_BESIDES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(64, min(CONNECTIONS, soft - FILES_BESIDES))


def first_run_code() -> str:
    """A code for the first run, while nobody administers the workspace; '' afterwards."""
    from django.db import connections

    from trivet.agreements.people.queries import is_founded

    try:
        if is_founded():
            return ""
    finally:
        # The server's own process opens its own connections.
        connections.close_all()
    signs = [secrets.choice(CODE_SIGNS) for _ in range(12)]
    return "-".join("".join(signs[at : at + 4]) for at in range(0, 12, 4))


def gather_static_files() -> None:
    """Copy the static files to TRIVET_STATIC_ROOT under names that carry their hash."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["vendor.lock"])


def _claim(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as refused:
            raise PortTaken(
                "Port %(port)s on %(address)s is not free (%(strerror)s).",
                remedy="Name another with `--port`, or `--port 0` for any free one.",
                port=port,
                address=ADDRESS,
                strerror=refused.strerror,
            ) from refused
        return int(probe.getsockname()[1])


def _open_when_ready(url: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{url}healthz", timeout=1):  # noqa: S310 - our own loopback address
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    webbrowser.open(url)
