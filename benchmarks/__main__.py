"""``python -m benchmarks``: measure, print the table, and write it to ``benchmarks/``."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.measure import Comparison, Spread, duration
from benchmarks.subjects import measurements

HERE = Path(__file__).parent
HEAD = """\
# Results

Written by `make bench` (`python -m benchmarks`). Every figure is a median with its least and most;
beside it the floor it is compared with, measured in turns with it in the same run, and the median
of the ratios of the pairs. Machines are noisy: compare ratios, and figures of one run.

{machine}

| what | time | floor | time | ratio | aim | met |
|---|---|---|---|---|---|---|
"""


def main() -> int:
    """Measure everything; return 1 where an aim was missed."""
    results = []
    for result in measurements():
        results.append(result)
        print(row(result), flush=True)
    machine = describe_machine()
    table = HEAD.format(machine=machine) + "".join(f"{row(each)}\n" for each in results)
    (HERE / "RESULTS.md").write_text(table, encoding="utf-8")
    record = {"machine": machine, "results": [each.as_json() for each in results]}
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (HERE / "results.json").write_text(text, encoding="utf-8")
    missed = [each.name for each in results if each.met is False]
    if missed:
        print(f"missed: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def describe_machine() -> str:
    """Say what it was measured on."""
    load = f"load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    parts = (
        f"Python {platform.python_version()}",
        platform.machine(),
        f"{os.cpu_count()} cores",
        load,
    )
    return ", ".join(part for part in parts if part) + "."


def row(result: Comparison) -> str:
    """Write one line of the table."""
    met = {True: "yes", False: "**no**", None: ""}[result.met]
    cells = (
        result.name,
        spread(result.measured),
        result.floor_name,
        spread(result.floor),
        f"{result.ratio.median:.2f} ({result.ratio.least:.2f}–{result.ratio.most:.2f})",
        result.aim,
        met,
    )
    return f"| {' | '.join(cells)} |"


def spread(values: Spread) -> str:
    """Write a median with its least and most."""
    return f"{duration(values.median)} ({duration(values.least)}–{duration(values.most)})"


if __name__ == "__main__":
    sys.exit(main())
