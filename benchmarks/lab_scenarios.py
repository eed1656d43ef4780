"""``python -m benchmarks.lab_scenarios``: whole scenarios on real Envoys, and how long they take.

Every design that ``aws-lb-sim designs`` lists with the usual requests, then designs and
requests at random; each difference is printed with what repeats it. Exits 1 where there is one.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aws_lb_sim.cluster import read_manifests
from aws_lb_sim.lab.at_random.scenarios import random_design
from aws_lb_sim.lab.survey import Subject, preset_subjects, random_subject, survey
from aws_lb_sim.lab.testbed import Testbed
from aws_lb_sim.lab.warm_lab import WarmLab
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write
from aws_lb_sim.sweep import ClientRequest
from benchmarks.__main__ import describe_machine
from benchmarks.measure import compare, duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.design.design import Design
    from aws_lb_sim.lab.verification import Verification
    from benchmarks.measure import Comparison

TABLE = Path(__file__).parent / "LAB_SCENARIOS.md"
ROUNDS = 40
HEAD = """\
# Whole scenarios on real Envoys

Written by `python -m benchmarks.lab_scenarios {arguments} --write`.

A client, the Envoy that plays the load balancer (and CloudFront), the Envoy that Emissary's
resources are compiled for, and a service; every request follows its redirects. A fact is one
thing that one box saw or did. {machine}

