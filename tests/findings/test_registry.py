from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import aws_lb_sim
from aws_lb_sim.findings.check import CHECKS, RETIRED, describe
from aws_lb_sim.findings.registry import Hazard
from aws_lb_sim.findings.while_reading import ELSEWHERE
from aws_lb_sim.simulation import simulate
from tests.findings.cases import read_cases

PACKAGE = Path(aws_lb_sim.__file__).parent
OTHER_ROOMS = ("aws", "manifests")
# What a check may declare that it reads, and where that stands in a cluster.
INPUTS = {
    "documents": {"documents"},
    "load balancer": {"load_balancer"},
    "controller": {"controller"},
    "addresses": {"addresses"},
    "proxies in front": {"in_front"},
    "Envoy configuration": {"compiled.config"},
    "compiler's notes": {"compiled.notes"},
    "release": {"compiled.release"},
    "Listeners": {"compiled.resources.listeners"},
    "Hosts": {"compiled.resources.hosts"},
    "Mappings": {"compiled.resources.mappings"},
    "TLSContexts": {"compiled.resources.tls_contexts"},
    "Module": {"compiled.resources.module"},
    "requests sent": {"send", "destination"},
}


class Spy:
    """A cluster that notes what is read of it."""

    def __init__(self, real: Any, seen: set[str], name: str = "") -> None:
        self.real, self.seen, self.name = real, seen, name

    def __getattr__(self, attribute: str) -> Any:
        full = f"{self.name}.{attribute}".lstrip(".")
        value = getattr(self.real, attribute)
        if full in ("compiled", "compiled.resources"):
            return Spy(value, self.seen, full)
        self.seen.add(full)
        return value


def test_codes_are_unique_and_never_retired():
    codes = [h.code for h in describe()]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & set(RETIRED)
    texts = {}
    for each in (h for check in CHECKS for h in check.hazards):
        assert texts.setdefault(each.code, each) == each, "one code for two hazards"


@pytest.mark.parametrize("hazard", describe(), ids=lambda hazard: hazard.code)
def test_each_is_described(hazard):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", hazard.code)
    assert hazard.severity in ("error", "warning", "info")
    assert hazard.summary.endswith(".")
    assert "\n" not in hazard.summary
    assert hazard.message
    assert hazard.source
    assert hazard.fix or hazard.severity == "info"


def test_each_check_is_described_and_finds_something():
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        function = check.of_cluster or check.of_flow
        assert (check.of_cluster is None) != (check.of_flow is None)
        assert function.__doc__
        assert check.hazards
        assert check.inputs
        assert ("flow" in check.inputs) == (check.of_flow is not None), check.name


def test_every_hazard_of_a_module_belongs_to_a_check():
    registered = {h.code for h in describe()}
    for path in (PACKAGE / "findings").glob("*.py"):
        module = __import__(f"aws_lb_sim.findings.{path.stem}", fromlist=["_"])
        if path.stem == "__main__":
            continue
        for value in vars(module).values():
            if isinstance(value, Hazard):
                assert value.code in registered


def test_codes_of_other_rooms_are_described():
    used = {
        code for room in OTHER_ROOMS for p in (PACKAGE / room).glob("*.py") for code in codes(p)
    }
    assert used <= {hazard.code for hazard in describe()}
    assert {hazard.code for hazard in ELSEWHERE} <= used


def codes(path: Path) -> set[str]:
    """Collect the codes that a module gives: by name, or first to a function that makes one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            first = [*node.args[:1]] if name in ("warning", "info", "make") else []
            values = [*first, *(word.value for word in node.keywords if word.arg == "code")]
            found |= {each.value for each in values if isinstance(each, ast.Constant)}
        elif isinstance(node, ast.Assign):
            found |= assigned(node)
    return found


def assigned(node: ast.Assign) -> set[str]:
    names = getattr(node.targets[0], "elts", node.targets)
    values = getattr(node.value, "elts", [node.value])
    pairs = zip(names, values, strict=False)
    return {
        value.value
        for name, value in pairs
        if getattr(name, "id", "") == "code" and isinstance(value, ast.Constant)
    }


@pytest.fixture(scope="module")
def clusters_and_flows():
    made = []
    for case in (*read_cases("bad"), *read_cases("good")):
        cluster = case.cluster()
        url = case.settings.get("url", "https://shop.example.com/")
        flow = simulate(cluster, url, http=case.settings.get("http", "1.1"), findings=False)
        made.append((cluster, flow))
    return made


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_reads_what_it_declares(check, clusters_and_flows):
    seen: set[str] = set()
    for cluster, flow in clusters_and_flows:
        spy = Spy(cluster, seen)
        if check.of_cluster is not None:
            list(check.of_cluster(spy))
        else:
            list(check.of_flow(spy, flow))
    declared = [name for name in check.inputs if name != "flow"]
    allowed = set().union(*(INPUTS[name] for name in declared), set())
    assert seen <= allowed, f"not declared: {seen - allowed}"
    unread = [name for name in declared if not INPUTS[name] & seen]
    assert not unread, f"declared, and never read: {unread}"
