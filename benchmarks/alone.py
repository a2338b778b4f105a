"""One benchmark in a fresh process, so that its peak memory and its first time are its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

from benchmarks.report import Result


def measured_alone(name: str, scale: int) -> Result:
    # Spawned, not forked: a fork would start with this process's memory as its own.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_measure, name, scale).result()


def _measure(name: str, scale: int) -> Result:
    result: Result = import_module(f"benchmarks.{name}").measure(scale)
    return result
