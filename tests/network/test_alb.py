from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.aws.load_balancer import (
    FixedResponseAction,
    ForwardAction,
    ListenerRule,
    LoadBalancerListener,
    RedirectAction,
    TargetGroup,
)
from aws_lb_sim.network import alb
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.client import open_url
from aws_lb_sim.network.connection import ProxyHeader

CLIENT = "203.0.113.7"
HTTP = "http://shop.example.com/"
GRPC = (("content-type", "application/grpc"),)
FORGED = (ProxyHeader(version=1, source_ip="198.51.100.66"),)
MODE = "routing.http.xff_header_processing.mode"
CLIENT_PORT = "routing.http.xff_client_port.enabled"


@pytest.mark.parametrize(
    ("attributes", "incoming", "client", "outgoing"),
    [
        ({}, None, CLIENT, CLIENT),
        ({}, "a, b", CLIENT, f"a, b, {CLIENT}"),
        ({}, None, "2001:db8::1", "2001:db8::1"),
        ({CLIENT_PORT: "true"}, None, CLIENT, f"{CLIENT}:40000"),
        ({CLIENT_PORT: "true"}, None, "2001:db8::1", "[2001:db8::1]:40000"),
        ({MODE: "preserve"}, "a", CLIENT, "a"),
        ({MODE: "preserve"}, None, CLIENT, None),
        ({MODE: "preserve", CLIENT_PORT: "true"}, "a", CLIENT, "a"),
        ({MODE: "remove"}, "a", CLIENT, None),
        ({MODE: "remove"}, None, CLIENT, None),
    ],
)
def test_x_forwarded_for(make, send, attributes, incoming, client, outgoing):
    headers = (("x-forwarded-for", incoming),) if incoming else ()
    made = make("alb", "HTTPS", "HTTP", attributes=attributes)
    result, _ = send(made, headers=headers, client=client)
    assert result.payload.header("X-Forwarded-For") == outgoing


@pytest.mark.parametrize(("addresses", "status"), [(30, None), (31, 463)])
def test_at_most_30_addresses(make, send, addresses, status):
    headers = (("X-Forwarded-For", ", ".join(["198.51.100.1"] * addresses)),)
    result, _ = send(make("alb", "HTTPS", "HTTP"), headers=headers)
    assert getattr(result, "status", None) == status


def test_forged_proto_and_port_are_replaced(make, send):
    headers = (("X-Forwarded-Proto", "http"), ("X-Forwarded-Port", "80"))
    request = send(make("alb", "HTTPS", "HTTP"), headers=headers)[0].payload
    assert (request.header("x-forwarded-proto"), request.header("x-forwarded-port")) == (
        "https",
        "443",
    )


# Which requests a target group's protocol version takes; the rest is answered with 464.
@pytest.mark.parametrize(
    ("version", "http", "method", "headers", "outcome"),
    [
        ("HTTP1", "1.1", "GET", (), "1.1"),
        ("HTTP1", "2", "GET", (), "1.1"),
        ("HTTP1", "2", "POST", GRPC, 464),
        ("HTTP2", "1.1", "GET", (), 464),
        ("HTTP2", "2", "GET", (), "2"),
        ("HTTP2", "2", "POST", GRPC, "2"),
        ("GRPC", "2", "POST", GRPC, "2"),
        ("GRPC", "2", "POST", (), "2"),
        ("GRPC", "2", "GET", (), 464),
        ("GRPC", "1.1", "POST", (), 464),
    ],
)
def test_protocol_versions(make, send, version, http, method, headers, outcome):  # noqa: PLR0917
    made = make("alb", "HTTPS", "HTTP", protocol_version=version)
    result, _ = send(made, http=http, method=method, headers=headers)
    if isinstance(outcome, int):
        assert result.status == outcome
    else:
        assert result.payload.http == outcome


def test_websocket_passes(make, send):
    assert send(make("alb", "HTTPS", "HTTP"), "wss://shop.test/")[0].payload.is_websocket
    made = make("alb", "HTTPS", "HTTP", protocol_version="HTTP2")
    assert send(made, "wss://shop.test/")[0].status == 464


def test_http2_can_be_switched_off(make, send):
    made = make("alb", "HTTPS", "HTTP", attributes={"routing.http2.enabled": "false"})
    assert send(made, http="2")[0].payload.http == "1.1"
    assert send(made, http="2", headers=GRPC)[0].result == "tls-error"


@pytest.mark.parametrize(
    ("port", "attributes", "sent", "received"),
    [
        (443, {}, "Shop.Example.com", "shop.example.com"),
        (443, {}, "shop.example.com:8443", "shop.example.com"),
        (8443, {}, "shop.example.com", "shop.example.com:8443"),
        (8443, {}, "shop.example.com:9", "shop.example.com:9"),
        (
            8443,
            {"routing.http.preserve_host_header.enabled": "true"},
            "Shop.Example.com",
            "Shop.Example.com",
        ),
    ],
)
def test_host(make, send, port, attributes, sent, received):
    made = make("alb", "HTTPS", "HTTP", port=port, attributes=attributes)
    url = f"https://shop.example.com:{port}/"
    assert send(made, url, headers=(("Host", sent),))[0].payload.authority == received


def test_the_target_sees_the_alb(make, send):
    made = make("alb", "HTTPS", "HTTP", target_type="ip")
    assert send(made)[0].connection.source_ip == "10.0.1.10"


