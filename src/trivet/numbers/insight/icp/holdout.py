"""Which disqualified accounts are let through all the same, so that their outcome is learned.

Only who is worked on is won or lost. Of an account that is turned away nobody ever hears whether
turning it away was right, so a small share is let through: by its own id, never by choice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.profile import KIND

PLACES = 10**12


def draw(account_id: str) -> Decimal:
    """Where an account stands from 0 to below 1, the same for ever and on every machine.

    Of the account's id and of what kind of document a profile is, not of one version's hash: who
    is let through stays so when points change, and a greater share only adds accounts.
    """
    told = hashlib.sha256(f"{KIND}\n{account_id}".encode()).digest()
    return Decimal(int.from_bytes(told, "big") * PLACES >> 256) / PLACES


def let_through(share: Decimal, account_ids: Sequence[str]) -> npt.NDArray[np.bool_]:
    """By account, whether it is let through if it is disqualified."""
    if not share:
        return np.zeros(len(account_ids), np.bool_)
    return np.array([draw(each) < share for each in account_ids], np.bool_)
