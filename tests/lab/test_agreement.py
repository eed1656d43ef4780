"""A real Envoy does what is predicted: known cases, regressions, and random scenarios."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from aws_lb_sim import receive
from aws_lb_sim.lab.at_random.traits import TRAITS
from aws_lb_sim.lab.connections.campaign import random_scenario, run_campaign
from aws_lb_sim.lab.connections.differences import differences
from aws_lb_sim.lab.connections.observe import observe
from tests.conftest import lab_seed

# A refused HTTP/2 connection is closed after one second (delayed_close_timeout).
PATIENCE = 2.0
DATA = Path(__file__).parents[1] / "data"
KNOWN = json.loads((DATA / "conformance" / "emissary-public.json").read_text("utf-8"))["cases"]
REGRESSIONS = json.loads((DATA / "lab-regressions.json").read_text("utf-8"))["cases"]
VERSIONS = ("3.3", "4.1")
SAMPLE = 24
SCENARIOS, CONNECTIONS = 24, 12


def versions(case):
    return VERSIONS if "all" in case["observed"] else tuple(case["observed"])


def runs():
    for case in REGRESSIONS:
        for version in versions(case):
            yield pytest.param(case, version, id=f"{case['name']}-{version}")


def expected(case, version):
    return case["observed"].get("all") or case["observed"][version]


def given(case, version):
    return case["manifests"], case["connections"], version, case.get("missing_secrets", ())


def compare(case, predicted, observed):
    pairs = zip(case["connections"], predicted, observed, strict=True)
    return [(sent, found) for sent, ours, real in pairs if (found := differences(ours, real))]


@pytest.mark.parametrize(("case", "version"), list(runs()))
def test_once_wrong_is_predicted_right_now(case, version):
    assert case["explanation"]
    predicted = receive(*given(case, version))
    assert compare(case, predicted, expected(case, version)) == []


# A sample, as of everything that needs a real Envoy; benchmarks/lab_agreement.py runs all.
@pytest.mark.parametrize(
    "case", random.Random(lab_seed()).sample(REGRESSIONS, SAMPLE), ids=lambda case: case["name"]
)
def test_once_wrong_is_what_a_real_envoy_does(case):
    version = versions(case)[len(case["name"]) % len(versions(case))]
    observed = observe(*given(case, version), patience=PATIENCE)
    assert compare(case, expected(case, version), observed) == []


def test_a_sample_of_the_known_cases_through_our_own_bootstrap(say_seed):
    rng = random.Random(say_seed)
    for case in rng.sample(KNOWN, SAMPLE):
        version = rng.choice(VERSIONS)
        predicted = receive(*given(case, version))
        observed = observe(*given(case, version), patience=PATIENCE)
        assert compare(case, predicted, observed) == [], case["name"]


def test_random_scenarios(say_seed):
    first = say_seed * 1000
    seeds = range(first, first + SCENARIOS)
    scenarios = [random_scenario(seed, CONNECTIONS) for seed in seeds]
    campaign = run_campaign(scenarios, patience=PATIENCE)
    assert campaign.connections == SCENARIOS * CONNECTIONS
    assert [str(each) for each in campaign.disagreements] == []


@pytest.mark.parametrize("trait", TRAITS)
def test_random_connections_have_every_trait_that_is_counted(trait):
    scenarios = [random_scenario(seed, 20) for seed in range(100)]
    found = sum(TRAITS[trait](each) for scenario in scenarios for each in scenario.connections)
    assert 3 <= found < 1800
