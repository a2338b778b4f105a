"""Several people at the same instant, each on a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


def together(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each answered; what one raised instead. A test's own transaction would hide the rest."""
    from django.db import connection

    gate = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(at: int, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            answers[at] = act()
        except Exception as raised:
            answers[at] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
