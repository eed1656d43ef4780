"""What people met in public threads: each must yield the findings that would have saved them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aws_lb_sim.cluster import Cluster, read
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.simulation import simulate

FOLDER = Path(__file__).parent.parent / "data" / "incidents"
CLIENT = "203.0.113.7"
# What AWS holds and the documents do not say, by incident.
BY_HAND = {"emissary-3979-nlb-ppv2-module-only": {"proxy_protocol_v2.enabled": "true"}}
EXPECTED = {
    "emissary-2494-elb-l4-split-port-loop": {"redirect-loop", "client-address-wrong"},
    "emissary-275-elb-tcp-hides-client": {"client-address-wrong", "https-taken-for-insecure"},
    "emissary-3100-elb-proxy-proto-not-expected": {"proxy-protocol-not-expected"},
    "emissary-3979-nlb-ppv2-module-only": {"proxy-protocol-not-expected", "option-without-effect"},
    "ingress-nginx-1957-l7-elb-forwarded-headers-untrusted": {
        "redirect-loop",
        "trusted-depth-too-low",
        "client-address-wrong",
    },
    "k8s-101608-in-tree-nlb-ignores-proxy-protocol": {
        "proxy-protocol-missing",
        "annotation-ignored",
    },
}
# Of these the fix that people found says nothing: they remain.
REMAIN = {
    "emissary-2494-elb-l4-split-port-loop": {"client-address-wrong"},
    "emissary-275-elb-tcp-hides-client": {"https-taken-for-insecure"},
}
INCIDENTS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))}
HALVES = [(name, half) for name in INCIDENTS for half in ("before", "after")]


def cluster_of(name: str, half: str) -> Cluster:
    incident = INCIDENTS[name]
    part = incident["fix"] if half == "after" else incident.get("manifests_2x", incident)
    documents = [Document(data=each, index=n) for n, each in enumerate(part["manifests"], 1)]
    return read(documents, attributes=BY_HAND.get(name, {}))


def codes(cluster: Cluster, incident: dict[str, Any]) -> set[str]:
    return {
        finding.code
        for request in incident["request"]
        for finding in simulate(cluster, request["url"]).findings
    }


def test_all_incidents_are_expected():
    assert set(INCIDENTS) == set(EXPECTED)
    assert all(incident["public"] for incident in INCIDENTS.values())


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_findings_that_would_have_saved_them(name):
    found = codes(cluster_of(name, "before"), INCIDENTS[name])
    assert EXPECTED[name] <= found


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_fix_that_they_found_is_enough(name):
    found = codes(cluster_of(name, "after"), INCIDENTS[name])
    assert found & EXPECTED[name] == REMAIN.get(name, set())


@pytest.mark.parametrize(("name", "half"), HALVES, ids=lambda value: value)
def test_the_symptom_is_what_they_saw(name, half):
    incident = INCIDENTS[name]
    told = incident["fix"] if half == "after" else incident["symptom"]
    urls = {request["id"]: request["url"] for request in incident["request"]}
    cluster = cluster_of(name, half)
    compared = 0
    for check in told["checks"]:
        if "request" not in check:
            group = cluster.load_balancer.listeners[0].action.target_group
            assert (group.proxy_protocol == 2) == check["is"]
            continue
        flow = simulate(cluster, urls[check["request"]], client_ip=CLIENT)
        compared += len(check.keys() & {"result", "status", "location", "client_ip_is"})
        compare(check, flow)
    assert compared


def compare(check, flow):
    if check.get("result") == "redirect-loop":
        assert flow.redirect_loop
    elif "result" in check:
        assert flow.result == check["result"]
    if "status" in check:
        # In 2.x and later the redirect is a 301; the older threads tell of 308.
        wanted = check["status"] if isinstance(check["status"], list) else [check["status"]]
        assert flow.status in wanted
    if "location" in check:
        assert flow.location == check["location"]
    if check.get("client_ip_is") == "client":
        assert flow.emissary_client_ip == CLIENT
    elif check.get("client_ip_is") == "load-balancer":
        # Through a node with externalTrafficPolicy Cluster it is the node's in the end.
        places = Addresses()
        assert flow.emissary_client_ip in (places.load_balancer, places.node)
    if "upstream_xfp" in check:
        assert dict(flow.upstream_headers)["x-forwarded-proto"] == check["upstream_xfp"]


def test_the_port_rule_of_the_first_version_is_named():
    """The thread of 2494 asks for redirect_cleartext_from: since 2.0 it does nothing."""
    incident = INCIDENTS["emissary-2494-elb-l4-split-port-loop"]
    documents = [Document(data=each, index=n) for n, each in enumerate(incident["manifests"], 1)]
    assert "option-without-effect" in codes(read(documents), incident)
