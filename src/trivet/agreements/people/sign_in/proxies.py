"""Whom to believe about the address a request comes from."""

from __future__ import annotations

from trivet.errors import SettingWrong
from trivet.vocabulary.whole_number import read_whole

MOST = 10


def proxy_count(told: str) -> int:
    """How many proxies each add to `X-Forwarded-For`: one if nothing is said.

    Counted from the right, so that what somebody sends in that header themselves is not believed.

    Raises   SettingWrong for anything but a small number
    """
    if not told.strip():
        return 1
    number = read_whole(told.strip(), most=MOST)
    if not number:
        raise SettingWrong(
            "TRIVET_PROXIES is %(told)s, which is no number of proxies.",
            remedy="Say how many stand in front of this server, 1 to %(most)s.",
            told=repr(told),
            most=MOST,
        )
    return number
