"""The company's working days, for the day the books close."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np


def business_day_after(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """The `count`-th working day (Monday to Friday, no holiday) on or after `day`.

    Business day 5 after 30 June 2026 is `business_day_after(date(2026, 7, 1), 5)`: 7 July.
    """
    found = np.busday_offset(
        np.datetime64(day), count - 1, roll="forward", holidays=[np.datetime64(h) for h in holidays]
    )
    return found.astype(date)  # type: ignore[no-any-return]
