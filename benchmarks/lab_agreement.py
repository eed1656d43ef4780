"""``python -m benchmarks.lab_agreement``: every prediction beside what a real Envoy does.

Observed cases, inputs that were once predicted wrongly, and random scenarios; each
disagreement is printed with what repeats it. Exits 1 where there is one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aws_lb_sim.lab.connections.campaign import Campaign, Scenario, random_scenario, run_campaign
from benchmarks.__main__ import describe_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TABLE = Path(__file__).parent / "LAB.md"
DATA = Path(__file__).parent.parent / "tests" / "data"
VERSIONS = ("3.3", "4.1")
AT_ONCE = 8
"""Scenarios that one process takes at a time."""
HEAD = """\
# The prediction, held against a real Envoy

Written by `python -m benchmarks.lab_agreement {arguments} --write`.
A scenario is one configuration on one Envoy; each of its connections is predicted and
observed, and every field compared. {machine}

| what | scenarios | connections | disagreements | seconds |
|---|---:|---:|---:|---:|
"""


@dataclass(slots=True)
class Result:
    """What came of one kind of scenarios.

    Parameters
    ----------
    name
        Of the kind.
    campaign
        What was observed.
    failures
        Scenarios that could not be run, each with its traceback.
    seconds
        How long it took.
    """

    name: str
    campaign: Campaign = field(default_factory=Campaign)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def wrong(self) -> int:
        """How many disagreements and failures there were."""
        return len(self.campaign.disagreements) + len(self.failures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 1 where anything disagrees."""
    asked = _parser().parse_args(arguments)
    kinds = {
        "the public observed cases": recorded(DATA / "conformance" / "emissary-public.json"),
        "inputs that were once predicted wrongly": recorded(DATA / "lab-regressions.json"),
        "random documents and connections": [
            random_scenario(asked.seed * 1000 + number, asked.connections)
            for number in range(asked.scenarios)
        ],
    }
    if asked.random_only:
        kinds = dict(list(kinds.items())[-1:])
    results = []
    for name, scenarios in kinds.items():
        result = run(name, scenarios, asked.jobs, asked.patience)
        print(row(result), flush=True)
        results.append(result)
    if asked.write:
        TABLE.write_text(table(results, asked), encoding="utf-8")
    return 1 if any(each.wrong for each in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the random scenarios")
    parser.add_argument("--scenarios", type=int, default=300, help="how many random ones")
    parser.add_argument("--connections", type=int, default=20, help="in each random one")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--patience", type=float, default=2.0, help="seconds before a timeout")
    parser.add_argument("--random-only", action="store_true", help="leave out the recorded cases")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    return parser


def recorded(path: Path) -> list[Scenario]:
    """Read recorded cases: each with every version that it was observed with."""
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [
        Scenario(
            name=case["name"],
            version=version,
            documents=case["manifests"],
            connections=case["connections"],
            missing_secrets=tuple(case.get("missing_secrets", ())),
        )
        for case in cases
        for version in (VERSIONS if "all" in case["observed"] else case["observed"])
    ]


def run(name: str, scenarios: Sequence[Scenario], jobs: int, patience: float) -> Result:
    """Run scenarios in several processes; each disagreement is printed as it is found."""
    result, began = Result(name), time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        tasks = [pool.submit(run_some, some, patience) for some in batched(scenarios)]
        for task in as_completed(tasks):
            campaign, failures = task.result()
            result.campaign.add(campaign)
            result.failures += failures
            for each in (*campaign.disagreements, *failures):
                print(each, flush=True)
    result.seconds = time.monotonic() - began
    return result


def run_some(scenarios: Iterable[Scenario], patience: float) -> tuple[Campaign, list[str]]:
    """Run scenarios in this process; a failure of one does not end the others."""
    campaign, failures = Campaign(), []
    for scenario in scenarios:
        try:
            campaign.add(run_campaign([scenario], patience=patience))
        except Exception:  # noqa: BLE001 - whatever it is, it is counted and shown
            failures.append(f"{scenario.name} ({scenario.version}): {traceback.format_exc()}")
    return campaign, failures


def batched(scenarios: Iterable[Scenario]) -> Iterator[list[Scenario]]:
    """Cut scenarios into lists of a few."""
    left = iter(scenarios)
    while some := list(itertools.islice(left, AT_ONCE)):
        yield some


def table(results: Sequence[Result], asked: argparse.Namespace) -> str:
    """Write the whole page."""
    arguments = (
        f"--seed {asked.seed} --scenarios {asked.scenarios} --connections {asked.connections}"
    )
    random = results[-1].campaign
    endings = "".join(f"| {name} | {count} |\n" for name, count in random.endings.most_common())
    return (
        HEAD.format(arguments=arguments, machine=f"Measured on {describe_machine()}")
        + "".join(f"{row(each)}\n" for each in results)
        + "\nHow the random connections ended (`upstream`: the request reached one):\n\n"
        + "| ending | connections |\n|---|---:|\n"
        + endings
        + "\nWhat was particular about them:\n\n"
        + "| trait | connections | reached an upstream | another HTTP answer | no answer |\n"
        + "|---|---:|---:|---:|---:|\n"
        + "".join(f"{line}\n" for line in trait_rows(random.hits))
    )


def trait_rows(hits: Counter[tuple[str, str]]) -> list[str]:
    """Write one line for each trait, the most frequent first."""
    sums: dict[str, Counter[str]] = {}
    for (trait, ending), count in hits.items():
        kind = ending.partition(" ")[0]
        column = kind if kind in ("upstream", "http") else "none"
        sums.setdefault(trait, Counter())[column] += count
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [
        f"| {trait} | {found.total()} | {found['upstream']} | {found['http']} | {found['none']} |"
        for trait, found in ordered
    ]


def row(result: Result) -> str:
    """Write one line of the table."""
    campaign = result.campaign
    counts = f"{campaign.scenarios} | {campaign.connections} | {result.wrong}"
    return f"| {result.name} | {counts} | {result.seconds:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
