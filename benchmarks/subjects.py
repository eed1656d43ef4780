"""What is measured, and the floors beside it."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from aws_lb_sim import (
    ClientRequest,
    Design,
    load_text,
    read,
    read_manifests,
    simulate,
    simulate_many,
    space,
    write,
)
from aws_lb_sim.manifests.dump import dump
from aws_lb_sim.network.client import open_url
from benchmarks.measure import Aim, Comparison, compare, compare_imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["measurements"]

URL = "https://shop.example.com/"
DESIGN = Design()
MANIFESTS = write(DESIGN)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a floor builds: a frozen record of as many fields as most of ours have."""

    source: str
    target: str
    port: int
    connection: object
    payload: object
    steps: tuple[str, ...]


def build_records(count: int) -> Callable[[], list[Record]]:
    """Make the loop that builds as many frozen records, and does nothing else."""

    def loop() -> list[Record]:
        return [
            Record(
                source="client",
                target="load-balancer",
                port=443,
                connection=None,
                payload=None,
                steps=(),
            )
            for _ in range(count)
        ]

    return loop


def records_built(subject: Callable[[], object]) -> int:
    """Count the records that one call of a subject builds."""
    count = 0

    def notice(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        # A dataclass's own __init__ is compiled from a text, not from a file.
        code = frame.f_code
        if event == "call" and code.co_name == "__init__" and code.co_filename == "<string>":
            count += 1

    subject()
    sys.setprofile(notice)
    try:
        subject()
    finally:
        sys.setprofile(None)
    return count


def beside_records(name: str, subject: Callable[[], object], repeat: int, aim: Aim | None) -> Any:
    """Measure beside the bare loop that builds the same number of frozen records."""
    count = records_built(subject)
    floor = f"a bare loop that builds {count} frozen records"
    return compare(name, subject, floor, build_records(count), 41, repeat, aim)


def load(text: str) -> list[Any]:
    """Load YAML by libyaml and nothing else."""
    return list(yaml.load_all(text, _Loader))


def flow_from_text(text: str, *, findings: bool = False) -> object:
    """Read YAML text, and send one request through it."""
    cluster = read(
        load_text(text),
        controller=MANIFESTS.controller,
        attributes=MANIFESTS.attributes,
        emissary_version=MANIFESTS.emissary_version,
    )
    return simulate(cluster, URL, findings=findings)


def many_hosts(count: int) -> str:
    """Write the example design with many Hosts, and a Mapping for each."""
    kinds = {each["kind"]: each for each in MANIFESTS.documents}
    documents = [each for each in MANIFESTS.documents if each["kind"] not in ("Host", "Mapping")]
    for number in range(count):
        documents.extend(_numbered(kinds[kind], number) for kind in ("Host", "Mapping"))
    return dump(documents)


def _numbered(document: dict[str, Any], number: int) -> dict[str, Any]:
    metadata = {**document["metadata"], "name": f"{document['metadata']['name']}-{number}"}
    hostname = "shop.example.com" if number == 0 else f"shop-{number}.example.com"
    return {**document, "metadata": metadata, "spec": {**document["spec"], "hostname": hostname}}


def requests(count: int) -> list[ClientRequest]:
    """Make requests that all differ: scheme, client's family, forged header."""
    urls = ("http://shop.example.com/", URL)
    clients = ("203.0.113.7", "2001:db8::7")
    forged = ((), *((("X-Forwarded-For", f"198.51.100.{each}"),) for each in range(count)))
    every = itertools.product(forged, clients, urls)
    return [
        ClientRequest(url=url, client_ip=client, headers=headers)
        for headers, client, url in itertools.islice(every, count)
    ]


def measurements() -> Iterator[Comparison]:
    """Measure everything, one after the other."""
    yield from _imports()
    yield from _one_request()
    yield from _from_text()
    yield from _many()
    yield from _growth()


def _imports() -> Iterator[Comparison]:
    yield compare_imports(
        "`import aws_lb_sim`", "import aws_lb_sim", "import yaml", 21, Aim(ratio=2)
    )
    for name in ("receive", "simulate"):
        code = f"from aws_lb_sim import {name}"
        yield compare_imports(f"`{code}`", code, "import yaml", 11)


def _one_request() -> Iterator[Comparison]:
    cluster = read_manifests(MANIFESTS)
    opening = open_url(URL, client="203.0.113.7", destination=cluster.destination("203.0.113.7"))
    yield beside_records(
        "one request through a built cluster",
        lambda: cluster.send(opening),
        300,
        Aim(seconds=50e-6),
    )
    yield beside_records(
        "the same with URL and redirects",
        lambda: simulate(cluster, URL, findings=False),
        300,
        None,
    )
    yield beside_records(
        "Design → Flow, no YAML text",
        lambda: simulate(read_manifests(write(DESIGN)), URL, findings=False),
        40,
        Aim(seconds=300e-6),
    )
    yield beside_records(
        "the same, all findings looked for",
        lambda: simulate(read_manifests(write(DESIGN)), URL),
        20,
        None,
    )


def _from_text() -> Iterator[Comparison]:
    text = dump(list(MANIFESTS.documents))
    floor = f"`yaml.CSafeLoader` on the same {len(text.splitlines())} lines"
    yield compare(
        "YAML text → Flow",
        lambda: flow_from_text(text),
        floor,
        lambda: load(text),
        41,
        20,
        Aim(ratio=2),
    )
    yield compare(
        "the same, all findings looked for",
        lambda: flow_from_text(text, findings=True),
        floor,
        lambda: load(text),
        21,
        20,
    )


def _many() -> Iterator[Comparison]:
    designs = list(space())
    asked = requests(-(-100_000 // len(designs)))
    pairs = len(designs) * len(asked)
    name = f"{len(designs):,} designs × {len(asked)} requests = {pairs:,} flows"

    def sweep() -> int:
        return sum(1 for _ in simulate_many(designs, asked))

    def one_by_one() -> None:
        # A tenth, since it takes its time.
        for design in designs[::10]:
            cluster = read_manifests(write(design))
            for each in asked:
                each.send(cluster, findings=False)

    count = pairs * 2
    floor = f"a bare loop that builds {count:,} frozen records (exchange and flow of each)"
    yield compare(name, sweep, floor, lambda: drop_records(count), 5, 1, Aim(seconds=15))
    yield compare("the same", sweep, "a tenth of them, one by one by `simulate`", one_by_one, 3, 1)


def drop_records(count: int) -> None:
    """Build frozen records and keep none."""
    one = build_records(1)
    for _ in range(count):
        one()


def _growth() -> Iterator[Comparison]:
    small, large = many_hosts(100), many_hosts(1000)
    floor = f"`yaml.CSafeLoader` on the same {len(large.splitlines()):,} lines"
    yield compare(
        "1,000 Hosts and 1,000 Mappings: YAML text → Flow",
        lambda: flow_from_text(large),
        floor,
        lambda: load(large),
        7,
        1,
        Aim(ratio=3),
    )
    yield compare(
        "1,000 Hosts and 1,000 Mappings: growth",
        lambda: flow_from_text(large),
        "100 Hosts and 100 Mappings",
        lambda: flow_from_text(small),
        7,
        1,
        Aim(ratio=13),
    )
