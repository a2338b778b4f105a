"""No thread waits for whoever asks: a request is there whole, or it is refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.utils import translation

from trivet.web.asgi import THREADS, Door, Message, environ_of

NEVER = 3_600


def scope(method: str = "GET", path: str = "/", **headers: str) -> Message:
    return {
        "type": "http",
        "method": method,
        "raw_path": path.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "server": ("127.0.0.1", "8730"),
        "client": ("192.0.2.7", "50000"),
        "scheme": "http",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }


class Browser:
    """Sends pieces, and then nothing more, for ever; keeps what it is told."""

    def __init__(self, *pieces: bytes, whole: bool = True, takes: float = float("inf")) -> None:
        self.pieces = list(pieces) or [b""]
        self.whole = whole
        self.takes = takes
        self.told: list[Message] = []

    async def receive(self) -> Message:
        if self.pieces:
            piece = self.pieces.pop(0)
            return {
                "type": "http.request",
                "body": piece,
                "more_body": bool(self.pieces) or not self.whole,
            }
        await asyncio.sleep(NEVER)
        raise AssertionError

    async def send(self, message: Message) -> None:
        if len(self.told) > self.takes:
            await asyncio.sleep(NEVER)
        self.told.append(message)

    @property
    def status(self) -> int:
        return int(self.told[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.told[1:])


Pages = Callable[[dict[str, Any], Callable[..., None]], Iterable[bytes]]


def echo(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


def asked(door: Door, *browsers: Browser, **how: str) -> None:
    async def together() -> None:
        given = scope("POST", **how)
        await asyncio.gather(*(door(given, each.receive, each.send) for each in browsers))

    asyncio.run(together())


def test_a_form_that_comes_in_pieces_is_one() -> None:
    browser = Browser(b"the", b"me=", b"dark")
    asked(Door(echo), browser)
    assert (browser.status, browser.body) == (200, b"theme=dark")


def test_a_form_that_is_never_sent_whole_is_refused_and_held_no_thread() -> None:
    """More of them than there are threads; a page is answered beside them."""
    answered_beside = Browser()
    slow = [Browser(b"the", whole=False) for _ in range(THREADS * 10)]
    asked(Door(echo, seconds_to_send=0.2), *slow, answered_beside)
    assert answered_beside.status == 200
    assert {each.status for each in slow} == {408}
    assert b"Send it again." in slow[0].body
    assert (b"connection", b"close") in slow[0].told[0]["headers"]
    assert (b"cache-control", b"private, no-store") in slow[0].told[0]["headers"]


@pytest.mark.parametrize("told", [{"content_length": "9" * 30}, {"content_length": "2700000"}, {}])
def test_more_than_any_form_has_is_refused_before_it_is_kept(told: dict[str, str]) -> None:
    browser = Browser(b"x" * 2_700_000)
    asked(Door(echo), browser, **told)
    assert browser.status == 413
    assert b"which no form of Trivet is" in browser.body


def test_all_forms_together_are_kept_up_to_a_bound_and_then_there_is_room_again() -> None:
    door = Door(echo, seconds_to_send=0.2, most_held=100)
    half = [Browser(b"x" * 60, whole=False) for _ in range(2)]
    asked(door, *half)
    assert sorted(each.status for each in half) == [408, 503]
    again = Browser(b"x" * 90)
    asked(door, again)
    assert again.status == 200


class Rows:
    """A file that is made as it is taken."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.made = 0
        self.closed = 0
        self.languages: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., None]) -> Rows:
        translation.activate("de")
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.made += 1
            self.languages.add(translation.get_language())
            yield b"x" * 100_000

    def close(self) -> None:
        self.closed += 1


def test_a_large_file_arrives_whole_in_the_language_it_was_begun_in() -> None:
    rows, browser = Rows(40), Browser()
    asked(Door(rows), browser)
    assert len(browser.body) == 4_000_000
    assert rows.languages == {"de"}
    assert rows.closed == 1
    # The next that is answered does not speak it.
    assert translation.get_language() == "en"


def test_a_file_that_nobody_takes_is_given_up_and_let_go_of() -> None:
    """More of them than there are threads; a page is answered beside them."""
    files = [Rows(1_000) for _ in range(THREADS * 3)]
    beside = Browser()
    held = threading.Lock()
    waiting = list(files)

    def pages(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
        with held:
            own: Pages = waiting.pop() if environ["PATH_INFO"] == "/rows" else echo
        return own(environ, start_response)

    door = Door(pages, seconds_to_take=0.2)

    async def together() -> None:
        takers = [Browser(takes=2) for _ in files]
        ways = [door(scope(path="/rows"), each.receive, each.send) for each in takers]
        await asyncio.gather(*ways, door(scope(), beside.receive, beside.send))

    asyncio.run(together())
    assert beside.status == 200
    assert {rows.closed for rows in files} == {1}
    assert max(rows.made for rows in files) < 100


def test_whoever_hung_up_before_sending_is_answered_nothing() -> None:
    class HungUp(Browser):
        async def receive(self) -> Message:
            return {"type": "http.disconnect"}

    browser = HungUp()
    asked(Door(echo), browser)
    assert browser.told == []


def test_the_request_is_as_it_was_sent() -> None:
    given = scope("POST", "/accounts/%C3%A9%FF%2F..", host="localhost", content_type="text/plain")
    given["query_string"] = b"q=%C3%A9&r=\xe9"
    given["headers"] += [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x-forwarded-for", b"192.0.2.2"),
        (b"content-length", b"77"),
    ]
    environ = environ_of(given, b"four")
    assert environ["PATH_INFO"] == "/accounts/\xc3\xa9\xff/.."
    assert environ["QUERY_STRING"] == "q=%C3%A9&r=\xe9"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1,192.0.2.2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    # What was received counts, not what was said of it.
    assert environ["CONTENT_LENGTH"] == "4"
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
    assert "PATH" not in environ
