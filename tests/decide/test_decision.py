from __future__ import annotations

from typing import get_args

import pytest

from aws_lb_sim.cluster import Cluster
from aws_lb_sim.decide.candidate import candidates
from aws_lb_sim.decide.cost import PRICES_AS_OF, Load
from aws_lb_sim.decide.decision import PAGE_ANSWERS, decide
from aws_lb_sim.decide.names import family
from aws_lb_sim.decide.requirements import requirements
from aws_lb_sim.design.design import EmissaryVersion
from aws_lb_sim.design.space import space
from aws_lb_sim.errors import InputError

BASE = {"redirect": "must", "unforgeable-client-ip": "must"}


@pytest.fixture(scope="module")
def page():
    return decide(PAGE_ANSWERS)


@pytest.mark.parametrize("version", get_args(EmissaryVersion))
def test_what_the_page_asks_leads_to_what_the_page_recommends(version):
    design = decide(PAGE_ANSWERS, emissary_version=version).recommended
    assert (design.load_balancer, design.tls_termination) == ("nlb", "emissary")
    assert design.proxy_protocol
    assert design.emissary_version == version


@pytest.mark.parametrize(
    "wanted", [each.id for each in requirements() if each.id not in PAGE_ANSWERS]
)
def test_whatever_is_wanted_besides_the_page_comes_out_where_it_did(wanted):
    # What is wanted decides only among those that meet all the musts.
    design = decide(PAGE_ANSWERS | {wanted: "want"}).recommended
    assert (design.load_balancer, design.tls_termination) == ("nlb", "emissary")
    assert design.proxy_protocol


def test_a_load_changes_nothing_where_what_meets_all_costs_the_same(page):
    load = Load(new_connections=2000, active_connections=500_000, gigabytes=20)
    priced = decide(PAGE_ANSWERS, load=load)
    assert priced.recommended == page.recommended
    assert priced.best.cost.as_of == PRICES_AS_OF


def test_every_design_of_the_space_is_a_candidate(page):
    assert page.considered == sum(1 for _ in space())
    assert sum(1 + len(option.alike) for option in page.options) == page.considered


def test_every_must_holds_for_the_recommended_one_and_each_says_why(page):
    for requirement, _ in page.wishes:
        verdict = page.best.verdicts[requirement.id]
        assert verdict.holds
        assert verdict.reason


def test_every_rejected_option_has_a_reason(page):
    for option in page.options:
        assert option.holds == (not option.failed_musts)
        assert bool(option.reasons) == (not option.holds)


def test_nothing_comes_before_what_meets_more(page):
    failed = [len(option.failed_musts) for option in page.options]
    assert failed == sorted(failed)


def test_the_page_hangs_on_the_spread_over_every_node(page):
    # externalTrafficPolicy: Local keeps the address as well, but nodes without a pod take no load.
    design = page.without("millions-of-connections").recommended
    assert (design.load_balancer, design.external_traffic_policy) == ("nlb", "Local")
    assert not design.proxy_protocol


def test_other_ways_that_meet_the_page_as_well_are_not_hidden(page):
    also = [option.design for option in page.options if option.holds][1:]
    assert any(each.target_type == "ip" and each.preserve_client_ip for each in also)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"acm-certificates"}, {"tls_termination": ("load-balancer", "both")}),
        ({"acm-certificates", "http2"}, {"tls_termination": ("load-balancer", "both")}),
        ({"waf"}, {"load_balancer": ("alb",), "controller": ("aws-load-balancer-controller",)}),
        ({"waf", "no-controller"}, {"load_balancer": ("alb",), "controller": ("cloudformation",)}),
        ({"outside-kubernetes"}, {"load_balancer": ("alb",)}),
        ({"static-ip"}, {"load_balancer": ("nlb",)}),
        ({"mtls"}, {"tls_termination": ("emissary",)}),
        ({"acm-certificates", "end-to-end-encryption"}, {"tls_termination": ("both",)}),
        ({"grpc", "acm-certificates"}, {"load_balancer": ("nlb",)}),
        ({"current-generation"}, {"load_balancer": ("nlb", "alb")}),
        ({"http2", "acm-certificates", "no-manual-steps"}, {"alpn_policy": ("HTTP2Optional",)}),
    ],
)
def test_what_is_asked_decides(asked, expected):
    design = decide(BASE | dict.fromkeys(asked, "must")).recommended
    for field, values in expected.items():
        if field == "alpn_policy" and design.load_balancer == "alb":
            continue  # An ALB speaks HTTP/2 to clients without being told.
        assert getattr(design, field) in values


def test_what_cannot_be_had_together_is_said():
    made = decide(BASE | {"waf": "must", "static-ip": "must"})
    assert made.recommended is None
    assert made.best is None
    assert made.options[0].reasons
    assert str(made).startswith("None of ")


def test_a_want_decides_only_where_it_can_be_had():
    with_want = decide(BASE | {"mtls": "must", "acm-certificates": "want"})
    assert with_want.recommended.tls_termination == "emissary"
    assert [each.id for each in with_want.best.failed_wants] == ["acm-certificates"]
    assert decide(BASE | {"waf": "want"}).recommended.load_balancer == "alb"


def test_what_nobody_cares_about_does_not_matter():
    ids = [each.id for each in requirements()]
    careless = dict.fromkeys(ids, "don't care")
    assert decide(careless | BASE).options == decide(BASE).options


def test_settled_fields_are_settled():
    made = decide(BASE, controller="cloudformation", hostname="*.example.com")
    assert {option.design.controller for option in made.options} == {"cloudformation"}
    assert {option.design.hostname for option in made.options} == {"*.example.com"}
    assert made.recommended is not None


def test_behind_cloudfront_tls_never_reaches_emissary():
    made = decide({"mtls": "must"}, in_front=("cloudfront",))
    assert made.recommended is None
    assert "TLS ends at CloudFront" in made.options[0].reasons[0]


def test_the_order_is_the_same_every_time(page):
    candidates.__globals__["_candidates"].cache_clear()
    again = decide(PAGE_ANSWERS)
    assert [option.design for option in again.options] == [each.design for each in page.options]
    assert str(again) == str(page)


def test_the_simplest_stands_for_those_that_do_the_same(page):
    for option in page.options:
        for design in option.alike:
            assert family(design) == family(option.design)


@pytest.mark.parametrize(
    ("answers", "fixed", "words"),
    [
        ({"web-socket": "must"}, {}, "perhaps websocket"),
        ({"websocket": "please"}, {}, "say one of must, want"),
        ({"within-budget": "must"}, {}, "monthly_budget"),
        ({}, {"colour": "red"}, "no field colour"),
        ({}, {"controller": "me"}, "controller is 'me'"),
        ({}, {"controller": ["me"]}, "the designs"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(answers, fixed, words):
    with pytest.raises(InputError, match=words):
        decide(answers, **fixed)


def test_only_what_was_asked_can_be_left_out(page):
    with pytest.raises(InputError, match="not asked"):
        page.without("waf")


def test_what_was_sent_once_is_not_sent_again(monkeypatch):
    candidates.__globals__["_candidates"].cache_clear()
    sent = []
    send = Cluster.send

    def counted(cluster, *args, **kwargs):
        sent.append(cluster)
        return send(cluster, *args, **kwargs)

    monkeypatch.setattr(Cluster, "send", counted)
    first = decide(BASE, load_balancer="alb")
    behaviours = {id(each.behaviour) for each in first.found}
    assert 0 < len(sent) <= len(behaviours) * 15  # requests that test what was asked
    sent.clear()
    assert decide(BASE, load_balancer="alb").options == first.options
    assert sent == []