| what | scenarios | requests run | facts | requests that differ | could not be run | seconds |
|---|---:|---:|---:|---:|---:|---:|
"""


@dataclass(slots=True)
class Result:
    """What came of many scenarios."""

    name: str
    scenarios: int = 0
    run: int = 0
    facts: int = 0
    differ: int = 0
    seconds: float = 0.0
    not_run: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    traits: Counter[str] = field(default_factory=Counter)

    def add(self, subject: Subject, verifications: Sequence[Verification]) -> None:
        """Count a scenario."""
        self.scenarios += 1
        for each in verifications:
            if each.agrees is None:
                self.not_run[each.not_played[0]] += 1
                continue
            self.run += 1
            self.facts += len(each.rows)
            self.answers[ending(each)] += 1
            self.traits.update(traits(each.request))
            if each.differences:
                self.differ += 1
                print(f"{subject.name}: {each.request}\n{each}", flush=True)

    @property
    def row(self) -> str:
        """One line of the table."""
        counts = (self.scenarios, self.run, self.facts, self.differ, self.not_run.total())
        cells = " | ".join(f"{count:,}" for count in counts)
        return f"| {self.name} | {cells} | {self.seconds:.0f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 1 where anything differs."""
    asked = _parser().parse_args(arguments)
    seeds = range(asked.seed, asked.seed + asked.scenarios)
    kinds = {
        "every design with the usual requests": preset_subjects(),
        "designs and requests at random": [random_subject(n, asked.requests) for n in seeds],
    }
    results = []
    for name, subjects in kinds.items():
        result, began = Result(name), time.monotonic()
        for subject, verifications in survey(subjects, jobs=asked.jobs):
            result.add(subject, verifications)
        result.seconds = time.monotonic() - began
        print(result.row, flush=True)
        results.append(result)
    speed = measure(asked.rounds)
    print(*map(speed_row, speed), sep="\n")
    if asked.write:
        kinds_of = Counter(random_kind(seed) for seed in seeds)
        TABLE.write_text(page(results, speed, kinds_of, asked), encoding="utf-8")
    return 1 if any(each.differ for each in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first random scenario")
    parser.add_argument("--scenarios", type=int, default=400, help="how many random designs")
    parser.add_argument("--requests", type=int, default=7, help="for each of them")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each timing")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    return parser


def random_kind(seed: int) -> str:
    """Say what load balancer a random scenario has."""
    design = random_design_of(seed)
    front = "CloudFront, " if design.in_front else ""
    return f"{front}{design.load_balancer}, TLS ended at: {design.tls_termination}"


def ending(verification: Verification) -> str:
    """Say how the first request ended."""
    client = verification.observed.exchanges[0].boxes["client"]
    return str(client["status"] or client["result"])


def traits(request: ClientRequest) -> list[str]:
    """Say what is particular about a request."""
    forged = any(name.lower().startswith(("x-", "forwarded")) for name, _ in request.headers)
    found = {
        "TLS": request.url.startswith(("https:", "wss:")),
        "WebSocket": request.url.startswith("ws"),
        "HTTP/2": request.http == "2",
        "a client of IPv6": ":" in request.client_ip,
        "forged or odd headers": forged,
        "a forged PROXY header": bool(request.proxy or request.proxy_in_tls),
        "gRPC": any(value.startswith("application/grpc") for _, value in request.headers),
    }
    return [name for name, holds in found.items() if holds]


def measure(rounds: int) -> list[Comparison]:
    """Time one scenario simulated, on warm Envoys, and on Envoys started for it, in turns."""
    manifests = preset("recommended-nlb").manifests()
    cluster, request = read_manifests(manifests), ClientRequest()
    designs = itertools.cycle([write(random_design_of(number)) for number in range(20)])

    def simulate() -> object:
        return request.send(read_manifests(manifests), findings=False)

    with WarmLab() as warm:

        def on_warm() -> None:
            with Testbed(cluster, warm=warm) as testbed:
                testbed.run(request)

        def on_warm_at_random() -> None:
            with Testbed(read_manifests(next(designs)), warm=warm) as testbed:
                testbed.run(request)

        def on_cold() -> None:
            with Testbed(cluster) as testbed:
                testbed.run(request)

        floor = "manifests → cluster → flow, simulated"
        return [
            compare("a scenario on warm Envoys", on_warm, floor, simulate, rounds),
            compare("a random design on warm Envoys", on_warm_at_random, floor, simulate, rounds),
            compare("a scenario on Envoys started for it", on_cold, floor, simulate, rounds),
        ]


def random_design_of(seed: int) -> Design:
    """Return the design of a seed, as :func:`aws_lb_sim.lab.survey.random_subject` does."""
    return random_design(random.Random(seed))  # noqa: S311 - no secret is made of it


def speed_row(row: Comparison) -> str:
    """Write one line of the table of times."""
    real, floor = row.measured, row.floor
    return (
        f"| {row.name} | {duration(real.median)} ({duration(real.least)}–{duration(real.most)}) | "
        f"{1 / real.median:.1f} | {duration(floor.median)} | {1 / floor.median:,.0f} | "
        f"{row.ratio.median:,.0f} |"
    )


def page(
    results: Sequence[Result],
    speed: Sequence[Comparison],
    kinds: Counter[str],
    asked: argparse.Namespace,
) -> str:
    """Write the whole page."""
    arguments = f"--seed {asked.seed} --scenarios {asked.scenarios} --requests {asked.requests}"
    both: Counter[str] = sum((each.answers for each in results), Counter())
    traits_of: Counter[str] = sum((each.traits for each in results), Counter())
    not_run: Counter[str] = sum((each.not_run for each in results), Counter())
    return (
        HEAD.format(arguments=arguments, machine=f"Measured on {describe_machine()}")
        + "".join(f"{each.row}\n" for each in results)
        + "\n## How long it takes\n\nMedian (least–most), in turns with the simulation.\n\n"
        + "| what | time | in a second | simulated | in a second | ratio |\n"
        + "|---|---:|---:|---:|---:|---:|\n"
        + "".join(f"{speed_row(each)}\n" for each in speed)
        + _counted("How the first request ended", "ending", both)
        + _counted("What was particular about the requests", "trait", traits_of)
        + _counted("The designs at random", "design", kinds)
        + _counted("What could not be run, and why", "why", not_run)
    )


def _counted(title: str, column: str, counts: Counter[str]) -> str:
    rows = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = "".join(f"| {name} | {count} |\n" for name, count in rows)
    return f"\n## {title}\n\n| {column} | count |\n|---|---:|\n{lines}"


if __name__ == "__main__":
    sys.exit(main())
