"""The machine a ratio was measured on: without it a second is no measure."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, and the versions that matter."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "load_at_start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "pyarrow", "django", "trivet")},
    }


def machine_line(found: dict[str, object]) -> str:
    return (
        f"{found['cores']} cores of {found['processor']}, {found['memory_gb']} GB, "
        f"{found['system']}, Python {found['python']}, DuckDB {found['duckdb']}, "
        f"load average {found['load_at_start']} at the start"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
