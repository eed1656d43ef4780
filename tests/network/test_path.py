from __future__ import annotations

from dataclasses import replace

import pytest

from aws_lb_sim.aws.load_balancer import LoadBalancer
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.box import Answer
from aws_lb_sim.network.path import build_path

CLIENT = "203.0.113.7"


def names(load_balancer, port=443, in_front=()):
    entry = build_path(load_balancer, Addresses(), in_front).entry(port)
    assert len(entry.boxes) == len(entry.returns)
    return [name for name, _ in entry.boxes]


def test_names_in_order(make):
    assert names(make("nlb", "TCP", "TCP")) == ["load-balancer", "node"]
    assert names(make("nlb", "TCP", "TCP", target_type="ip")) == ["load-balancer"]
    assert names(make("alb", "HTTPS", "HTTP"), in_front=["cloudfront", "cloudfront"]) == [
        "cloudfront",
        "cloudfront-2",
        "load-balancer",
        "node",
    ]


def test_a_port_without_a_listener_times_out(make, send):
    answer, done = send(make("nlb", "TCP", "TCP"), "http://shop.test/")
    assert answer.result == "timeout"
    assert "443" in answer.reason
    assert list(done) == ["load-balancer"]


def test_a_load_balancer_that_was_never_made_refuses(send):
    made = LoadBalancer(kind="nlb", listeners=(), provisioned_by="nobody")
    assert send(made)[0].result == "connection-refused"


def test_an_unknown_proxy_in_front(make):
    with pytest.raises(ValueError, match="akamai"):
        build_path(make("nlb", "TCP", "TCP"), Addresses(), ["akamai"])


@pytest.mark.parametrize(("policy", "outcome"), [("Local", "timeout"), ("Cluster", "10.0.2.21")])
def test_a_node_without_a_pod(make, send, policy, outcome):
    made = make("nlb", "TCP", "TCP", preserve_client_ip=True, external_traffic_policy=policy)
    result, _ = send(made, without_pod=True)
    if isinstance(result, Answer):
        assert result.result == outcome
    else:
        assert result.connection.source_ip == outcome


def test_cloudfront_in_front_of_an_alb_appends_before_it(make, send):
    forged = (("X-Forwarded-For", "198.51.100.66"), ("X-Forwarded-Proto", "http"))
    result, done = send(
        make("alb", "HTTPS", "HTTP", target_type="ip"), in_front=["cloudfront"], headers=forged
    )
    request = result.payload
    assert request.header("x-forwarded-for") == f"198.51.100.66, {CLIENT}, 130.176.0.10"
    assert request.header("x-forwarded-proto") == "https"
    assert request.header("x-amz-cf-id")
    assert done["cloudfront"].payload.header("x-forwarded-proto") is None
    assert done["cloudfront"].connection.tls.server_name == "shop.example.com"


def test_cloudfront_speaks_http_1_to_the_origin_and_hides_the_client_from_an_nlb(make, send):
    made = make("nlb", "TCP", "TCP", target_type="ip", proxy_protocol=2)
    result, _ = send(made, in_front=["cloudfront"], http="2")
    assert result.payload.http == "1.1"
    assert result.connection.proxy[0].source_ip == "130.176.0.10"
    assert result.payload.header("x-forwarded-for") == CLIENT


def test_cloudfront_listens_on_two_ports(make, send):
    made = make("alb", "HTTPS", "HTTP", port=8443)
    assert send(made, "https://shop.test:8443/", in_front=["cloudfront"])[0].result == "timeout"


def test_cloudfront_turns_a_silent_origin_into_504(make, send):
    made = make("alb", "HTTPS", "HTTP")
    answer, _ = send(made, "http://shop.test/", in_front=["cloudfront"])
    assert (answer.result, answer.status) == ("response", 504)


def test_an_alb_behind_an_nlb_sees_the_client(make, send):
    inner = make("alb", "HTTPS", "HTTP", target_type="ip")
    outer = make(
        "nlb",
        "TCP",
        "TCP",
        target_type="alb",
        pod_port=443,
        preserve_client_ip=True,
        load_balancer=inner,
    )
    assert names(outer) == ["load-balancer", "load-balancer-2"]
    result, _ = send(outer)
    assert result.payload.header("x-forwarded-for") == CLIENT
    assert result.connection.source_ip == "10.0.1.20"


@pytest.mark.parametrize(
    ("kind", "front", "back", "failure", "seen"),
    [
        ("alb", "HTTPS", "HTTP", "connection-closed", 502),
        ("alb", "HTTPS", "HTTPS", "tls-error", 502),
        ("alb", "HTTPS", "HTTP", "connection-refused", 502),
        ("alb", "HTTPS", "HTTP", "timeout", 504),
        ("classic", "HTTPS", "HTTP", "connection-closed", 504),
        ("classic", "HTTPS", "HTTP", "connection-refused", 503),
        ("classic", "SSL", "TCP", "connection-refused", "connection-closed"),
        ("classic", "SSL", "SSL", "tls-error", "connection-closed"),
        ("classic", "TCP", "TCP", "tls-error", "tls-error"),
        ("classic", "TCP", "TCP", "connection-refused", "connection-closed"),
        ("nlb", "TLS", "TLS", "tls-error", "connection-closed"),
        ("nlb", "TLS", "TCP", "connection-closed", "connection-closed"),
        ("nlb", "TCP", "TCP", "tls-error", "tls-error"),
        ("nlb", "TCP", "TCP", "connection-refused", "connection-refused"),
        ("nlb", "TCP", "TCP", "timeout", "timeout"),
    ],
)
def test_what_a_client_sees_of_a_failure_behind_the_load_balancer(
    make, kind, front, back, failure, seen
):
    entry = build_path(make(kind, front, back), Addresses()).entry(443)
    answer = entry.back_to_client(Answer(result=failure, reason="why"), len(entry.boxes))
    found = answer.status if answer.result == "response" else answer.result
    assert found == seen
    assert answer.reason == "why"


def test_a_response_comes_back_untouched(make):
    entry = build_path(make("alb", "HTTPS", "HTTP"), Addresses(), ["cloudfront"]).entry(443)
    answer = Answer(result="response", status=301, headers=(("location", "https://a.test/"),))
    assert entry.back_to_client(answer, len(entry.boxes)) is answer


def test_every_rule_on_the_way_has_an_identity_and_a_source(make, send):
    steps = []
    for made in (
        make("nlb", "TCP", "TCP", preserve_client_ip=True, proxy_protocol=2),
        make("nlb", "TLS", "TLS"),
        make("classic", "SSL", "TCP", proxy_protocol=1),
        make("classic", "HTTPS", "HTTPS"),
        make("alb", "HTTPS", "HTTPS"),
    ):
        _, done = send(made, in_front=[])
        steps += [step for each in done.values() for step in each.steps]
    rules = {step.rule.id: step.rule for step in steps}
    assert len(rules) > 12
    for rule in rules.values():
        assert rule.source
        assert rule.text.endswith(".")
    assert all(rules[step.rule.id] is step.rule for step in steps)


def test_hop_by_hop_a_box_says_what_it_did_to_the_source_address(make, send):
    for made in (make("nlb", "TCP", "TCP"), make("classic", "TCP", "TCP")):
        _, done = send(replace(made))
        for each in done.values():
            assert sum(step.subject == "source address" for step in each.steps) == 1
