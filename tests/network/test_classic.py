from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.aws.load_balancer import ForwardAction, LoadBalancerListener, TargetGroup
from aws_lb_sim.network import classic
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.client import open_url
from aws_lb_sim.network.connection import ProxyHeader

CLIENT, NODE = "203.0.113.7", "10.0.2.20"
FORGED = (ProxyHeader(version=2, source_ip="198.51.100.66"),)
HTTP = "http://shop.example.com/"


def names(headers):
    return [name for name, _ in headers]


@pytest.mark.parametrize(
    ("front", "back", "version"),
    [("TCP", "TCP", 1), ("SSL", "TCP", 1), ("SSL", "SSL", None)],
)
def test_where_proxy_protocol_is_supported(make, send, front, back, version):
    result, _ = send(make("classic", front, back, proxy_protocol=1))
    proxy = result.connection.proxy
    assert (proxy[0].version if proxy else None) == version
    if proxy:
        assert proxy[0].source_ip == CLIENT
        assert (proxy[0].destination_ip, proxy[0].destination_port) == ("10.0.1.10", 443)
    assert result.connection.source_ip == NODE


def test_an_ipv6_client_is_named_in_ipv6(make, send):
    made = make("classic", "TCP", "TCP", proxy_protocol=1)
    result, _ = send(made, client="2001:db8::7")
    header = result.connection.proxy[0]
    assert (header.source_ip, ":" in header.destination_ip) == ("2001:db8::7", True)


@pytest.mark.parametrize("policy", ["Cluster", "Local"])
def test_the_target_never_sees_the_client_itself(make, send, policy):
    result, _ = send(make("classic", "TCP", "TCP", external_traffic_policy=policy))
    assert result.connection.source_ip == (NODE if policy == "Cluster" else "10.0.1.10")


def test_headers_of_the_client_stay_behind_its_own(make, send):
    result, _ = send(make("classic", "TCP", "TCP", proxy_protocol=1), proxy=FORGED)
    assert [each.version for each in result.connection.proxy] == [1, 2]


def test_a_header_inside_tls_comes_out_in_cleartext_at_an_ssl_listener(make, send):
    result, _ = send(make("classic", "SSL", "TCP", proxy_protocol=1), proxy_in_tls=FORGED)
    assert result.connection.tls is None
    assert [each.version for each in result.connection.proxy] == [1, 2]
    assert result.connection.proxy_in_tls == ()


def test_ssl_to_ssl_sends_no_server_name(make, send):
    result, _ = send(make("classic", "SSL", "SSL"))
    assert result.connection.tls.server_name is None


@pytest.mark.parametrize(("front", "back"), [("SSL", "TCP"), ("HTTPS", "HTTP")])
def test_there_is_no_alpn(make, send, front, back):
    made = make("classic", front, back)
    assert send(made, http="2")[0].payload.http == "1.1"
    grpc = (("content-type", "application/grpc"),)
    assert send(made, http="2", headers=grpc)[0].result == "tls-error"


def test_layer_7_writes_three_headers(make, send):
    forged = (
        ("X-Forwarded-For", "198.51.100.66"),
        ("x-forwarded-proto", "gopher"),
        ("X-Forwarded-Port", "1"),
        ("Accept", "*/*"),
    )
    result, _ = send(make("classic", "HTTPS", "HTTP"), headers=forged)
    request = result.payload
    assert request.header("x-forwarded-for") == "198.51.100.66, 203.0.113.7"
    assert request.header("x-forwarded-proto") == "https"
    assert request.header("x-forwarded-port") == "443"
    assert request.header("accept") == "*/*"
    assert request.authority == "shop.example.com"
    assert result.connection.tls is None


def test_http_is_http(make, send):
    result, _ = send(make("classic", "HTTP", "HTTP", port=80), HTTP)
    assert result.payload.header("x-forwarded-proto") == "http"
    assert result.payload.header("x-forwarded-port") == "80"


def test_proxy_policy_adds_nothing_on_http_listeners(make, send):
    result, _ = send(make("classic", "HTTPS", "HTTP", proxy_protocol=1))
    assert result.connection.proxy == ()


def test_the_websocket_upgrade_is_lost(make, send):
    result, done = send(make("classic", "HTTPS", "HTTP"), "wss://shop.example.com/")
    assert not result.payload.is_websocket
    assert any(step.subject == "Upgrade" for step in done["load-balancer"].steps)
    assert send(make("classic", "SSL", "TCP"), "wss://shop.example.com/")[0].payload.is_websocket


def test_expect_is_answered_here(make, send):
    result, _ = send(make("classic", "HTTPS", "HTTP"), headers=(("Expect", "100-continue"),))
    assert "Expect" not in names(result.payload.headers)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"http": "2"}, 400),
        ({"payload": b"\x16\x03"}, 400),
        ({"payload": None}, 408),
        ({"proxy": FORGED}, 400),
        ({"method": "CONNECT"}, 400),
    ],
)
def test_what_is_no_http_1_request(make, send, options, status):
    result, _ = send(make("classic", "HTTP", "HTTP", port=80), HTTP, **options)
    assert (result.result, result.status) == ("response", status)


def test_a_proxy_header_inside_tls_is_a_bad_request(make, send):
    result, _ = send(make("classic", "HTTPS", "HTTP"), proxy_in_tls=FORGED)
    assert result.status == 400


def test_tls_at_an_http_listener(make, send):
    assert send(make("classic", "HTTP", "HTTP"))[0].result == "tls-error"


@given(
    lines=st.lists(
        st.sampled_from(["198.51.100.1", "10.0.0.1, 192.0.2.9", "unknown", "2001:db8::9"]),
        max_size=4,
    ),
    client=st.ip_addresses().map(str),
)
def test_one_address_is_appended_and_no_header_comes_twice(lines, client):
    group = TargetGroup(protocol="HTTP", pod_port=8080, node_port=31080)
    listener = LoadBalancerListener(
        port=80, protocol="HTTP", action=ForwardAction(target_group=group)
    )
    box = classic.box(listener, Addresses(), (NODE, 31080))
    headers = tuple(("X-Forwarded-For", each) for each in lines)
    opening = open_url(HTTP, client=client, headers=headers)
    sent = box(opening.connection, opening.request).payload
    assert sent.header("x-forwarded-for") == ", ".join([*lines, client])
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port"):
        assert names(sent.headers).count(name) == 1
