"""What a warm page costs: CPU of the server a request, what a browser transfers, the whole demo.

Goals: 25 ms CPU a warm page, 120 kB and 5 requests at most, 60 s for `./dev demo`.
The packages' download is not in the demo's time: this environment has them already.
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.report import Line, Result
from benchmarks.stopwatch import Took, percentile
from trivet.numbers.shared_metrics.registry import FIVE

REQUESTS = 200
CPU_GOAL_MS = 25
BYTES_GOAL = 120_000
REQUEST_GOAL = 5
DEMO_GOAL_S = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")


def measure(scale: int) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="trivet-bench-pages-")) / "demo"
    try:
        demo = _demo(folder, scale)
        with served(folder) as (address, server):
            pages = {"dashboard": address, "metric": f"{address}metrics/{FIVE[0]}"}
            lines = [_cpu_line(name, *_warm(page, server)) for name, page in pages.items()]
            requests, transferred = in_a_browser(address)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
    return Result(
        "pages",
        f"the demo company at scale {scale}, {REQUESTS} warm requests a page",
        (
            *lines,
            Line(
                "dashboard in a browser, first visit",
                f"{transferred / 1000:.0f} kB, {requests} requests",
                f"≤ {BYTES_GOAL // 1000} kB, ≤ {REQUEST_GOAL} requests",
                transferred <= BYTES_GOAL and requests <= REQUEST_GOAL,
                {"bytes": transferred, "requests": requests},
            ),
            Line(
                "`trivet demo --no-serve`",
                f"{demo.wall:.0f} s ({demo.cpu:.0f} s CPU)",
                f"≤ {DEMO_GOAL_S} s",
                demo.wall <= DEMO_GOAL_S,
                demo.as_json(),
            ),
        ),
    )


def _demo(folder: Path, scale: int) -> Took:
    started, before = time.perf_counter(), _cpu_of_children()
    command = [_trivet(), "demo", "--no-serve", "--scale", str(scale), "--folder", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Took(time.perf_counter() - started, _cpu_of_children() - before)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _trivet() -> str:
    return str(Path(sys.executable).with_name("trivet"))


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a server of its own, and the id of its first process."""
    # A file, not a pipe: it says every request, and a full pipe would stop it.
    said = folder.parent / "served.log"
    with said.open("wb") as into:
        child = subprocess.Popen(
            [_trivet(), "serve", str(folder), "--port", "0"],
            stdout=into,
            stderr=subprocess.STDOUT,
        )
    try:
        while (found := re.search(r"http://127\.0\.0\.1:\d+/", said.read_text())) is None:
            if child.poll() is not None:
                raise RuntimeError("The server ended before it said where it is.")
            time.sleep(0.1)
        address = found.group()
        for _ in range(120):
            try:
                urllib.request.urlopen(address, timeout=60).read()
                break
            except OSError:
                time.sleep(0.5)
        yield address, child.pid
    finally:
        child.terminate()
        child.wait(30)


def _warm(page: str, server: int) -> tuple[float, list[float], int]:
    """CPU seconds a request, the wall seconds of each, and the bytes of one, compressed."""
    for _ in range(5):
        size = len(_read(page))
    before, walls = _cpu_of(server), []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        _read(page)
        walls.append(time.perf_counter() - started)
    return (_cpu_of(server) - before) / REQUESTS, walls, size


def _read(page: str) -> bytes:
    request = urllib.request.Request(page, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            gzip.decompress(content)
    return content


def _cpu_of(server: int) -> float:
    """CPU seconds of a process and those it started (Linux)."""
    parents: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks = int(fields[11]) + int(fields[12])
        parents[int(entry.parent.name)] = (int(fields[1]), ticks / os.sysconf("SC_CLK_TCK"))
    family, grown = {server}, True
    while grown:
        more = {pid for pid, (parent, _) in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(parents[pid][1] for pid in family if pid in parents)


def _cpu_line(name: str, cpu: float, walls: list[float], size: int) -> Line:
    numbers = {
        "cpu_ms": 1000 * cpu,
        "p50_ms": 1000 * percentile(walls, 50),
        "p95_ms": 1000 * percentile(walls, 95),
        "bytes": size,
    }
    return Line(
        f"{name}, warm",
        f"{numbers['cpu_ms']:.1f} ms CPU, p50 {numbers['p50_ms']:.0f} ms,"
        f" p95 {numbers['p95_ms']:.0f} ms, {size / 1000:.0f} kB",
        f"≤ {CPU_GOAL_MS} ms CPU",
        numbers["cpu_ms"] <= CPU_GOAL_MS,
        numbers,
    )


def in_a_browser(address: str) -> tuple[int, int]:
    """Requests and transferred bytes of a first visit, headers included, as Chromium counts."""
    named = os.environ.get("TRIVET_CHROMIUM", "")
    path = next(found for name in (named, *BROWSERS) if name and (found := shutil.which(name)))
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
        browser.close()
    return len(sizes), int(sum(sizes))
