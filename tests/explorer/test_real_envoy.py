"""The words that the page shows of a run on a real Envoy."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aws_lb_sim.explorer.ask import request_of
from aws_lb_sim.explorer.real_envoy import run_on_real_envoy, verification_json
from aws_lb_sim.explorer.scenario import Ask, cluster_of, start
from aws_lb_sim.lab import LabUnavailable
from aws_lb_sim.lab.observation import Observation, predicted
from aws_lb_sim.lab.verification import Verification


def verification_of(name: str, **changed) -> Verification:
    """Return one in which the real Envoy did what is predicted, but for what is changed."""
    scenario = start(name, Ask(scheme="http"))
    request = request_of(scenario.ask)
    ours = predicted(request.send(cluster_of(scenario)))
    [first, *rest] = ours.exchanges
    client = {**first.boxes["client"], **changed}
    real = replace(first, boxes={**first.boxes, "client": client})
    observed = Observation(exchanges=(real, *rest), redirect_loop=ours.redirect_loop)
    return Verification(request=request, predicted=ours, observed=observed)


def test_agreement_is_said_with_every_fact_beside_it():
    shown = verification_json(verification_of("recommended-nlb"))
    assert shown["verdict"] == "good"
    assert shown["headline"].startswith("✓ A real Envoy agrees in all ")
    titles = [each["title"] for each in shown["requests"]]
    assert titles == [
        "1. http://shop.example.com/",
        "2. https://shop.example.com/",
        "Followed to the end",
    ]
    assert ["client", "status", "301", "301", True] in shown["requests"][0]["rows"]
    json.dumps(shown)


def test_a_difference_is_said_exactly():
    shown = verification_json(verification_of("recommended-nlb", status=302))
    assert shown["verdict"] == "bad"
    assert shown["headline"].startswith("✗ A real Envoy differs in 1 of ")
    differing = [row for each in shown["requests"] for row in each["rows"] if not row[-1]]
    assert differing == [["client", "status", "301", "302", False]]


def test_what_could_not_be_run_says_why():
    whole = verification_of("recommended-nlb")
    observed = Observation(exchanges=(), not_played=("a port that nobody listens on",))
    shown = verification_json(replace(whole, observed=observed))
    assert shown["verdict"] == "neutral"
    assert shown["not_run"] == ["a port that nobody listens on"]
    assert shown["requests"] == []


def test_a_machine_without_envoy_is_told_in_words(monkeypatch):
    def unavailable(*_):
        raise LabUnavailable("there is no Envoy for this platform", mend="use Linux")

    monkeypatch.setattr("aws_lb_sim.lab.verification.verify", unavailable)
    shown = run_on_real_envoy(start("recommended-nlb"))
    assert "there is no Envoy for this platform" in shown["headline"]
    assert "use Linux" in shown["headline"]
    assert shown["requests"] == []


@pytest.mark.parametrize("name", ["tls-at-l7-alb", "recommended-nlb-as-printed"])
def test_what_is_shown_is_what_a_real_envoy_does(name):
    shown = run_on_real_envoy(start(name, Ask(forged_for=True)))
    assert shown["verdict"] == "good", shown["requests"]
