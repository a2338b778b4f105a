"""A store of before sealing, brought up to date: `sealing_process.py FOLDER SECRET SEED`.

A process of its own, for bytes are looked for in the files it leaves.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path, secret: str, seed: str) -> None:
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    from allauth.mfa.models import Authenticator
    from django.core.management import call_command
    from django.db import transaction

    from tests.agreements.leaders import leaders

    with transaction.atomic():
        people = leaders()
        for kind, data in (
            (Authenticator.Type.TOTP, {"secret": secret}),
            (Authenticator.Type.RECOVERY_CODES, {"seed": seed, "used_mask": 0}),
        ):
            Authenticator.objects.create(user=people.cmo, type=kind, data=data)
    call_command("migrate", "people", "0001", verbosity=0)
    copy = bring_up_to_date(folder)
    print(copy.name if copy else "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
