"""Findings whatever is simulated: no exception, and no failure that goes unexplained."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from aws_lb_sim.cluster import documents_of, read, read_manifests
from aws_lb_sim.design.space import space
from aws_lb_sim.errors import InputError
from aws_lb_sim.findings.check import check, check_cluster
from aws_lb_sim.findings.finding import Finding
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.manifests.write import write
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.simulation import simulate

URLS = ("http://shop.example.com/", "https://shop.example.com/", "https://nowhere.test:8443/x")
OPTIONS = (
    {},
    {"http": "2"},
    {"http": "2", "headers": (("content-type", "application/grpc"),), "method": "POST"},
    {"client_ip": "2001:db8::7"},
    {"client_ip": "198.51.100.66", "headers": (("X-Forwarded-For", "10.9.9.9"),)},
    {"proxy": (ProxyHeader(version=1, source_ip="192.0.2.9"),)},
)
AS_ASKED = {"insecure-rejected", "client-refused-by-ip-filter"}


def explained(flow):
    failed = flow.redirect_loop or flow.final_status is None or flow.final_status >= 400
    return not failed or any(f.severity != "info" or f.code in AS_ASKED for f in flow.findings)


@pytest.mark.parametrize("version", ["1.14", "3.3", "4.1"])
@pytest.mark.parametrize("each", presets(), ids=lambda each: each.name)
def test_any_request_to_a_recipe_has_an_explanation(each, version):
    try:
        manifests = each.manifests(version)
    except InputError:
        assert version == "1.14", "only 1.14 cannot do all: it has no Listeners"
        return
    cluster = read_manifests(manifests)
    for url in URLS:
        for options in OPTIONS:
            flow = simulate(cluster, url, **options)
            assert explained(flow), (url, options, flow.answer)


def test_any_request_to_a_random_design_has_an_explanation():
    designs = random.Random(7).sample(list(space()), 60)
    for design in designs:
        manifests = write(design)
        cluster = read_manifests(manifests)
        for url in URLS:
            for options in OPTIONS[:3]:
                flow = simulate(cluster, url, **options)
                assert explained(flow), (design, url, options)


@pytest.mark.parametrize("each", [p for p in presets() if p.design], ids=lambda each: each.name)
@pytest.mark.parametrize("url", URLS[:2])
def test_nothing_grave_is_said_of_a_corrected_recipe(each, url):
    flow = simulate(read_manifests(each.manifests()), url)
    assert [f for f in flow.findings if f.severity != "info"] == []


@pytest.mark.parametrize("each", [p for p in presets() if not p.design], ids=lambda each: each.name)
def test_each_recipe_as_printed_has_something_to_mend(each):
    flow = simulate(read_manifests(each.manifests()), URLS[1])
    assert any(f.severity != "info" and f.fix for f in flow.findings)


def test_errors_come_first_and_nothing_twice():
    flow = simulate(read_manifests(preset("recommended-nlb-as-printed").manifests()), URLS[1])
    severities = [f.severity for f in flow.findings]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert len(set(flow.findings)) == len(flow.findings)
    assert all(isinstance(f, Finding) for f in flow.findings)


def test_without_findings_none_are_looked_for():
    cluster = read_manifests(preset("recommended-nlb-as-printed").manifests())
    flow = simulate(cluster, URLS[1], findings=False)
    assert flow.findings == ()
    assert set(check_cluster(cluster)) <= set(check(cluster, flow))


def test_findings_made_while_reading_are_among_them():
    cluster = read_manifests(preset("recommended-nlb-as-printed").manifests())
    assert cluster.findings
    assert set(cluster.findings) <= set(check_cluster(cluster))


def test_an_unknown_annotation_is_told_of_once():
    documents = list(documents_of(preset("recommended-nlb").manifests()))
    service = documents[0].data
    name = "service.beta.kubernetes.io/aws-load-balancer-typ"
    annotations = {**service["metadata"]["annotations"], name: "nlb"}
    changed = {**service, "metadata": {**service["metadata"], "annotations": annotations}}
    found = check_cluster(read([Document(data=changed), *documents[1:]]))
    assert [f.code for f in found].count("annotation-unknown") == 1


def test_ten_flows_are_checked_in_a_blink():
    cluster = read_manifests(preset("recommended-nlb").manifests())
    flow = simulate(cluster, URLS[1])
    start = time.perf_counter()
    for _ in range(10):
        check(cluster, flow)
    # Some 0.3 ms each; the limit is for a machine that is busy otherwise.
    assert time.perf_counter() - start < 0.25


OBSERVED = Path(__file__).parent.parent / "data" / "conformance" / "emissary-public.json"
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "edge", "namespace": "emissary"},
    "spec": {
        "type": "LoadBalancer",
        "ports": [
            {"name": "http", "port": 80, "targetPort": 8080},
            {"name": "https", "port": 443, "targetPort": 8443},
        ],
    },
}


@pytest.mark.parametrize("with_load_balancer", [True, False])
@pytest.mark.parametrize("version", ["3.3", "4.1"])
def test_any_manifests_that_were_observed_have_an_explanation(version, with_load_balancer):
    for case in json.loads(OBSERVED.read_text("utf-8"))["cases"]:
        plain = [*([SERVICE] if with_load_balancer else []), *case["manifests"]]
        documents = [Document(data=each, index=n) for n, each in enumerate(plain, 1)]
        cluster = read(documents, emissary_version=version)
        for url in URLS:
            assert explained(simulate(cluster, url)), (case["name"], url)
