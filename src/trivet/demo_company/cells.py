"""How vendors write what is in a cell: ids, instants, days, money, flags. All cells are text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trivet.demo_company.columns import Column, digits, joined, picked, text, where
from trivet.demo_company.days import DAY, NONE, Flags, Whole

_BASE62 = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8
)
_CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "OpportunityFieldHistory": "017",
    "OpportunityContactRole": "00K",
    "Lead": "00Q",
    "Task": "00T",
    "Event": "00U",
    "CampaignMember": "00v",
    "Campaign": "701",
    "Lead_Assignment__c": "a01",
}


def salesforce_ids(kind: str, numbers: Whole) -> Column:
    """18-character ids: 15 that tell upper from lower case, 3 that repeat the case for those
    who cannot (each stands for five characters, one bit an upper-case letter).
    """
    count = len(numbers)
    cells = np.empty((count, 18), dtype=np.uint8)
    cells[:, :9] = np.frombuffer((PREFIXES[kind] + "Nv0000").encode(), dtype=np.uint8)
    left = numbers.astype(np.int64)
    for place in range(14, 8, -1):
        left, digit = np.divmod(left, 62)
        cells[:, place] = _BASE62[digit]
    upper = (cells[:, :15] >= ord("A")) & (cells[:, :15] <= ord("Z"))
    weight = 1 << np.arange(5)
    for part in range(3):
        cells[:, 15 + part] = _CHECK[upper[:, part * 5 : part * 5 + 5] @ weight]
    return _fixed(cells)


def _fixed(cells: NDArray[np.uint8]) -> Column:
    """Rows of bytes as one text column, without a copy a row."""
    count, width = cells.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(cells.tobytes())
    )


def only_where(present: Flags, cells: Column) -> Column:
    """The cells where something is present, empty elsewhere."""
    return where(present, cells)


def salesforce_references(kind: str, numbers: Whole) -> Column:
    """Ids of other records; NONE leaves the cell empty."""
    return only_where(numbers >= 0, salesforce_ids(kind, np.maximum(numbers, 0)))


def chosen(words: Sequence[str], places: Whole) -> Column:
    """The word at each place; NONE leaves the cell empty."""
    return picked(text(words), places)


def flags(values: Flags) -> Column:
    return where(values, "true", "false")


def days(values: Whole) -> Column:
    """`2026-03-01`; NONE leaves the cell empty."""
    return pa.array(values.astype(np.int32), pa.date32(), mask=values == NONE).cast(pa.string())


def _clock(seconds: Whole) -> Column:
    at = pa.array(seconds, pa.timestamp("s"), mask=seconds == NONE)
    return pc.binary_replace_slice(at.cast(pa.string()), 10, 11, "T")


def salesforce_instants(seconds: Whole) -> Column:
    """`2026-03-01T09:00:00.000+0000`: an offset without a colon, as its REST answers have it."""
    return joined(_clock(seconds), ".000+0000")


def iso_instants(seconds: Whole) -> Column:
    return joined(_clock(seconds), "Z")


def epoch_milliseconds(seconds: Whole) -> Column:
    """HubSpot's instants in event data; the milliseconds are as good as any."""
    values = seconds * 1_000 + seconds % 997
    return pa.array(values, mask=seconds == NONE).cast(pa.string())


def money(amounts: Whole, present: Flags | None = None) -> Column:
    """Whole amounts as Salesforce writes numbers: `12000.0`."""
    cells = joined(digits(amounts), ".0")
    return cells if present is None else only_where(present, cells)


def cents(amounts: Whole) -> Column:
    """Cents as an amount with two decimals; negative for a credit."""
    whole, rest = np.divmod(np.abs(amounts), 100)
    sign = where(amounts < 0, "-", "")
    return joined(sign, digits(whole), ".", pc.utf8_lpad(digits(rest), 2, "0"))


def constant(word: str, count: int) -> Column:
    return pa.repeat(pa.scalar(word), count)


def to_days(seconds: Whole) -> Whole:
    return np.where(seconds >= 0, seconds // DAY, NONE)
