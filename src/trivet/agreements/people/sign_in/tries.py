"""How often one may be wrong about a password or a code before one has to wait.

Whoever guesses is slowed down; whoever works beside them is not. A device from which somebody has
signed in before is counted by itself, so that nobody else can use up its tries, and whoever has
such a device is let in whatever is tried elsewhere. (OWASP, "Slow Down Online Guessing Attacks with
Device Cookies".) Counted is in the cache, by allauth's own limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from trivet.agreements.people.sign_in.device import known_device

APP = "allauth.account"

LIMITS = {
    # One account, from a device that signed in to it before.
    "device": "10/5m/key,40/h/key",
    # One account, from one address; from other addresses its owner still comes in.
    "account-and-address": "5/5m/key,20/h/key",
    # One account, from all addresses together: a guesser who has many.
    "account": "100/h/key",
    # All accounts, from one address: far more than an office mistypes.
    "address": "100/m/ip,600/h/ip",
}
"""By what is counted. An address of IPv6 is its network of 64 bits."""


@dataclass
class Tries:
    """The tries this one counts as; taken back if it was right."""

    counted: list[Any] = field(default_factory=list)

    def rollback(self) -> None:
        for each in self.counted:
            each.rollback()


def count_try(request: HttpRequest, what: str, account: str) -> Tries | None:
    """Count it as one that is wrong, before it is looked at; None if there were too many.

    what      "password" or "code"
    account   whose it is said to be: an e-mail address, whether or not somebody has it
    """
    tries = Tries()
    own = f"{what}:{account.strip().lower()}"
    device = known_device(request, account)
    if device:
        ways = [("device", f"{own}:{device}")]
    else:
        # Looked at first and counted last: whoever has to wait for one account fills nothing up.
        if ratelimit.consume(request, **_asked("address"), dry_run=True) is None:
            return None
        at = ratelimit.get_ip(request)
        ways = [("account-and-address", f"{own}:{at}"), ("account", own), ("address", "")]
    for name, key in ways:
        counted = ratelimit.consume(request, **_asked(name), key=key)
        if counted is None:
            tries.rollback()
            return None
        tries.counted.append(counted)
    return tries


def _asked(name: str) -> dict[str, Any]:
    return {"app": APP, "action": f"wrong-by-{name}", "config": {f"wrong-by-{name}": LIMITS[name]}}
