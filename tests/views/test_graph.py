from __future__ import annotations

from dataclasses import replace

import networkx as nx

from aws_lb_sim.views.graph import to_graph
from tests.views import flows


def test_a_path_of_the_boxes(any_flow):
    graph = to_graph(any_flow)
    exchange = any_flow.exchanges[0]
    assert list(nx.topological_sort(graph)) == list(exchange.boxes)
    assert graph.number_of_edges() == len(exchange.hops)
    assert [graph.edges[edge]["hop"] for edge in graph.edges] == list(exchange.hops)
    assert any_flow.graph().graph == graph.graph


def test_what_a_box_and_a_hop_know():
    graph = to_graph(flows.tls_ok())
    assert graph.nodes["emissary"]["ends_tls"]
    assert graph.nodes["emissary"]["client_ip"] == flows.CLIENT
    assert graph.nodes["node"]["client_ip_right"] is False
    assert ("added", "x-forwarded-proto", "https") in graph.nodes["emissary"]["headers"]
    assert graph.nodes["service"]["answer"] == 200
    assert graph.nodes["client"]["client_ip"] is None
    edge = graph.edges["load-balancer", "node"]
    assert edge["proxy"] == "PROXY v2 203.0.113.7"
    assert edge["steps"] == ("adds PROXY header: PROXY v2 203.0.113.7", "passes TLS through")


def test_a_failure_is_at_the_box_that_failed():
    graph = to_graph(flows.tls_error())
    assert [name for name, failed in graph.nodes(data="failed") if failed] == ["emissary"]
    assert graph.nodes["emissary"]["answer"] == "tls-error"
    assert graph.graph["reason"].startswith("Listener 8443")


def test_two_boxes_of_one_name_stay_two():
    flow = flows.tls_ok()
    exchange = flow.exchanges[0]
    first, second, *rest = exchange.hops
    twice = replace(
        exchange,
        hops=(
            first,
            replace(second, target="load-balancer"),
            replace(rest[0], source="load-balancer"),
            *rest[1:],
        ),
    )
    graph = to_graph(replace(flow, exchanges=(twice,)))
    assert list(graph.nodes) == [
        "client",
        "load-balancer",
        "load-balancer-2",
        "emissary",
        "service",
    ]
