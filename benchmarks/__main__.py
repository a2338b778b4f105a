"""`./dev bench`: measure everything, or what is named; print a table for the README."""

from __future__ import annotations

import argparse
import sys

from benchmarks.alone import measured_alone
from benchmarks.machine import machine, machine_line
from benchmarks.report import table

NAMES = (
    "five_metrics",
    "postgresql",
    "pandas_analyst",
    "incremental",
    "timelines",
    "price",
    "pages",
)
WHOLE = 33
PAGE_SCALE = 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--scale",
        type=int,
        default=WHOLE,
        help=f"how many times the demo company; {WHOLE} is about 10 million touches",
    )
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(NAMES)):
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    found = machine()
    print(machine_line(found), file=sys.stderr)
    results = []
    for name in asked.names or NAMES:
        print(f"==> {name}", file=sys.stderr, flush=True)
        scale = PAGE_SCALE if name == "pages" else asked.scale
        result = measured_alone(name, scale)
        result.write(found, scale)
        results.append(result)
    print(f"{machine_line(found)}\n\n{table(results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
