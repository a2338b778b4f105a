"""`python -m tests.web.governed_process FOLDER` fills a store, and says who is signed in how."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from trivet.agreements import opening


def main(folder: Path) -> None:
    opening.bring_up_to_date(folder)
    from django.conf import settings
    from django.db import transaction

    from tests.agreements.leaders import leaders
    from tests.web.governed import governed_definitions
    from tests.web.signed_in import as_
    from trivet.agreements.people.models import Tenure

    with transaction.atomic():
        here = governed_definitions(leaders())
        sitting = Tenure.objects.filter(until_at=None).select_related("person", "seat")
        cookies = {
            tenure.seat.key: as_(tenure.person).cookies[settings.SESSION_COOKIE_NAME].value
            for tenure in sitting
        }
    told = {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": cookies,
        "question": here.question.pk,
        "rejected": here.rejected.pk,
        "onboarding": here.onboarding.pk,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
