"""Which characters the paper's font can show; the others are written as their numbers.

PDF/UA refuses a page with a character that no font shows, and a font of the machine's would make
the same version another paper elsewhere.

Source   the OpenType specification, table `cmap`, format 12
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PLATFORM_WINDOWS, ENCODING_FULL, GROUPS = 3, 10, 12


def shown(text: str, folder: Path) -> str:
    """The text, with `[U+898B]` for a character that the fonts in the folder do not have."""
    known = _known(folder)
    return "".join(
        sign if ord(sign) in known or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in text
    )


@cache
def _known(folder: Path) -> frozenset[int]:
    """The characters that every font of the folder has."""
    fonts = [frozenset(_characters(path.read_bytes())) for path in sorted(folder.glob("*.ttf"))]
    return frozenset.intersection(*fonts)


def _characters(font: bytes) -> Iterable[int]:
    cmap = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", cmap, 2)
    for at in range(count):
        platform, encoding, start = struct.unpack_from(">HHI", cmap, 4 + 8 * at)
        (layout,) = struct.unpack_from(">H", cmap, start)
        if (platform, encoding, layout) == (PLATFORM_WINDOWS, ENCODING_FULL, GROUPS):
            (groups,) = struct.unpack_from(">I", cmap, start + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * group)
                yield from range(first, last + 1)


def _table(font: bytes, name: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for at in range(count):
        tag, _sum, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * at)
        if tag == name:
            return font[start : start + length]
    raise ValueError(f"The font has no table {name!r}.")
