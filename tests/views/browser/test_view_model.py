from __future__ import annotations

import json

import pytest

from aws_lb_sim import read_manifests
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.simulation import simulate
from aws_lb_sim.views.browser.view_model import BROWSER, to_view_model, to_view_models
from aws_lb_sim.views.layout import arrange
from tests.views import flows

FORGED = (("X-Forwarded-For", "6.6.6.6"),)


def size(value):
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def preset_flow(recipe, headers=FORGED):
    return simulate(
        read_manifests(recipe.manifests()), "https://shop.example.com/", headers=headers
    )


def test_it_is_json_and_the_same_each_time(any_flow):
    model = to_view_model(any_flow)
    assert json.loads(json.dumps(model)) == model
    assert json.dumps(model) == json.dumps(to_view_model(any_flow))


def test_it_stands_where_the_layout_put_it(any_flow):
    model = to_view_model(any_flow)
    for number, round_ in enumerate(model["rounds"], 1):
        layout = arrange(any_flow, number=number, frame=BROWSER)
        assert [box["x"] for box in round_["boxes"]] == [round(box.x, 1) for box in layout.boxes]
        assert [hop["tcp"] for hop in round_["hops"]] == [list(hop.tcp) for hop in layout.hops]
        assert [span["label"] for span in round_["spans"]] == [one.label for one in layout.spans]
        assert [one["verdict"] for one in round_["beliefs"]] == [
            one.verdict for one in layout.beliefs
        ]


def test_texts_fit_their_columns(any_flow):
    for round_ in to_view_model(any_flow)["rounds"]:
        room = round_["boxes"][1]["x"] - round_["boxes"][0]["x"]
        for hop in round_["hops"]:
            for text in (*hop["tcp"], *hop["http"], hop.get("proxy", "")):
                assert len(text) * BROWSER.advance <= room
        for changes in round_.get("headers", ()):
            assert len(changes["lines"]) <= BROWSER.change_lines
            assert all(len(text) * BROWSER.advance <= room for _, text in changes["lines"])


def test_lanes_do_not_overlap_and_end_in_the_frame():
    frame = to_view_model(flows.tls_ok())["frame"]
    bottom = 0
    for _, top, height in frame["lanes"].values():
        assert top >= bottom
        bottom = top + height
    assert bottom <= frame["height"]


def test_every_step_is_told_with_its_rule_and_source(any_flow):
    model = to_view_model(any_flow)
    for round_, exchange in zip(model["rounds"], any_flow.exchanges, strict=True):
        told = [step for steps in round_.get("steps", {}).values() for step in steps]
        happened = [step for hop in exchange.hops for step in hop.steps]
        happened += exchange.ending.steps
        if exchange.cause is not None:
            happened += exchange.answer.steps
        assert sorted(step[2] for step in told) == sorted(step.rule.id for step in happened)
        for _, words, rule in told:
            text, source = model["rules"][rule]
            assert words
            assert text
            assert model["sources"][source]


@pytest.mark.parametrize("recipe", presets(), ids=lambda recipe: recipe.name)
def test_each_change_of_a_header_on_the_page_has_a_step(recipe):
    """The inspector explains every line that it marks."""
    model = to_view_model(preset_flow(recipe))
    for round_ in model["rounds"]:
        for changes in round_.get("headers", ()):
            if changes["box"] == "client":
                continue
            words = " ".join(step[1] for step in round_["steps"][changes["box"]]).lower()
            for _, text in changes["lines"]:
                if text[0] in "+−~":
                    name = text[2:].split(":")[0].split("…")[0].lower()
                    assert name in words, (recipe.name, changes["box"], text)


@pytest.mark.parametrize("recipe", presets(), ids=lambda recipe: recipe.name)
def test_it_is_small(recipe):
    flow = preset_flow(recipe)
    shared, (alone,) = to_view_models([flow])
    rounds = len(flow.exchanges)
    assert size(alone) <= 4_500 * rounds
    assert size(shared) <= 6_000
    assert size(to_view_model(flow)) <= 4_000 + 4_500 * rounds


def test_shared_tables_and_models_make_the_whole():
    made = [flows.tls_ok(), flows.tls_error(), flows.redirect_loop()]
    shared, models = to_view_models(made)
    for model, flow in zip(models, made, strict=True):
        whole, alone = {**shared, **model}, to_view_model(flow)
        for here, there in zip(whole["rounds"], alone["rounds"], strict=True):
            for hop, other in zip(here["hops"], there["hops"], strict=True):
                assert [whole["layers"][number] for number in hop["wire"]] == [
                    alone["layers"][number] for number in other["wire"]
                ]
        assert size(model) < size(alone)


def test_a_huge_header_is_cut_before_it_is_sent():
    flow = preset_flow(preset("recommended-nlb"), headers=(("A", "a" * 50_000),))
    assert size(to_view_model(flow)) < 40_000
