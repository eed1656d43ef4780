from __future__ import annotations

from dataclasses import replace

from aws_lb_sim.views.beliefs import believed_addresses
from tests.views import flows


def believed(flow, number=0):
    found = believed_addresses(flow.exchanges[number], flow.client_ip)
    return {belief.box: (belief.verdict, belief.address, belief.note) for belief in found}


def test_proxy_protocol_makes_emissary_right_though_packets_are_not():
    said = believed(flows.tls_ok())
    assert said["load-balancer"] == ("good", flows.CLIENT, "the client's own")
    assert said["node"] == ("bad", flows.BALANCER, "load-balancer's own")
    assert said["emissary"][:2] == ("good", flows.CLIENT)
    assert said["service"][:2] == ("good", flows.CLIENT)


def test_a_forged_address_is_called_forged():
    said = believed(flows.forged_wins())
    assert said["emissary"] == ("bad", "6.6.6.6", "forged by the client")
    assert said["service"] == ("bad", "6.6.6.6", "forged by the client")


def test_emissary_that_read_nothing_believes_nothing():
    assert believed(flows.tls_error())["emissary"] == ("neutral", "", "sees 10.0.2.9")


def test_a_service_without_a_plain_word_must_choose():
    exchange = flows.nlb_tls_exchange()
    *before, last = exchange.hops
    listed = flows.request((("x-forwarded-for", "6.6.6.6,203.0.113.7"),))
    changed = replace(exchange, hops=(*before, replace(last, payload=listed)))
    assert believed_addresses(changed, flows.CLIENT)[-1].verdict == "neutral"
    single = flows.request((("x-forwarded-for", "203.0.113.7"),))
    changed = replace(exchange, hops=(*before, replace(last, payload=single)))
    assert believed_addresses(changed, flows.CLIENT)[-1].verdict == "good"
    unseen = replace(exchange, hops=(*before, replace(last, payload=flows.request(()))))
    assert believed_addresses(unseen, flows.CLIENT)[-1].note == "emissary's own"
