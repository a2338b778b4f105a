"""A process of its own in which every act is done by two at the same instant: `... FOLDER`.

Prints one JSON object: for each act what the two were answered (the error's name, or "done") and
how many effects are kept; at the end what the chain says against it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

SECONDS_BETWEEN_LOOKING_AND_WRITING = 0.15


def main(folder: Path) -> None:
    (folder / "trivet.toml").write_text('[company]\nname = "Norvik"\n')
    from trivet.agreements.opening import bring_up_to_date

    bring_up_to_date(folder)

    from trivet.agreements.audit.models import Audited

    at_once = tell = Audited.tell

    def slowly(self: Audited, **told: object) -> object:
        time.sleep(SECONDS_BETWEEN_LOOKING_AND_WRITING)
        return tell(self, **told)  # type: ignore[arg-type]

    from tests.agreements.books.at_once import books_at_once
    from tests.agreements.documents.at_once import documents_at_once
    from tests.agreements.governance.at_once import governance_at_once
    from tests.agreements.icp.at_once import icp_at_once
    from tests.agreements.people.at_once import (
        first_at_once,
        people_at_once,
        seats_at_once,
    )
    from tests.agreements.together import together
    from trivet.agreements.audit.queries import chain_breaks, differences

    told: dict[str, object] = {}

    def both(name: str, acts: list[Callable[[], object]], effects: Callable[[], int]) -> None:
        Audited.tell = slowly  # type: ignore[method-assign, assignment]
        try:
            answers = together(acts)
        finally:
            Audited.tell = at_once  # type: ignore[method-assign]
        said = sorted(type(a).__name__ if isinstance(a, Exception) else "done" for a in answers)
        told[name] = {"answers": said, "effects": effects()}

    people = first_at_once(both)
    for act in (people_at_once, documents_at_once, governance_at_once, icp_at_once):
        act(people, both)
    books_at_once(people, folder, both)
    seats_at_once(people, both)
    told["chain"] = [*map(str, chain_breaks()), *map(str, differences())]
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
