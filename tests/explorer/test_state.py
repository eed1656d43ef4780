"""What the page is given for a scenario."""

from __future__ import annotations

import json

import pytest

from aws_lb_sim.explorer.controls import controls, spec
from aws_lb_sim.explorer.scenario import Ask, start, try_preset
from aws_lb_sim.explorer.state import headline, state_of
from aws_lb_sim.manifests.presets import presets


@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_a_state_is_json_and_always_the_same(preset):
    scenario = start(preset.name, Ask(scheme="http"))
    first, second = (json.dumps(state_of(scenario)[0], allow_nan=False) for _ in range(2))
    assert first == second
    assert len(first) < 60_000
    shown = next(each for each in presets() if each.name == json.loads(first)["preset"])
    assert (shown.name, None) == (preset.name, preset.design) or shown.design == preset.design


def test_the_controls_of_a_state_are_those_that_the_page_draws():
    drawn = [made["name"] for group in spec()["groups"] for made in group["controls"]]
    state, _ = state_of(start("recommended-nlb"))
    assert drawn == list(state["controls"]) == [made.name for made in controls()]
    assert len(json.dumps(spec())) < 30_000


@pytest.mark.parametrize(
    ("name", "asked", "verdict", "words"),
    [
        ("recommended-nlb", {"scheme": "http"}, "good", "It works: 301, then 200."),
        ("recommended-nlb", {"forged_for": True}, "good", "Emissary sees the true client."),
        ("recommended-nlb-as-printed", {}, "bad", "It fails: TLS handshake failed"),
        ("recommended-nlb-as-printed", {"scheme": "http"}, "bad", "It fails: 400"),
        ("tls-at-l4-elb-as-printed", {}, "bad", "Emissary takes 10.0.2.20 for the client"),
    ],
)
def test_the_headline_says_what_comes_of_it(name, asked, verdict, words):
    found, said = headline(try_preset(name, **asked).flow)
    assert found == verdict
    assert words in said


def test_a_change_of_the_request_leaves_the_files_alone():
    before, _ = state_of(start("recommended-nlb"))
    after, _ = state_of(start("recommended-nlb", Ask(forged_for=True)))
    assert before["files"] == after["files"]
    assert before["flow"] != after["flow"]
