"""What can be chosen from where one stands, and what gives way."""

from __future__ import annotations

import pytest

from aws_lb_sim.design.problems import problems, values
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.controls import GROUPS, PRECEDENCE, controls, field
from aws_lb_sim.explorer.moves import PRINTED, choose, move, statuses
from aws_lb_sim.explorer.neighbours import moves, preset_moves
from aws_lb_sim.explorer.scenario import Ask, Scenario, start


def test_every_choice_of_a_design_has_a_control_and_a_rank():
    of_design = {made.name for made in controls() if not made.of_request}
    assert of_design == set(Scenario().design.__dataclass_fields__)
    assert set(PRECEDENCE) == set(values())
    assert len(PRECEDENCE) == len(set(PRECEDENCE))


def test_every_field_of_a_request_has_a_control():
    of_request = {field(made) for made in controls() if made.of_request}
    assert of_request == set(Ask.__dataclass_fields__)


def test_labels_and_help_are_one_line_each_and_names_are_not_used_twice():
    names = [made.name for made in controls()]
    assert len(names) == len(set(names))
    for made in controls():
        assert made.label
        assert made.help
        assert len(made.help) < 70, made.name
        labels = [option.label for option in made.options]
        assert len(labels) == len(set(labels)), made.name
    assert len(GROUPS) == 8


def test_whatever_is_offered_can_be_chosen(some_scenarios):
    for scenario in some_scenarios[:30]:
        for name, number, made in moves(scenario):
            assert not problems(made.scenario.design)
            status = statuses(made.scenario)[name]
            assert status.chosen == number, (name, number)


def test_whatever_is_impossible_says_why_and_cannot_be_chosen(some_scenarios):
    seen = 0
    for scenario in some_scenarios[:30]:
        for name, status in statuses(scenario).items():
            for number, reason in status.impossible.items():
                assert len(reason) > 10
                seen += 1
                if name != "http":  # what a WebSocket speaks is decided by its kind
                    with pytest.raises(InputError):
                        move(scenario, name, number)
    assert seen > 100


def test_what_is_offered_with_a_sign_changes_others_and_nothing_before_it(some_scenarios):
    for scenario in some_scenarios[:30]:
        for name, status in statuses(scenario).items():
            for number in status.yields:
                made = move(scenario, name, number)
                assert made.gave_way
                for earlier in PRECEDENCE[: PRECEDENCE.index(name)]:
                    before = getattr(scenario.design, earlier)
                    assert getattr(made.scenario.design, earlier) == before


def test_a_choice_that_fits_changes_nothing_else():
    made = move(start("recommended-nlb"), "cross_zone", 0)
    assert made.scenario.design.cross_zone is False
    assert made.gave_way == ()


def test_a_recipe_as_printed_says_why_nothing_can_be_chosen():
    scenario = start("recommended-nlb-as-printed")
    status = statuses(scenario)["load_balancer"]
    assert status.chosen is None
    assert set(status.impossible.values()) == {PRINTED}
    with pytest.raises(InputError, match="start from recommended-nlb"):
        choose(scenario, "load_balancer", "alb")


def test_a_recipe_as_printed_can_be_tried_on_another_emissary():
    scenario = choose(start("recommended-nlb-as-printed"), "emissary_version", "1.14").scenario
    assert scenario.printed == "recommended-nlb-as-printed"
    assert scenario.design.emissary_version == "1.14"


def test_a_websocket_says_why_it_is_not_http_2():
    scenario = choose(Scenario(), "kind", "websocket").scenario
    assert statuses(scenario)["http"].impossible == {1: "WebSocket is spoken over HTTP/1.1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no_such_control", 0),
        ("load_balancer", 99),
        ("load_balancer", "nlb"),
        ("hostname", 3),
        ("hostname", "<b>"),
        ("namespace", "Not A Label"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(name, value):
    with pytest.raises(InputError):
        move(Scenario(), name, value)


def test_presets_keep_the_request():
    ask = Ask(scheme="http", forged_for=True)
    targets = [made.scenario for _, _, made in preset_moves(Scenario(ask=ask))]
    assert len(targets) == 16
    assert {scenario.ask for scenario in targets} == {ask}
