from __future__ import annotations

import pytest

from aws_lb_sim.cluster import read
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.simulation import simulate
from aws_lb_sim.views.json_object import to_json_object
from aws_lb_sim.views.scenario import choose, run, scenario_of, try_design, with_request


@pytest.mark.parametrize("preset", presets(), ids=lambda each: each.name)
def test_the_files_give_the_flow_that_is_shown(preset, tmp_path):
    from aws_lb_sim.manifests.load import load_files

    outcome = try_design(preset.name, headers="X-Forwarded-For: 198.51.100.66\n\n")
    written = outcome.bundle.write(tmp_path)
    again = read(
        load_files([path for path in written if path.suffix == ".yaml"]),
        controller=outcome.manifests.controller,
        attributes=outcome.manifests.attributes,
        in_front=outcome.manifests.in_front,
        emissary_version=outcome.manifests.emissary_version,
    )
    headers = (("X-Forwarded-For", "198.51.100.66"),)
    flow = simulate(again, "https://shop.example.com/", headers=headers)
    shown, simulated = to_json_object(outcome.flow), to_json_object(flow)
    del shown["findings"], simulated["findings"]  # their places name the folder
    assert shown == simulated


def test_a_choice_that_needs_others_changes_them_and_says_so():
    scenario, gave_way = choose(scenario_of("recommended-nlb"), "load_balancer", "alb")
    assert scenario.design.load_balancer == "alb"
    assert any(line.startswith("tls_termination: emissary → ") for line in gave_way)
    assert run(scenario).flow.hops


def test_a_choice_that_fits_changes_nothing_else():
    scenario, gave_way = choose(scenario_of("recommended-nlb"), "cross_zone", value=False)
    assert gave_way == ()
    assert scenario.design.cross_zone is False


def test_a_recipe_as_printed_has_no_choices():
    with pytest.raises(InputError, match="start from recommended-nlb"):
        choose(scenario_of("recommended-nlb-as-printed"), "target_type", "ip")


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"url": "nonsense"}, "nonsense"),
        ({"client_ip": "me"}, "client: 'me'"),
        ({"headers": "nonsense"}, "headers: 'nonsense'"),
    ],
)
def test_what_was_typed_wrongly_is_named(request_, said):
    with pytest.raises(InputError, match=said):
        try_design("recommended-nlb", **request_)


def test_an_unknown_part_of_a_request_is_named():
    with pytest.raises(InputError, match="use url, client_ip, http, headers"):
        with_request(scenario_of("recommended-nlb"), colour="red")
