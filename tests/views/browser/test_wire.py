from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.envoy.proxy_protocol import split_raw
from aws_lb_sim.network.box import Answer
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Request
from aws_lb_sim.views.browser.wire import (
    LONGEST_LINE,
    answer_lines,
    proxy_header_bytes,
    wire_layers,
)
from tests.views.flows import hop

LINK = Connection(source_ip="10.0.1.5", destination_ip="10.0.2.9", destination_port=8443)
ENDS = ("10.0.1.5", "10.0.2.9", 8443)


@given(
    version=st.sampled_from([1, 2]),
    ends=st.sampled_from([("203.0.113.7", "10.0.1.10"), ("2001:db8::7", "2001:db8::10")]),
    ports=st.tuples(st.integers(1, 65535), st.integers(1, 65535)),
)
def test_envoy_reads_back_the_header_that_is_shown(version, ends, ports):
    header = ProxyHeader(
        version=version,
        source_ip=ends[0],
        destination_ip=ends[1],
        source_port=ports[0],
        destination_port=ports[1],
    )
    parsed, rest = split_raw(proxy_header_bytes(header, LINK) + b"GET")
    assert rest == b"GET"
    assert (parsed.source_ip, parsed.source_port) == (ends[0], ports[0])


def test_a_local_header_carries_no_address():
    header = ProxyHeader(version=2, command="LOCAL")
    assert proxy_header_bytes(header, LINK)[12:] == b"\x20\x00\x00\x00"


@pytest.mark.parametrize("source", ["not an address", "999.1.1.1"])
def test_what_no_header_can_hold_is_told_in_words(source):
    header = ProxyHeader(version=2, source_ip=source)
    layers = wire_layers(hop("a", "b", ENDS, None, proxy=(header,)))
    assert layers[1] == ("PROXY v2", f"PROXY v2 {source}")


def test_layers_stand_outermost_first():
    header = ProxyHeader(version=1, source_ip="203.0.113.7", destination_ip="10.0.1.10")
    asked = Request(authority="shop.example.com", headers=(("A", "1"), ("A", "2")))
    hello = ClientHello(server_name="shop.example.com", alpn=("h2", "http/1.1"))
    layers = wire_layers(hop("a", "b", ENDS, asked, proxy=(header,), tls=hello))
    assert [layer[0] for layer in layers] == ["TCP", "PROXY v1", "TLS", "HTTP/1.1"]
    assert layers[1][1] == r"PROXY TCP4 203.0.113.7 10.0.1.10 0 443\r\n"
    assert layers[2][1] == (
        "ClientHello: server name shop.example.com; ALPN h2, http/1.1; TLS 1.2 to 1.3"
    )
    assert layers[3][1:] == ("GET / HTTP/1.1", "Host: shop.example.com", "A: 1", "A: 2")


def test_http_2_has_pseudo_headers_and_no_host():
    asked = Request(authority="shop.example.com", http="2")
    layer = wire_layers(hop("a", "b", ENDS, asked))[-1]
    assert layer == ("HTTP/2", ":method: GET", ":path: /", ":authority: shop.example.com")


def test_bytes_are_shown_as_bytes():
    assert wire_layers(hop("a", "b", ENDS, b"\x16\x03"))[-1] == ("2 bytes", "16 03")
    assert wire_layers(hop("a", "b", ENDS, None))[-1] == ("nothing",)


def test_no_line_is_endless_or_breaks_another():
    asked = Request(headers=(("A", "x" * 99_999), ("B", "one\r\ntwo\x1b[2J")))
    lines = wire_layers(hop("a", "b", ENDS, asked))[-1]
    assert max(map(len, lines)) == LONGEST_LINE
    assert lines[-1] == r"B: one\r\ntwo\x1b[2J"


def test_an_answer_shows_its_status_and_headers():
    answer = Answer(result="response", status=301, headers=(("location", "https://a.test/"),))
    assert answer_lines(answer) == ["status 301", "location: https://a.test/"]
    assert answer_lines(Answer(result="timeout")) == []
