from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.decide.cost import PRICES, Load, cost
from aws_lb_sim.decide.decision import decide
from aws_lb_sim.errors import InputError


def made(kind, protocol="TCP", scheme="internet-facing"):
    action = ForwardAction(target_group=TargetGroup(protocol="TCP", pod_port=8443))
    listener = LoadBalancerListener(port=443, protocol=protocol, action=action)
    return LoadBalancer(kind=kind, scheme=scheme, listeners=(listener,), provisioned_by="aws")


@pytest.mark.parametrize(
    ("kind", "protocol", "load", "dollars", "largest"),
    [
        # An hour of each, nothing carried: the load balancer and two addresses.
        ("alb", "HTTPS", {}, 0.0225 + 0.01, "bytes"),
        ("nlb", "TCP", {}, 0.0225 + 0.01, "bytes"),
        ("classic", "SSL", {}, 0.025 + 0.01, "bytes"),
        # 50 new connections a second are two LCUs, one NLCU of TLS, and a sixteenth of TCP.
        ("alb", "HTTPS", {"new_connections": 50}, 0.0325 + 2 * 0.008, "new connections"),
        ("nlb", "TLS", {"new_connections": 50}, 0.0325 + 0.006, "new connections"),
        ("nlb", "TCP", {"new_connections": 800}, 0.0325 + 0.006, "new connections"),
        ("nlb", "TCP", {"active_connections": 300_000}, 0.0325 + 3 * 0.006, "active connections"),
        ("alb", "HTTPS", {"rule_evaluations": 5000}, 0.0325 + 5 * 0.008, "rule evaluations"),
        ("classic", "SSL", {"gigabytes": 10, "new_connections": 9e6}, 0.035 + 0.08, "bytes"),
    ],
)
def test_the_largest_dimension_is_billed(kind, protocol, load, dollars, largest):
    bill = cost(made(kind, protocol), Load(hours=100, **load))
    assert bill.dollars == pytest.approx(100 * dollars, abs=0.01)
    assert bill.largest == largest


def test_dimensions_are_not_added_up():
    one = cost(made("alb"), Load(new_connections=100)).dollars
    both = cost(made("alb"), Load(new_connections=100, gigabytes=3)).dollars
    assert one == both


def test_an_internal_load_balancer_has_no_public_addresses():
    inside = cost(made("nlb", scheme="internal"), Load(hours=100, zones=3))
    outside = cost(made("nlb"), Load(hours=100, zones=3))
    assert outside.dollars - inside.dollars == pytest.approx(100 * 3 * 0.005)


def test_prices_are_dated_and_doubts_are_kept():
    bill = cost(made("nlb", "TLS"), Load())
    assert bill.as_of == "2026-09-20"
    assert "2026-09-20" in str(bill)
    assert any(each.startswith("(M)") for each in bill.caveats)
    assert all(price.source for price in PRICES.values())
    assert all(line.source for line in bill.lines)


amounts = st.floats(0, 1e9, allow_nan=False)


@given(amounts, amounts, amounts, st.sampled_from(["alb", "nlb", "classic"]))
def test_more_load_never_costs_less(connections, active, gigabytes, kind):
    less = Load(new_connections=connections, active_connections=active, gigabytes=gigabytes)
    more = Load(
        new_connections=connections + 1, active_connections=active * 2, gigabytes=gigabytes + 1
    )
    assert cost(made(kind), more).dollars >= cost(made(kind), less).dollars


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": 0},
        {"zones": 0},
        {"gigabytes": -1},
        {"new_connections": float("nan")},
        {"active_connections": float("inf")},
        {"gigabytes": "much"},
        {"monthly_budget": -5},
    ],
)
def test_a_load_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        Load(**wrong)


def test_a_budget_rules_out_what_costs_more():
    load = Load(new_connections=1000, active_connections=60_000, monthly_budget=50)
    made_ = decide({"within-budget": "must", "redirect": "must"}, load=load)
    assert made_.best.cost.dollars <= 50
    dearer = [option for option in made_.options if option.cost.dollars > 50]
    assert dearer
    assert not any(option.holds for option in dearer)
    alb = decide({"within-budget": "must", "waf": "must"}, load=load)
    assert alb.recommended is None


def test_the_verdict_on_a_budget_belongs_to_its_load():
    asked = {"within-budget": "must", "redirect": "must"}
    assert decide(asked, load=Load(monthly_budget=1)).recommended is None
    assert decide(asked, load=Load(monthly_budget=1000)).recommended is not None
