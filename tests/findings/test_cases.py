from __future__ import annotations

import re

import pytest

from aws_lb_sim.findings.check import CHECKS, check_cluster
from aws_lb_sim.manifests.load import load_text
from tests.findings.cases import FOLDER, Case, read_cases

BAD, GOOD = read_cases("bad"), read_cases("good")
BASES = sorted(path.stem for path in (FOLDER / "bases").glob("*.yaml"))
URLS = ("http://shop.example.com/", "https://shop.example.com/")
# These explain what no document says, or a request rather than a document.
WITHOUT_PLACE = {
    "no-host",
    "no-load-balancer-described",
    "request-failed",
    "host-not-served",
    "http2-not-negotiated",
    "websocket-refused",
    "traffic-split-not-simulated",
}


def named(cases: list[Case]) -> dict[str, object]:
    return {"argnames": "case", "argvalues": cases, "ids": [each.name for each in cases]}


@pytest.mark.parametrize(**named(BAD))
def test_the_bad_one_fires(case):
    found = [each for each in case.flow().findings if each.code == case.code]
    assert found, sorted(each.code for each in case.flow().findings)
    for each in found:
        assert each.message
        assert each.source
        assert each.fix or each.severity == "info"
        assert each.where or case.code in WITHOUT_PLACE
        assert not re.search(r"\{[a-z_]+\}", each.message + each.fix), "a name is not filled in"


@pytest.mark.parametrize(**named([case for case in BAD if case.line]))
def test_it_names_the_line(case):
    places = [each.where for each in case.flow().findings if each.code == case.code]
    wanted = f"{case.name}.yaml, "
    assert any(p.startswith(wanted) and f"line {case.line} " in p for p in places), places


@pytest.mark.parametrize(**named(GOOD))
def test_the_good_one_does_not(case):
    found = [each for each in case.flow().findings if each.code == case.code]
    assert not found, found


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("base", BASES)
def test_nothing_grave_is_said_of_the_bases(base, url):
    flow = Case(name=base, kind="good", text="", settings={"base": base, "url": url}).flow()
    assert flow.final_status == 200
    assert [each.code for each in flow.findings if each.severity != "info"] == []


def test_every_hazard_has_a_case():
    here = {hazard.code for each in CHECKS for hazard in each.hazards}
    # What the API server says is tested with the rooms that know it.
    api_server = {h.code for each in CHECKS for h in each.hazards if each.name.startswith("docum")}
    assert here - api_server <= {case.code for case in BAD}


def test_a_cluster_has_the_same_findings_however_often_it_is_asked():
    case = next(case for case in BAD if case.code == "proxy-after-tls")
    one, other = case.cluster(), case.cluster()
    assert check_cluster(one) == check_cluster(one) == check_cluster(other)
    assert len(load_text((FOLDER / "bases" / "nlb.yaml").read_text())) == 5
