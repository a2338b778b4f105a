"""What a file is, byte for byte, found in one pass over it."""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.format import Format, format_of, is_gzip, opened

_CHUNK = 1 << 20

_ENOUGH = 100_000

UNPACKED_LIMIT = 1 << 30
_RATIO_LIMIT = 200
"""How many times its size an export may be when it is unpacked, once that is a gigabyte. Text
packs to a tenth, a table of few different rows to a fiftieth."""

_BROKEN = re.compile("[\udc80-\udcff]")
"""How a byte that is not UTF-8 is kept within text."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 and size of the file as it lies there.

    changed_at      when it was last written, in nanoseconds as the system counts
    not_utf8        bytes of its text that are not valid UTF-8; 0 for what is not text. Counting
                    ends somewhere behind a hundred thousand
    beyond_ascii    bytes that are, and could not well be by chance: those that go on with a letter
    not_utf8_near   bytes around the first that are not
    """

    format: Format
    sha256: str
    size: int
    changed_at: int
    not_utf8: int = 0
    beyond_ascii: int = 0
    not_utf8_near: bytes = b""

    @property
    def is_utf8(self) -> bool:
        return self.not_utf8 == 0


def fingerprint(path: Path) -> Fingerprint:
    """Read the file once, in bounded memory.

    Raises   ExportUnreadable as `format_of`, and if the file changes or breaks off while read
    """
    found = format_of(path)
    before = _state(path)
    size = max(before[0], 1)
    digest = hashlib.sha256()
    letters = _Letters()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        if found is Format.CSV:
            unpacked = 0
            with opened(path) as file:
                while chunk := file.read(_CHUNK):
                    unpacked += len(chunk)
                    if is_gzip(path) and unpacked > max(UNPACKED_LIMIT, _RATIO_LIMIT * size):
                        raise _bomb(path, size, unpacked)
                    letters.take(chunk)
                letters.take(b"", final=True)
    except (OSError, EOFError, zlib.error) as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read to its end: {wrong}.",
            remedy="Check its permissions, and that its download was complete.",
        ) from wrong
    done = Fingerprint(
        found,
        digest.hexdigest(),
        *before,
        letters.not_utf8,
        letters.beyond_ascii,
        letters.near,
    )
    refuse_changed(path, done)
    return done


def refuse_changed(path: Path, found: Fingerprint) -> None:
    """Raises   ExportUnreadable if the file is not what its fingerprint was taken of"""
    if _state(path) != (found.size, found.changed_at):
        raise ExportUnreadable(
            f"{path} was changed while it was read.",
            remedy="Wait until the export has been written, then run again.",
        )


def _state(path: Path) -> tuple[int, int]:
    """Size and time of the last change."""
    try:
        said = path.stat()
    except OSError as wrong:
        raise ExportUnreadable(
            f"{path} was there and is not any more: {wrong.strerror}.",
            remedy="Put the export there again, then run again.",
        ) from wrong
    return said.st_size, said.st_mtime_ns


def _bomb(path: Path, size: int, unpacked: int) -> ExportUnreadable:
    return ExportUnreadable(
        f"{path} unpacks from {size:,} to more than {unpacked:,} bytes, which no export does.",
        remedy="Unpack it and look at it; export it again without compression.",
    )


class _Letters:
    """Counts, chunk by chunk, what is UTF-8 and what is not."""

    def __init__(self) -> None:
        self.not_utf8 = 0
        self.beyond_ascii = 0
        self.near = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def take(self, chunk: bytes, final: bool = False) -> None:
        if self.not_utf8 > _ENOUGH:
            return
        text = self._decoder.decode(chunk, final)
        if text.isascii():
            return
        try:
            size = len(text.encode())
        except UnicodeEncodeError as wrong:
            size = len(text.encode("utf-8", "surrogateescape"))
            self.not_utf8 += len(_BROKEN.findall(text))
            if not self.near:
                around = text[max(0, wrong.start - 2000) : wrong.start + 2000]
                self.near = around.encode("utf-8", "surrogateescape")
        # A letter of n bytes counts n - 1.
        self.beyond_ascii += size - len(text)
