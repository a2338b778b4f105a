"""Notice deadlines of questions to the CEO and of new leaders, and start what begins by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from trivet.agreements import opening
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DeadlinesRun:
    """What a run noticed.

    overdue   a sentence for each deadline that was noticed now, and never before
    started   a sentence for each new leader whose onboarding began
    """

    overdue: tuple[str, ...] = ()
    started: tuple[str, ...] = ()


def keep_deadlines(
    workspace: Workspace, progress: Progress = silent, *, now: datetime | None = None
) -> DeadlinesRun:
    """Bring onboardings and questions up to date, and notice what is overdue, once each.

    A workspace whose store nobody has opened yet has promised nothing.
    now   this instant, unless another is given
    """
    if not opening.is_there(workspace.folder):
        return DeadlinesRun()
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.governance.actions.onboard import reconcile
    from trivet.agreements.governance.actions.remind import remind

    progress("Looking at deadlines")
    at = now or datetime.now(UTC)
    started = reconcile(at)
    noticed = remind(at)
    return DeadlinesRun(
        tuple(f"Overdue since {each.due_at:%Y-%m-%d}: {each}." for each in noticed),
        tuple(
            f"{each.tenure.person} is new as {each.tenure.seat}; everything the seat has signed is"
            f" to be answered by {each.due_at:%Y-%m-%d}."
            for each in started
            if each.is_open
        ),
    )
