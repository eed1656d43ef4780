"""Fixes: found by simulating, and they do what they say."""

from __future__ import annotations

import pytest

from aws_lb_sim.explorer.codes import decode, encode
from aws_lb_sim.explorer.moves import choose
from aws_lb_sim.explorer.scenario import Ask, run, start
from aws_lb_sim.explorer.session import Courier, States


def fixes_of(scenario):
    return Courier(States(), "page").fixes(encode(scenario))


def grave(scenario):
    return {each.code for each in run(scenario).flow.findings if each.severity != "info"}


def test_every_fix_makes_its_finding_go_away_and_brings_no_other(some_scenarios):
    seen = 0
    for scenario in some_scenarios[:40]:
        before = grave(scenario)
        for code, offered in fixes_of(scenario).items():
            assert code in before
            assert 1 <= len(offered) <= 3
            for fix in offered:
                after = grave(decode(fix["code"]))
                assert code not in after
                assert after <= before
                assert decode(fix["code"]).ask == scenario.ask
                seen += 1
    assert seen > 10


def test_a_redirect_loop_is_mended_by_a_choice():
    scenario = start("tls-at-l4-elb", Ask(scheme="https"))
    broken = choose(scenario, "split_ports", value=False).scenario
    assert run(broken).flow.redirect_loop
    offered = fixes_of(broken)["redirect-loop"]
    assert any("Split ports" in fix["text"] for fix in offered)
    assert not run(decode(offered[0]["code"])).flow.redirect_loop


def test_a_recipe_as_printed_is_mended_by_its_correction():
    scenario = start("recommended-nlb-as-printed")
    offered = [fix for found in fixes_of(scenario).values() for fix in found]
    assert {fix["text"] for fix in offered} >= {"Take the corrected recipe"}
    target = next(fix["code"] for fix in offered if fix["text"] == "Take the corrected recipe")
    assert decode(target) == start("recommended-nlb")


def test_nothing_wrong_nothing_to_mend():
    assert fixes_of(start("recommended-nlb")) == {}


@pytest.mark.parametrize("name", ["recommended-nlb-as-printed", "tls-at-l4-elb-as-printed"])
def test_fixes_are_the_same_every_time(name):
    assert fixes_of(start(name)) == fixes_of(start(name))
