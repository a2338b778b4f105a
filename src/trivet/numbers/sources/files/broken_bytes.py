"""A UTF-8 file with a few bytes that are not: the bytes are marked, and everything else is read.

One name pasted from an old spreadsheet must not make another encoding of a whole export, where
every Büro would become BÃ¼ro.
"""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path

from trivet.numbers.sources.files.format import opened

_CHUNK = 1 << 20
_FIRST = 0x10FF00
"""Where the marks lie: private letters at the end of Unicode, which no export has."""

BROKEN_BYTE = f"[{chr(_FIRST + 0x80)}-{chr(_FIRST + 0xFF)}]"
"""Regular expression: the mark of a byte."""

_ESCAPED = re.compile("[\udc80-\udcff]")
_MARKED = re.compile(BROKEN_BYTE)


class MarkedBytes(io.RawIOBase):
    """The file as valid UTF-8, a mark in the place of each byte that is not."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = opened(path)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._ready) < size):
            chunk = self._file.read(_CHUNK)
            self._ended = not chunk
            text = self._decoder.decode(chunk, final=self._ended)
            self._ready += _ESCAPED.sub(_mark, text).encode("utf-8")
        given = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(given) :]
        return given

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def shown_bytes(text: str) -> str:
    r"""The text with its marked bytes written out: M\xfcller."""
    return _MARKED.sub(lambda mark: f"\\x{ord(mark[0]) - _FIRST:02x}", text)


def _mark(escaped: re.Match[str]) -> str:
    return chr(_FIRST + ord(escaped[0]) - 0xDC00)
