from __future__ import annotations

import pytest

from aws_lb_sim.cluster import documents_of, read
from aws_lb_sim.decide.behaviour import Behaviour
from aws_lb_sim.decide.candidate import Candidate
from aws_lb_sim.decide.effort import effort
from aws_lb_sim.decide.facts import CAPABILITIES
from aws_lb_sim.decide.rank import verdict
from aws_lb_sim.decide.requirements import SERVES, requirements
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import change
from aws_lb_sim.manifests.manifests import Manifests
from aws_lb_sim.manifests.presets import preset
from aws_lb_sim.manifests.write import write

BY_ID = {each.id: each for each in (SERVES, *requirements())}
NLB = Design(controller="cloud-provider-aws", emissary_version="3.3")


def candidate(source: Design | Manifests) -> Candidate:
    manifests = source if isinstance(source, Manifests) else write(source)
    cluster = read(
        documents_of(manifests),
        controller=manifests.controller,
        attributes=manifests.attributes,
        emissary_version=manifests.emissary_version,
    )
    design = source if isinstance(source, Design) else NLB
    behaviour = Behaviour(cluster, "shop.example.com", lambda: cluster.compiled)
    return Candidate(
        design=design, manifests=manifests, behaviour=behaviour, effort=effort(manifests), place=0
    )


def ask(requirement: str, source: Design | Manifests):
    return verdict(candidate(source), BY_ID[requirement])


def test_ids_labels_and_questions_are_there_once():
    asked = requirements()
    for field in ("id", "label", "question"):
        values = [getattr(each, field) for each in asked]
        assert len(set(values)) == len(values)
        assert all(values)
    for each in asked:
        assert each.help.endswith(".")
        assert "\n" not in each.help
        assert each.source


def test_each_fact_has_its_source_and_each_kind_of_load_balancer_its_row():
    for requirement, rows in CAPABILITIES.items():
        assert requirement in BY_ID
        assert {"alb", "nlb", "classic"} <= set(rows)
        assert all(row.source and row.text for row in rows.values())


def test_a_redirect_loop_is_told_as_one():
    looping = change(
        NLB, load_balancer="classic-tcp", tls_termination="load-balancer", split_ports=False
    )
    found = ask("redirect", looping)
    assert not found.holds
    assert found.reason.startswith("redirect loops because Emissary takes https://")
    assert "in cleartext" in found.reason
    assert not ask("serves", looping).holds


def test_splitting_the_ports_ends_the_loop():
    assert ask(
        "redirect",
        change(NLB, load_balancer="classic-tcp", tls_termination="load-balancer", split_ports=True),
    ).holds


def test_cleartext_that_is_routed_is_no_redirect():
    found = ask("redirect", change(NLB, insecure_action="Route"))
    assert not found.holds
    assert found.reason == "http is not redirected: the service answers 200"


def test_the_address_that_is_taken_for_the_client_is_named():
    found = ask("real-client-ip", change(NLB, proxy_protocol=False))
    assert not found.holds
    assert "a node's address 10.0.2.20" in found.reason
    assert "kube-proxy" in found.reason


@pytest.mark.parametrize("mode", ["append", "preserve"])
def test_what_an_alb_does_with_x_forwarded_for_decides_whether_it_can_be_forged(mode):
    alb = change(NLB, load_balancer="alb", xff_mode=mode)
    found = ask("unforgeable-client-ip", alb)
    assert found.holds == (mode == "append")


def test_a_forged_proxy_header_wins_where_nobody_writes_one_in_front_of_it():
    # Emissary expects the header, the load balancer does not send it: whoever does is believed.
    manifests = write(
        change(
            NLB,
            external_traffic_policy="Local",
            emissary_proxy_protocol="protocolStack",
            proxy_protocol=False,
        )
    )
    found = candidate(manifests)
    assert not verdict(found, BY_ID["unforgeable-client-ip"]).holds
    assert not verdict(found, SERVES).holds


def test_the_page_as_printed_serves_nothing():
    found = ask("serves", preset("recommended-nlb-as-printed").manifests("3.3"))
    assert not found.holds
    assert "TLS handshake fails" in found.reason


@pytest.mark.parametrize(
    ("requirement", "changes", "holds"),
    [
        ("mtls", {}, True),
        ("mtls", {"tls_termination": "both"}, False),
        ("mtls", {"tls_termination": "load-balancer"}, False),
        ("end-to-end-encryption", {}, True),
        ("end-to-end-encryption", {"tls_termination": "both"}, True),
        ("end-to-end-encryption", {"load_balancer": "alb"}, False),
        ("acm-certificates", {}, False),
        ("acm-certificates", {"tls_termination": "both"}, True),
        ("websocket", {}, False),
        ("websocket", {"websocket": True}, True),
        ("websocket", {"websocket": True, "load_balancer": "classic-http"}, False),
        ("http2", {}, False),
        ("http2", {"alpn_protocols": "h2,http/1.1"}, True),
        ("http2", {"load_balancer": "alb"}, True),
        ("grpc", {"alpn_protocols": "h2,http/1.1"}, True),
        ("grpc", {"load_balancer": "alb"}, False),
        ("forwarded-proto", {}, True),
        ("forwarded-proto", {"tls_termination": "load-balancer", "split_ports": True}, False),
        ("forwarded-proto", {"load_balancer": "alb"}, True),
        ("millions-of-connections", {}, True),
        ("millions-of-connections", {"external_traffic_policy": "Local"}, False),
        ("millions-of-connections", {"load_balancer": "alb"}, False),
        ("waf", {"load_balancer": "alb"}, True),
        ("waf", {}, False),
        ("static-ip", {}, True),
        ("static-ip", {"load_balancer": "alb"}, False),
        ("no-manual-steps", {}, True),
        ("no-manual-steps", {"proxy_protocol_by": "by-hand"}, False),
        ("no-manual-steps", {"controller": "cloudformation"}, False),
        ("survives-reconcile", {}, True),
        ("survives-reconcile", {"proxy_protocol_by": "by-hand"}, False),
        ("no-controller", {}, True),
        ("no-controller", {"controller": "aws-load-balancer-controller"}, False),
        ("no-controller", {"controller": "cloudformation"}, True),
        ("healthy-targets", {}, True),
        ("healthy-targets", {"external_traffic_policy": "Local"}, True),
    ],
)
def test_each_requirement_tells_designs_apart(requirement, changes, holds):
    found = ask(requirement, change(NLB, **changes))
    assert found.holds is holds, found.reason
    assert found.reason


def test_a_proxy_header_to_kube_proxys_health_port_is_unhealthy():
    manifests = write(change(NLB, external_traffic_policy="Local"))
    annotations = manifests.documents[0]["metadata"]["annotations"]
    for name in list(annotations):
        if "healthcheck" in name:
            del annotations[name]
    found = ask("healthy-targets", manifests)
    assert not found.holds
    assert "kube-proxy" in found.reason


def test_tls_options_are_tested_by_demanding_more_than_the_client_has():
    from aws_lb_sim.decide.candidate import candidates

    made = candidates("3.3", {}, {"load_balancer": "nlb", "proxy_protocol": False})
    told = {
        each.design.tls_termination: verdict(each, BY_ID["tls-options"]).holds
        for each in made
        if verdict(each, SERVES).holds
    }
    assert told == {"load-balancer": False, "emissary": True, "both": False}
