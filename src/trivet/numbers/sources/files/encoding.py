"""How a text file's bytes are to be read as letters."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.fingerprint import Fingerprint
from trivet.numbers.sources.files.format import opened

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LATIN = ("cp1252", "cp1250", "cp1254", "cp1257")
OTHER_SCRIPTS = ("cp1251", "cp1253", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")
"""What spreadsheets and CRMs write besides UTF-8. Others must be named in the mapping: letting
a detector choose among all of the world's encodings makes it choose Mac Roman now and then."""

_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")

_SAMPLE = 1 << 16
_CHUNK = 1 << 20

_LATIN_LETTER = re.compile("[\u00a0-\u017f\u2013-\u2026\u20ac]")


def encoding_of(path: Path, found: Fingerprint, told: str | None) -> str:
    """The Python name of the encoding: `told`, or the file's mark, or UTF-8 where it fits.

    A file is UTF-8 with a few broken bytes where more of its letters are UTF-8 than are not: no
    other encoding is that by chance. Text that is not UTF-8 is taken for the likeliest of a short
    list; Windows' Western European code page, of which Latin-1 is a part, when nothing speaks
    against it.

    Raises   ExportUnreadable if the file is not in the encoding that the mapping names, or is in
             one in some places and in another in others
    """
    with opened(path) as file:
        start = file.read(_SAMPLE)
    mostly_utf8 = found.beyond_ascii >= found.not_utf8
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if told is not None:
        name = codecs.lookup(told).name
        if name == "utf-8" and not mostly_utf8:
            raise ExportUnreadable(
                f"{path} is not {told}, as its feed's `encoding` says.",
                remedy=f"Write encoding = {_guessed(start, found)!r}, or leave the setting out.",
            )
        return "utf-8-sig" if name == "utf-8" else name
    if marked is not None:
        return marked
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
    if mostly_utf8:
        return "utf-8"
    guessed = _guessed(start, found)
    as_utf8 = _letters_in_utf8(path) if guessed in LATIN and found.beyond_ascii else 0
    if 10 * as_utf8 > found.not_utf8:
        raise ExportUnreadable(
            f"{path} is in two encodings: {found.not_utf8:,} of its bytes are not UTF-8, and"
            f" {as_utf8:,} of its letters only make sense as UTF-8.",
            remedy="Export it again in one; or, if it is in one, write that as its feed's"
            f" `encoding`, for example {guessed!r}.",
        )
    return guessed


def _letters_in_utf8(path: Path) -> int:
    """Letters and signs of Latin script that stand in the file as UTF-8 writes them.

    LIBERTÉ» in Latin-1 has the bytes of a letter too, but of one from the phonetic alphabet.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    letters = 0
    with opened(path) as file:
        while chunk := file.read(_CHUNK):
            letters += len(_LATIN_LETTER.findall(decoder.decode(chunk)))
    return letters


def _guessed(start: bytes, found: Fingerprint) -> str:
    # Around the first byte that is not UTF-8, since a long export may begin in plain ASCII.
    sample = found.not_utf8_near if start.isascii() else start
    # Short ones are left out: a dash or a currency sign stands alone in any script.
    words = b"".join(word for word in _WORD.findall(sample) if len(word) > 3)
    foreign = sum(byte >= 0x80 for byte in words)
    # In Latin script accents are a few letters of a word; elsewhere nearly every letter is.
    among = OTHER_SCRIPTS if foreign > 0.6 * len(words) else LATIN
    matches = from_bytes(sample, cp_isolation=list(among))
    best = matches.best()
    if best is None:
        return "cp1252"
    as_good = [match for match in matches if match.chaos <= best.chaos]
    if any("cp1252" in (match.encoding, *match.could_be_from_charset) for match in as_good):
        return "cp1252"
    return best.encoding
