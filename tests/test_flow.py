from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from aws_lb_sim.flow import Flow
from tests.views import flows


def test_facts_of_the_first_answer_and_of_the_last():
    flow = flows.redirected_then_ok()
    assert (flow.result, flow.status, flow.location) == (
        "response",
        301,
        "https://shop.example.com/",
    )
    assert flow.final_status == 200


def test_a_loop_has_no_final_status():
    flow = flows.redirect_loop()
    assert flow.redirect_loop
    assert flow.status == 301
    assert flow.final_status is None


def test_no_response_has_no_status():
    flow = flows.tls_error()
    assert (flow.result, flow.status, flow.location, flow.final_status) == (
        "tls-error",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("name", "believed", "verdict", "peer", "secure"),
    [
        ("tls-ok", flows.CLIENT, "right", "10.0.2.9", True),
        ("redirected-then-ok", flows.CLIENT, "right", "10.0.2.9", False),
        ("tls-error", None, "unknown", "10.0.2.9", None),
        ("redirect-loop", flows.BALANCER, "wrong", flows.BALANCER, False),
        ("forged-wins", "6.6.6.6", "wrong", "10.0.2.9", True),
        ("refused", None, "unknown", None, None),
    ],
)
def test_what_emissary_made_of_it(name, believed, verdict, peer, secure):
    flow = flows.ALL[name]()
    assert flow.emissary_client_ip == believed
    assert flow.client_address == verdict
    assert flow.peer_ip == peer
    assert flow.secure is secure


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("tls-ok", ("emissary",)),
        ("redirect-loop", ("load-balancer",)),
        ("forged-wins", ("cloudfront", "load-balancer")),
        ("redirected-then-ok", ()),
        ("tls-error", ()),
    ],
)
def test_where_tls_ends_on_the_first_request(name, boxes):
    assert flows.ALL[name]().tls_terminated_at == boxes


def test_tls_ended_by_the_box_that_answers_counts():
    exchange = flows.nlb_tls_exchange()
    *before, last = exchange.hops
    answer = replace(exchange.answer, status=404, steps=last.steps)
    ended = replace(exchange, hops=tuple(before), answer=answer, answered_by="emissary")
    assert ended.tls_terminated_at == ("emissary",)
    assert ended.upstream_headers is None


def test_a_load_balancer_that_answers_by_itself_leaves_emissary_to_the_next_request():
    first = replace(flows.redirected_then_ok().exchanges[0], emissary=None)
    flow = Flow(exchanges=(first, flows.nlb_tls_exchange()), client_ip=flows.CLIENT)
    assert flow.secure is True
    assert flow.peer_ip == "10.0.2.9"
    assert flow.read_exchange is flow.exchanges[1]


def test_upstream_headers_are_of_the_first_request_that_reached_the_service():
    flow = flows.redirected_then_ok()
    assert flow.exchanges[0].upstream_headers is None
    assert ("x-forwarded-proto", "https") in flow.upstream_headers
    assert flows.redirect_loop().upstream_headers is None


def test_boxes_in_order():
    assert flows.refused().exchanges[0].boxes == ("client", "load-balancer")


def test_a_flow_loads_no_view_until_it_is_looked_at():
    code = (
        "import sys, aws_lb_sim.flow; "
        "sys.exit(any(name.startswith(('aws_lb_sim.views', 'pandas', 'matplotlib', 'networkx'))"
        " for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
