"""What a file is, byte for byte, found in one pass over it."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.format import Format, format_of, opened

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 and size of the file as it lies there.

    is_utf8         all of its text is valid UTF-8; always true for what is not text
    not_utf8_near   bytes around the first that are not
    """

    format: Format
    sha256: str
    size: int
    is_utf8: bool
    not_utf8_near: bytes = b""


def fingerprint(path: Path) -> Fingerprint:
    """Read the file once, in bounded memory.

    Raises   ExportUnreadable as `format_of`, and if the file changes or breaks off while read
    """
    found = format_of(path)
    before = path.stat()
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    near: bytes | None = None
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        if found is Format.CSV:
            with opened(path) as file:
                while chunk := file.read(_CHUNK):
                    near = near or _undecodable(decoder, chunk)
                near = near or _undecodable(decoder, b"", final=True)
    except (OSError, EOFError) as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read to its end: {wrong}.",
            remedy="Check its permissions, and that its download was complete.",
        ) from wrong
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ExportUnreadable(
            f"{path} was changed while it was read.",
            remedy="Wait until the export has been written, then run again.",
        )
    return Fingerprint(found, digest.hexdigest(), after.st_size, near is None, near or b"")


def _undecodable(
    decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False
) -> bytes | None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as wrong:
        around: bytes = wrong.object[max(0, wrong.start - 2000) : wrong.end + 2000]
        return around
    return None