def test_https_targets_get_no_server_name(make, send):
    hello = send(make("alb", "HTTPS", "HTTPS", target_type="ip"))[0].connection.tls
    assert (hello.server_name, hello.alpn) == (None, ())
    made = make("alb", "HTTPS", "HTTPS", target_type="ip", protocol_version="HTTP2")
    assert send(made, http="2")[0].connection.tls.alpn == ("h2",)


@pytest.mark.parametrize(
    ("url", "options", "result", "status"),
    [
        (HTTP, {"proxy": FORGED}, "response", 400),
        (HTTP, {"payload": b"\x00"}, "response", 400),
        (HTTP, {"payload": None}, "response", 408),
        (HTTP, {"http": "2"}, "response", 400),
        ("https://shop.test:80/", {}, "tls-error", None),
    ],
)
def test_an_http_listener_refuses(make, send, url, options, result, status):
    found, _ = send(make("alb", "HTTP", "HTTP", port=80), url, **options)
    assert (found.result, found.status) == (result, status)


@pytest.mark.parametrize(
    ("url", "options", "result", "status"),
    [
        ("https://shop.test/", {"proxy": FORGED}, "tls-error", None),
        ("https://shop.test/", {"proxy_in_tls": FORGED}, "response", 400),
        ("http://shop.test:443/", {}, "response", 400),
    ],
)
def test_an_https_listener_refuses(make, send, url, options, result, status):
    found, _ = send(make("alb", "HTTPS", "HTTP"), url, **options)
    assert (found.result, found.status) == (result, status)


def with_action(made, action, rules=()):
    listener = replace(made.listeners[0], action=action, rules=rules)
    return replace(made, listeners=(listener,))


@pytest.mark.parametrize(
    ("action", "location"),
    [
        (
            RedirectAction(protocol="HTTPS", port="443"),
            "https://shop.example.com:443/cart/1?a=b",
        ),
        (
            RedirectAction(host="www.#{host}", path="/new/#{path}", query="", status=302),
            "http://www.shop.example.com:80/new/cart/1",
        ),
    ],
)
def test_redirects(make, send, action, location):
    made = with_action(make("alb", "HTTP", "HTTP", port=80), action)
    answer, _ = send(made, "http://Shop.Example.com/cart/1?a=b")
    assert (answer.status, answer.location) == (action.status, location)


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("api.shop.test", "/", 201),
        ("API.shop.test", "/", 201),
        ("shop.test", "/admin/x", 202),
        ("shop.test", "/Admin/x", 404),
        ("shop.test", "/admin", 404),
        ("shop.test", "/?x=/admin/x", 404),
        ("shop.test", "/v1/a", 203),
        ("shop.test", "/v12/a", 404),
    ],
)
def test_rules_are_tried_in_order(make, send, host, path, status):
    rules = (
        ListenerRule(hosts=("*.shop.test",), action=FixedResponseAction(status=201)),
        ListenerRule(paths=("/admin/*",), action=FixedResponseAction(status=202)),
        ListenerRule(
            hosts=("shop.test",), paths=("/v?/*",), action=FixedResponseAction(status=203)
        ),
    )
    made = with_action(make("alb", "HTTPS", "HTTP"), FixedResponseAction(), rules)
    assert send(made, f"https://{host}{path}")[0].status == status


@pytest.mark.parametrize(
    ("incoming", "start", "end"),
    [
        (None, "Root=1-", ""),
        ("Root=1-a-b;Sampled=1", "Self=1-", ";Root=1-a-b;Sampled=1"),
        ("Self=1-old;Root=1-a-b", "Self=1-", ";Root=1-a-b"),
    ],
)
def test_trace_id(make, send, incoming, start, end):
    headers = (("X-Amzn-Trace-Id", incoming),) if incoming else ()
    value = send(make("alb", "HTTPS", "HTTP"), headers=headers)[0].payload.header("x-amzn-trace-id")
    assert value.startswith(start)
    assert value.endswith(end)
    assert "old" not in value


def test_tls_headers_and_invalid_names(make, send):
    attributes = {
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true",
        "routing.http.drop_invalid_header_fields.enabled": "true",
    }
    headers = (("x_forwarded_for", "1.2.3.4"), ("X-Amzn-Tls-Version", "forged"))
    request = send(make("alb", "HTTPS", "HTTP", attributes=attributes), headers=headers)[0].payload
    assert request.header("x_forwarded_for") is None
    assert request.header("x-amzn-tls-version") == "TLSv1.3"


@given(
    headers=st.lists(
        st.tuples(
            st.sampled_from(["X-Forwarded-For", "x-forwarded-proto", "Accept", "Cookie"]),
            st.sampled_from(["a", "b, c", "https"]),
        ),
        max_size=6,
    ),
    mode=st.sampled_from(["append", "preserve", "remove"]),
)
def test_other_headers_keep_their_order_and_its_own_come_once(headers, mode):
    group = TargetGroup(protocol="HTTP", pod_port=8080, node_port=31080)
    listener = LoadBalancerListener(
        port=443, protocol="HTTPS", action=ForwardAction(target_group=group)
    )
    box = alb.box(listener, {MODE: mode}, Addresses(), lambda _group: ("10.0.2.20", 31080))
    opening = open_url("https://shop.test/", headers=tuple(headers))
    sent = box(opening.connection, opening.request).payload.headers
    lower = [name.lower() for name, _ in sent]
    assert all(lower.count(name) <= 1 for name in lower if name.startswith("x-"))
    plain = [pair for pair in headers if not pair[0].lower().startswith("x-")]
    assert [pair for pair in sent if not pair[0].lower().startswith("x-")] == plain
