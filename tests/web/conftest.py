"""The pages with a made-up build behind them: through Django's client, and through a browser."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import translation

from tests.agreements.leaders import Leaders, leaders
from tests.web.norvik import Norvik
from trivet.agreements.people import access
from trivet.web import published
from trivet.web.server import gather_static_files

ROOT = Path(tempfile.mkdtemp(prefix="trivet-web-tests-"))
settings.WORKSPACE = str(ROOT / "norvik")
settings.STATIC_ROOT = str(ROOT / "static")
# Where the keys of the authenticator secrets come to lie.
(ROOT / "norvik").mkdir()

NEWEST = "b20261014T050000-4c1d"
OLDER = "b20261013T050000-77aa"


@pytest.fixture(scope="session", autouse=True)
def static_files() -> Iterator[None]:
    """The static files under their hashed names, as `trivet serve` gathers them."""
    gather_static_files()
    yield
    shutil.rmtree(ROOT, ignore_errors=True)


@pytest.fixture(autouse=True)
def norvik() -> published.PublishedBuilds:
    """The made-up company is what the pages show."""
    found = published.PublishedBuilds(ROOT / "norvik", lambda _, build: Norvik(build or NEWEST))
    published.use(found)
    return found


@pytest.fixture(autouse=True)
def nobody_founded_it(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of numbers are tested as they are before people are set up: open on loopback.

    A test that asks for the store (`db`) asks it instead.
    """
    if not {"db", "transactional_db", "people"} & set(request.fixturenames):
        monkeypatch.setattr(access, "is_founded", lambda: False)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page asked for in another language leaves this thread speaking it."""
    yield
    translation.deactivate()


@pytest.fixture
def people(db: None) -> Leaders:
    """An administrator, the three leaders, a CEO."""
    return leaders()


@pytest.fixture
def client() -> Client:
    """A visitor without a browser."""
    return Client()


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the pages, served for a browser."""
    # One of its own: another that a test brought along earlier knows no static files.
    application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, server_class=_Threaded, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
