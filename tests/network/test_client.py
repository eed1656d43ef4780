from __future__ import annotations

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.network.client import check_address, open_url
from aws_lb_sim.network.connection import ProxyHeader


@pytest.mark.parametrize(
    ("url", "port", "authority", "server_name", "path"),
    [
        ("http://shop.test", 80, "shop.test", None, "/"),
        ("http://shop.test:8080/a?b=c", 8080, "shop.test:8080", None, "/a?b=c"),
        ("https://shop.test:443/", 443, "shop.test", "shop.test", "/"),
        ("https://shop.test:8443/", 8443, "shop.test:8443", "shop.test", "/"),
        ("https://192.0.2.1/", 443, "192.0.2.1", None, "/"),
        ("https://[2001:db8::1]:8443/", 8443, "[2001:db8::1]:8443", None, "/"),
        ("wss://shop.test/chat", 443, "shop.test", "shop.test", "/chat"),
        ("https://shop.test?x=1#here", 443, "shop.test", "shop.test", "/?x=1"),
    ],
)
def test_what_a_url_says(url, port, authority, server_name, path):
    opening = open_url(url)
    hello = opening.connection.tls
    assert opening.connection.destination_port == port
    assert (opening.request.authority, opening.request.path) == (authority, path)
    assert (hello.server_name if hello else None) == server_name
    assert (hello is None) == url.startswith("http:")


@pytest.mark.parametrize(
    ("http", "headers", "alpn"),
    [
        ("1.1", (), ("http/1.1",)),
        ("2", (), ("h2", "http/1.1")),
        ("2", (("content-type", "application/grpc"),), ("h2",)),
    ],
)
def test_alpn(http, headers, alpn):
    opening = open_url("https://shop.test", http=http, headers=headers)
    assert opening.connection.tls.alpn == alpn


def test_websocket_asks_for_the_upgrade_over_http_1():
    request = open_url("ws://shop.test", http="2").request
    assert request.is_websocket
    assert request.http == "1.1"


def test_a_host_header_replaces_the_urls_host():
    opening = open_url("https://192.0.2.1/", headers=(("host", "shop.test"), ("A", "b")))
    assert opening.request.authority == "shop.test"
    assert opening.request.headers == (("A", "b"),)


def test_forged_proxy_headers_go_where_they_are_put():
    forged = (ProxyHeader(version=1, source_ip="198.51.100.1"),)
    outside = open_url("https://shop.test", proxy=forged).connection
    inside = open_url("https://shop.test", proxy_in_tls=forged).connection
    assert (outside.proxy, outside.proxy_in_tls) == (forged, ())
    assert (inside.proxy, inside.proxy_in_tls) == ((), forged)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.test",
        "ftp://shop.test",
        "https://",
        "http://a:99999/",
        "http://a b/",
        "http://[::",
    ],
)
def test_bad_urls(url):
    with pytest.raises(InputError) as caught:
        open_url(url)
    assert caught.value.mend


@pytest.mark.parametrize("text", ["", "203.0.113.256", "shop.test", "203.0.113.7/32"])
def test_bad_addresses(text):
    with pytest.raises(InputError, match="not an IP address"):
        check_address(text)
