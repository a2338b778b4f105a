"""How long something took, in wall and CPU seconds.

CPU seconds count every thread of this process; they stay true when neighbours use the cores.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds."""

    wall: float
    cpu: float

    def __add__(self, other: Took) -> Took:
        return Took(self.wall + other.wall, self.cpu + other.cpu)

    def as_json(self) -> dict[str, float]:
        return {"wall_s": round(self.wall, 4), "cpu_s": round(self.cpu, 4)}

    def __str__(self) -> str:
        return f"{self.wall:.3f} s ({self.cpu:.3f} s CPU)"


NOTHING = Took(0.0, 0.0)


def process_cpu() -> float:
    """CPU seconds of this process so far, all threads, user and system."""
    return time.process_time()


def peak_memory() -> int:
    """The most bytes this process has ever had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(action: Callable[[], Answer]) -> tuple[Took, Answer]:
    wall, cpu = time.perf_counter(), process_cpu()
    answer = action()
    return Took(time.perf_counter() - wall, process_cpu() - cpu), answer


def best(repeat: int, action: Callable[[], object]) -> Took:
    """The least wall and the least CPU of some repetitions: what was in the way is left out."""
    tries = [timed(action)[0] for _ in range(repeat)]
    return Took(min(t.wall for t in tries), min(t.cpu for t in tries))


def percentile(seconds: list[float], percent: int) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, max(0, -(-percent * len(ordered) // 100) - 1))]
