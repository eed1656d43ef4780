"""What AWS's load balancers do by their attributes and rules, as a real Envoy plays it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aws_lb_sim.aws.load_balancer import (
    FixedResponseAction,
    ForwardAction,
    ListenerRule,
    LoadBalancer,
    LoadBalancerListener,
    RedirectAction,
    TargetGroup,
)
from aws_lb_sim.cluster import read_manifests
from aws_lb_sim.lab.load_balancer.http import Script
from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.lab.warm_lab import WarmLab
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.sweep import ClientRequest

FORWARDED_FOR = ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66, 198.51.100.67"),))
ODD = (
    ClientRequest(url="http://Shop.Example.com/old/page?x=1&y=2"),
    ClientRequest(url="https://SHOP.example.com/old/page?x=1"),
    ClientRequest(url="https://api.example.com/v1", http="2"),
    ClientRequest(url="https://other.example.org/", client_ip="2001:db8::7"),
    ClientRequest(headers=(("X-Forwarded-For", ",".join(["192.0.2.1"] * 31)),)),
    ClientRequest(headers=(("X-Amzn-Trace-Id", "Self=1-a-b;Root=1-c-d;x=y"), ("X_y", "1"))),
    ClientRequest(headers=(("Content-Type", "application/grpc"),), method="POST", http="2"),
    ClientRequest(url="wss://shop.example.com/chat"),
    FORWARDED_FOR,
)


@pytest.fixture(scope="module")
def warm():
    with WarmLab() as both:
        yield both


@pytest.fixture(scope="module")
def alb():
    return read_manifests(preset("tls-at-l7-alb").manifests())


def check(cluster, requests, warm):
    verifications = list(verify_each(cluster, requests, warm=warm))
    assert [str(each) for each in verifications if each.differences] == []
    assert all(each.agrees for each in verifications), [each.not_played for each in verifications]
    return verifications


@pytest.mark.parametrize(
    "attributes",
    [
        {"routing.http.xff_header_processing.mode": "preserve"},
        {"routing.http.xff_header_processing.mode": "remove"},
        {"routing.http.xff_client_port.enabled": "true"},
        {"routing.http.preserve_host_header.enabled": "true"},
        {"routing.http.drop_invalid_header_fields.enabled": "true"},
        {"routing.http.http2.enabled": "false", "routing.http2.enabled": "false"},
    ],
    ids=str,
)
def test_attributes_of_an_alb(attributes, alb, warm):
    made = replace(alb.load_balancer, attributes={**alb.load_balancer.attributes, **attributes})
    check(replace(alb, load_balancer=made), ODD, warm)


def test_a_client_port_is_appended_byte_by_byte(alb, warm):
    attributes = {"routing.http.xff_client_port.enabled": "true"}
    made = replace(alb.load_balancer, attributes=attributes)
    (one, six) = check(
        replace(alb, load_balancer=made),
        [FORWARDED_FOR, ClientRequest(client_ip="2001:db8::7")],
        warm,
    )
    sent = [each.observed.exchanges[0].boxes["load-balancer"] for each in (one, six)]
    assert sent[0]["sends x-forwarded-for"] == "198.51.100.66, 198.51.100.67, 203.0.113.7:40000"
    assert sent[1]["sends x-forwarded-for"] == "[2001:db8::7]:40000"


def with_rules(alb):
    """An ALB whose listeners have rules of every kind."""
    forward = alb.load_balancer.listener(443).action
    moved = RedirectAction(
        host="new.#{host}", path="/moved/#{path}", query="#{query}&z=1", status=302
    )
    rules = (
        ListenerRule(paths=("/old/*",), action=moved),
        ListenerRule(hosts=("API.example.com", "*.api.example.com"), action=forward),
        ListenerRule(hosts=("other.example.???",), action=FixedResponseAction(status=418)),
    )
    listeners = tuple(replace(each, rules=rules) for each in alb.load_balancer.listeners)
    return replace(alb, load_balancer=replace(alb.load_balancer, listeners=listeners))


def test_listener_rules_of_an_alb(alb, warm):
    verifications = check(with_rules(alb), ODD, warm)
    first = [each.observed.exchanges[0].boxes["client"] for each in verifications]
    assert first[0]["location"] == "http://new.shop.example.com:80/moved/old/page?x=1&y=2&z=1"
    assert first[3]["status"] == 418


@pytest.mark.parametrize("preserves", [False, True])
def test_an_alb_behind_an_nlb(alb, warm, preserves):
    group = TargetGroup(
        protocol="TCP",
        target_type="alb",
        pod_port=443,
        preserve_client_ip=preserves,
        load_balancer=alb.load_balancer,
    )
    listener = LoadBalancerListener(
        port=443, protocol="TCP", action=ForwardAction(target_group=group)
    )
    outer = LoadBalancer(kind="nlb", listeners=(listener,), provisioned_by="aws")
    requests = [each for each in ODD if each.url.startswith(("https:", "wss:"))]
    verifications = check(replace(alb, load_balancer=outer), requests, warm)
    boxes = verifications[-1].observed.exchanges[0].boxes
    assert list(boxes) == ["client", "load-balancer", "load-balancer-2", "emissary", "service"]
    client = "203.0.113.7" if preserves else "10.0.1.10"
    assert boxes["load-balancer-2"]["sends x-forwarded-for"].endswith(f", {client}")


def test_two_proxies_in_front(alb, warm):
    cluster = replace(alb, in_front=("cloudfront", "cloudfront"))
    verifications = check(cluster, [FORWARDED_FOR, ClientRequest(http="2")], warm)
    boxes = verifications[0].observed.exchanges[0].boxes
    assert boxes["load-balancer"]["sends x-forwarded-for"] == (
        "198.51.100.66, 198.51.100.67, 203.0.113.7, 130.176.0.10, 130.176.0.11"
    )


@pytest.mark.parametrize("text", ['"', "\\", "]]", "\n", "é", "${x}"])
def test_settings_cannot_break_out_of_the_script(text, alb, warm):
    # Listener ports are numbers and modes are AWS's words; a template may still say anything.
    attributes = {"routing.http.xff_header_processing.mode": text}
    cluster = replace(alb, load_balancer=replace(alb.load_balancer, attributes=attributes))
    (verification,) = verify_each(cluster, [FORWARDED_FOR], warm=warm)
    assert verification.agrees
    assert (
        Script(name="alb", settings={"mode": text}).text.count("\nfunction envoy_on_request") == 1
    )
