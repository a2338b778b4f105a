"""A process of its own that seats a workspace's leaders: `leaders_process.py FOLDER PASSWORD`."""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path, password: str) -> None:
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)
    from django.db import transaction

    from tests.agreements.leaders import NOW, leaders

    with transaction.atomic():
        people = leaders()
        for person in (people.admin, people.cmo, people.cro, people.vp_cs, people.ceo):
            person.set_password(password)
            person.tell(at=NOW, by=person.by(), verb="changed", says="A password was chosen.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
