"""The decision space is complete, without repeats, and always in the same order."""

from dataclasses import fields, replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_lb_sim.design.derived import resolved
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.problems import problems, values
from aws_lb_sim.design.space import DECISIONS, change, choices, space
from aws_lb_sim.errors import InputError

WHOLE = tuple(space())


def test_every_design_is_possible_and_given_once():
    assert len(set(WHOLE)) == len(WHOLE) > 1000
    assert not any(problems(design) for design in WHOLE)


def test_the_order_is_the_same_each_time():
    assert tuple(space()) == WHOLE


def test_the_default_design_is_in_it():
    assert Design() in WHOLE


def test_it_is_what_trying_every_combination_gives():
    varied = ("controller", "tls_termination", "proxy_protocol", "proxy_protocol_by", "target_type")
    rest = {name: getattr(Design(), name) for name in DECISIONS if name not in varied}
    tried = [
        replace(Design(), **dict(zip(varied, combination, strict=True)))
        for combination in product(*(values()[name] for name in varied))
    ]
    expected = {
        each
        for each in tried
        if not problems(each)
        and (
            each.proxy_protocol_by is None
            or each.proxy_protocol_by
            != resolved(replace(each, proxy_protocol_by=None)).proxy_protocol_by
        )
    }
    assert set(space(**rest)) == expected


def test_two_designs_are_never_the_same_when_all_is_spelled_out():
    assert len({resolved(design) for design in WHOLE}) == len(WHOLE)


def test_each_load_balancer_and_controller_that_go_together_are_in_it():
    pairs = {(design.load_balancer, design.controller) for design in WHOLE}
    assert ("nlb", "cloud-provider-aws") in pairs
    assert ("alb", "cloudformation") in pairs
    assert ("alb", "cloud-provider-aws") not in pairs
    assert len(pairs) == 9


def test_fixed_fields_stay_and_others_are_varied_on_request():
    found = list(space("emissary_version", load_balancer="alb", xff_mode="remove"))
    assert {design.xff_mode for design in found} == {"remove"}
    assert {design.emissary_version for design in found} == set(values()["emissary_version"])


def test_text_can_be_fixed():
    assert next(space(namespace="edge")).namespace == "edge"


@pytest.mark.parametrize(
    ("also", "fixed"),
    [((), {"colour": "red"}), ((), {"load_balancer": "elb"}), (("namespace",), {})],
)
def test_a_wrong_name_or_value_is_an_error(also, fixed):
    with pytest.raises(InputError):
        list(space(*also, **fixed))


def test_impossible_choices_come_with_the_reason():
    offered = choices(Design())
    alb = offered["load_balancer"][-1]
    assert (alb.value, alb.allowed) == ("alb", False)
    assert "PROXY" in alb.reason
    assert {name: [each.value for each in found] for name, found in offered.items()} == {
        name: list(found) for name, found in values().items()
    }


@given(st.sampled_from(WHOLE))
@settings(max_examples=40)
def test_a_choice_is_allowed_just_where_it_has_no_problem(design):
    for name, offered in choices(design).items():
        for each in offered:
            found = problems(replace(design, **{name: each.value}))
            assert each.allowed == (not found)
            assert bool(each.reason) == bool(found)


@given(st.sampled_from(WHOLE), st.sampled_from(sorted(values())), st.integers(0, 9))
@settings(max_examples=200)
def test_every_choice_can_be_reached_by_changing_what_does_not_fit(design, name, place):
    value = values()[name][place % len(values()[name])]
    try:
        found = change(design, **{name: value})
    except InputError:
        # Only where no other field may give way for it.
        assert all(
            problems(replace(design, **{name: value, other: instead}))
            for other in values()
            if other != name
            for instead in values()[other]
        )
        return
    assert not problems(found)
    assert getattr(found, name) == value


def test_a_change_that_fits_leaves_the_rest_alone():
    found = change(Design(), insecure_action="Route")
    differing = [
        each.name
        for each in fields(Design)
        if getattr(found, each.name) != getattr(Design(), each.name)
    ]
    assert differing == ["insecure_action"]


def test_changes_that_contradict_each_other_are_an_error():
    with pytest.raises(InputError) as caught:
        change(Design(), load_balancer="alb", proxy_protocol=True)
    assert "PROXY" in caught.value.what


def test_a_change_of_no_field_is_an_error():
    with pytest.raises(InputError) as caught:
        change(Design(), colour="red")
    assert "colour" in caught.value.what
