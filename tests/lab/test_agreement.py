"""A real Envoy does what is predicted: known cases, regressions, and random scenarios."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from aws_lb_sim import receive
from aws_lb_sim.lab.campaign import random_scenario, run_campaign
from aws_lb_sim.lab.differences import differences
from aws_lb_sim.lab.observe import observe

PATIENCE = 2.0
DATA = Path(__file__).parents[1] / "data"
KNOWN = json.loads((DATA / "conformance" / "emissary-public.json").read_text("utf-8"))["cases"]
REGRESSIONS = json.loads((DATA / "lab-regressions.json").read_text("utf-8"))["cases"]
VERSIONS = ("3.3", "4.1")
SAMPLE = 24


def expected(case, version):
    return case["observed"].get("all") or case["observed"][version]


def given(case, version):
    return case["manifests"], case["connections"], version, case.get("missing_secrets", ())


def compare(case, predicted, observed):
    pairs = zip(case["connections"], predicted, observed, strict=True)
    return [(sent, found) for sent, ours, real in pairs if (found := differences(ours, real))]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: case["name"])
def test_once_wrong_is_predicted_right_now(case, version):
    assert case["explanation"]
    predicted = receive(*given(case, version))
    assert compare(case, predicted, expected(case, version)) == []


@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: case["name"])
def test_once_wrong_is_what_a_real_envoy_does(case):
    version = "3.3" if "all" not in case["observed"] else VERSIONS[len(case["name"]) % 2]
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
    scenarios = [random_scenario(seed, 10) for seed in range(first, first + 12)]
    campaign = run_campaign(scenarios, patience=PATIENCE)
    assert campaign.connections == 120
    assert [str(each) for each in campaign.disagreements] == []
