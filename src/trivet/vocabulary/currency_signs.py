"""The signs and short words that people write for a currency: $, US$, kr, zł (CLDR, through Babel).

One sign is often many currencies': `$` is written for two dozen of them, `¥` for yen and yuan,
`kr` for three crowns. So a sign never tells a currency; it can only speak against one.

CLDR keeps them by language. Reading all languages takes seconds, so what they say is kept in
`currency_signs.json`; `python -m trivet.vocabulary.currency_signs` writes it anew, and a test
holds it to Babel's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

from babel import localedata
from babel.numbers import list_currencies

FILE = Path(__file__).with_suffix(".json")

_ONE_RUN = re.compile(r"(?:[^\W\d_]|[$\u00a2-\u00a5\u20a0-\u20cf\ufe69\uff04\uffe0\uffe1\uffe5])+")


@cache
def signs_of(currency: str) -> frozenset[str]:
    """What may stand beside an amount of the currency: its signs and its code, in small letters."""
    return frozenset({currency.lower(), *_kept().get(currency, ())})


@cache
def with_signs() -> tuple[str, ...]:
    """The currencies that have a sign besides their code."""
    return tuple(_kept())


@cache
def _kept() -> dict[str, list[str]]:
    kept: dict[str, list[str]] = json.loads(FILE.read_text("utf-8"))
    return kept


def plain(sign: str) -> str:
    """As it is compared: no marks of direction, no full stop behind it, small letters; '' when it
    is more than one run of letters and signs, as no amount is read with that beside it.
    """
    seen = "".join(c for c in sign if unicodedata.category(c) != "Cf").removesuffix(".").lower()
    return seen if _ONE_RUN.fullmatch(seen) else ""


def of_all_languages() -> dict[str, list[str]]:
    """Currency -> signs, as every language of CLDR writes them. Takes seconds."""
    found: dict[str, set[str]] = {}
    known = list_currencies()
    for name in localedata.locale_identifiers():
        for currency, sign in localedata.load(name).get("currency_symbols", {}).items():
            if currency in known and plain(sign) not in ("", currency.lower()):
                found.setdefault(currency, set()).add(plain(sign))
    return {currency: sorted(signs) for currency, signs in sorted(found.items())}


def text() -> str:
    """What `FILE` holds: a line a currency."""
    lines = [
        f"{json.dumps(currency)}: {json.dumps(signs, ensure_ascii=False)}"
        for currency, signs in of_all_languages().items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
