"""Many designs × many requests come out as one by one."""

from __future__ import annotations

import itertools

import pytest

from aws_lb_sim import (
    ClientRequest,
    Design,
    InputError,
    preset,
    read_manifests,
    simulate,
    simulate_many,
    space,
    write,
)
from aws_lb_sim import sweep as module

REQUESTS = [
    ClientRequest(url="http://shop.example.com/"),
    ClientRequest(),
    ClientRequest(http="2", headers=(("X-Forwarded-For", "198.51.100.66"),)),
    ClientRequest(url="http://shop.example.com/a?b", client_ip="2001:db8::7", method="POST"),
    ClientRequest(url="wss://shop.example.com/"),
    ClientRequest(url="https://shop.example.com:8443/"),
]
DESIGNS = list(itertools.islice(space(), 0, None, 37))


def alone(manifests, request, **options):
    return simulate(
        read_manifests(manifests),
        request.url,
        client_ip=request.client_ip,
        method=request.method,
        http=request.http,
        headers=request.headers,
        **options,
    )


def test_every_flow_is_the_one_of_its_design_and_request():
    swept = list(simulate_many(DESIGNS, REQUESTS))
    assert [(design, request) for design, request, _ in swept] == list(
        itertools.product(DESIGNS, REQUESTS)
    )
    for design, request, flow in swept:
        assert flow == alone(write(design), request, findings=False)


def test_findings_are_those_of_the_whole_cluster():
    designs = [
        Design(),
        Design(emissary_proxy_protocol="none"),
        Design(emissary_version="4.1"),
        Design(controller="cloud-provider-aws", insecure_action="Route"),
    ]
    for design, request, flow in simulate_many(designs, REQUESTS[:3], findings=True):
        assert flow.findings == alone(write(design), request).findings


def test_manifests_can_be_swept_as_well():
    printed = preset("recommended-nlb-as-printed")
    versions = [printed.manifests(version) for version in ("1.14", "3.3", "4.1")]
    swept = [flow.status for _, _, flow in simulate_many(versions, REQUESTS[:1])]
    assert swept == [301, 400, 400]


def test_attributes_and_what_stands_in_front_decide_too():
    recommended = preset("tls-at-emissary-nlb-as-printed").manifests("3.3")
    by_hand = preset("recommended-nlb-as-printed").manifests("3.3")
    fronted = Design(load_balancer="alb", tls_termination="load-balancer", proxy_protocol=False)
    designs = [
        recommended,
        by_hand,
        fronted,
        Design(**{**_fields(fronted), "in_front": ("cloudfront",)}),
    ]
    boxes = [flow.exchanges[0].boxes[1] for _, _, flow in simulate_many(designs, REQUESTS[1:2])]
    assert boxes == ["load-balancer", "load-balancer", "load-balancer", "cloudfront"]


def _fields(design):
    return {name: getattr(design, name) for name in Design.__dataclass_fields__}


def test_each_part_is_worked_out_once(monkeypatch):
    counts = {"read_entrance": 0, "compile_documents": 0, "arrive": 0, "approach": 0}

    def counted(name):
        original = getattr(module, name)

        def call(*arguments, **options):
            counts[name] += 1
            return original(*arguments, **options)

        return call

    for name in counts:
        monkeypatch.setattr(module, name, counted(name))
    designs = [
        Design(insecure_action=action, external_traffic_policy=policy)
        for action in ("Redirect", "Route", "Reject")
        for policy in ("Cluster", "Local")
    ]
    flows = list(simulate_many(designs, [ClientRequest()] * 1))
    assert len(flows) == 6
    assert counts == {
        "read_entrance": 2,  # Cluster and Local
        "compile_documents": 3,  # the three actions
        "approach": 2,
        "arrive": 6,  # what arrives differs in its source address
    }


def test_an_impossible_design_is_refused():
    with pytest.raises(InputError):
        list(simulate_many([Design(load_balancer="alb")], REQUESTS))
