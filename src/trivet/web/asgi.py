"""The server's entry: a request is taken in whole, within a time, before a thread works on it.

Four threads answer. A thread that waited for the rest of a form, or for somebody to take a file,
would wait for as long as that connection is held, and four of those would stop every answer. So
waiting is done here, where it costs no thread, and has an end.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from asgiref.sync import sync_to_async
from django.conf import settings

from trivet.vocabulary.whole_number import read_whole
from trivet.web.answer_headers import PRIVATE
from trivet.web.wsgi import application as pages

log = logging.getLogger("django.request")

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

THREADS = 4
SECONDS_TO_SEND = 20
"""That whoever sends a form has for all of it."""
SECONDS_TO_TAKE = 30
"""That whoever takes a file has for the next piece."""
MOST_HELD = 64 * 2**20
"""Bytes of all forms together that are being sent at one time."""
AT_ONCE = 256 * 2**10
"""Bytes of an answer that a thread makes before it lets go."""


class Refused(Exception):
    """A request that no page gets to see: what its sender is told."""

    def __init__(self, status: int, happened: str, remedy: str) -> None:
        self.status = status
        self.text = f"{happened} {remedy}\n"
        super().__init__(happened)


class Gone(Exception):
    """Whoever asked has hung up."""


@dataclass
class Answer:
    """What a page says, as it is made.

    rest    what is left of it; None once all of it was made
    said    to be closed, in a thread, whatever became of it
    """

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    rest: Iterator[bytes] | None = None
    said: Any = None

    def close(self) -> None:
        """Once: the page lets go of what it holds."""
        said, self.said = self.said, None
        if hasattr(said, "close"):
            said.close()


class Door:
    """Takes a request in, has it answered, hands the answer over.

    pages     the WSGI application
    seconds_to_send, seconds_to_take, most_held    as above
    """

    def __init__(
        self,
        pages: Callable[..., Iterable[bytes]],
        *,
        seconds_to_send: float = SECONDS_TO_SEND,
        seconds_to_take: float = SECONDS_TO_TAKE,
        most_held: int = MOST_HELD,
    ) -> None:
        self._pages = pages
        self._seconds_to_send = seconds_to_send
        self._seconds_to_take = seconds_to_take
        self._most_held = most_held
        self._held = 0
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = bytearray()
        try:
            try:
                async with asyncio.timeout(self._seconds_to_send):
                    await self._take_in(scope, receive, body)
            except TimeoutError:
                slow = f"The request was not sent within {self._seconds_to_send:g} seconds."
                raise Refused(408, slow, "Send it again.") from None
            whole = bytes(body)
        except Gone:
            return
        except Refused as refused:
            await _refuse(refused, send)
            return
        finally:
            self._held -= len(body)
        await self._answer(scope, whole, receive, send)

    async def _take_in(self, scope: Message, receive: Receive, body: bytearray) -> None:
        """Fill `body`. Raises   Refused, Gone"""
        _check_size(_told_length(scope))
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Gone
            piece = message.get("body", b"")
            _check_size(len(body) + len(piece))
            if self._held + len(piece) > self._most_held:
                raise Refused(503, "Many are sending forms just now.", "Send yours again soon.")
            self._held += len(piece)
            body += piece
            if not message.get("more_body", False):
                return

    async def _answer(self, scope: Message, body: bytes, receive: Receive, send: Send) -> None:
        answer = Answer()
        environ = environ_of(scope, body)
        made = await self._in_thread(lambda: self._begin(environ, answer))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": answer.headers,
                }
            )
            if answer.rest is None:
                await send({"type": "http.response.body", "body": made, "more_body": False})
                return
            await self._stream(answer, made, receive, send)
        finally:
            if answer.said is not None:
                await self._in_thread(answer.close)

    async def _stream(self, answer: Answer, made: bytes, receive: Receive, send: Send) -> None:
        """A piece after the other; a thread makes the next once the last was taken."""
        hung_up = asyncio.ensure_future(receive())
        try:
            while True:
                try:
                    async with asyncio.timeout(self._seconds_to_take):
                        await send({"type": "http.response.body", "body": made, "more_body": True})
                except TimeoutError:
                    log.warning("Nobody took the rest of an answer; it was given up")
                    return
                if answer.rest is None or hung_up.done():
                    break
                made = await self._in_thread(lambda: _take(answer))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            hung_up.cancel()
            with suppress(asyncio.CancelledError):
                await hung_up

    def _begin(self, environ: dict[str, Any], answer: Answer) -> bytes:
        """In a thread: ask the page, and make the first of what it says."""

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> None:
            answer.status = int(status.partition(" ")[0])
            answer.headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]

        answer.said = self._pages(environ, start_response)
        answer.rest = iter(answer.said)
        made = _take(answer)
        if answer.rest is None:
            answer.close()
        return made

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        """What a request leaves there, such as its reader's language, goes with it to the next."""
        run = sync_to_async(work, thread_sensitive=False, executor=self._threads)
        return await run()


def _take(answer: Answer) -> bytes:
    """The next of what a page says: enough to be worth a turn, all of it if it is one piece."""
    assert answer.rest is not None
    made: list[bytes] = []
    size = 0
    while len(made) < 2 or size < AT_ONCE:
        piece = next(answer.rest, None)
        if piece is None:
            answer.rest = None
            break
        made.append(piece)
        size += len(piece)
    return b"".join(made)


def environ_of(scope: Message, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 says it. Nothing of the process's own environment is in it."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        told = value.decode("latin-1")
        if key in environ:
            # RFC 9110, 5.3; cookies are parted by their own sign (RFC 6265, 4.2.1).
            told = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{told}"
        environ[key] = told
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _told_length(scope: Message) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return read_whole(told.decode("latin-1")) or 0


def _check_size(size: int) -> None:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if size > most:
        raise Refused(
            413,
            f"What was sent is larger than {most / 2**20:.1f} MB, which no form of Trivet is.",
            "Send less.",
        )


async def _refuse(refused: Refused, send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", PRIVATE.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": refused.text.encode(), "more_body": False})


application = Door(pages)
