from __future__ import annotations

import pytest

from aws_lb_sim.network import cloudfront
from aws_lb_sim.network.box import Forward
from aws_lb_sim.network.client import open_url
from aws_lb_sim.network.connection import ProxyHeader

BOX = cloudfront.box("130.176.0.10", "10.0.1.10")


def send(url="https://shop.test/", **options):
    payload = options.pop("payload", ...)
    opening = open_url(url, **options)
    return BOX(opening.connection, opening.request if payload is ... else payload)


def test_match_viewer():
    assert send().connection.tls.server_name == "shop.test"
    plain = send("http://shop.test/")
    assert (plain.connection.tls, plain.connection.destination_port) == (None, 80)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("X-Forwarded-Proto", False),
        ("X-Real-IP", False),
        ("TE", False),
        ("Expect", False),
        ("X-Edge-Location", False),
        ("Proxy-Authorization", False),
        ("Upgrade", False),
        ("CloudFront-Forwarded-Proto", True),
        ("X-Forwarded-Port", True),
        ("Cookie", True),
    ],
)
def test_which_headers_go_on(name, kept):
    sent = send(headers=((name, "value"),))
    assert (sent.payload.header(name) is not None) == kept
    assert any(step.subject.lower() == name.lower() for step in sent.steps) != kept


def test_websocket_keeps_its_upgrade():
    assert send("wss://shop.test/").payload.is_websocket


def test_via_grows():
    sent = send(headers=(("Via", "1.1 proxy"),))
    assert sent.payload.header("via").startswith("1.1 proxy, 1.1 ")


@pytest.mark.parametrize(
    "options",
    [
        {"proxy_in_tls": (ProxyHeader(version=1, source_ip="192.0.2.1"),)},
        {"payload": b"x"},
        {"payload": None},
    ],
)
def test_what_is_no_request(options):
    answer = send(**options)
    assert not isinstance(answer, Forward)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("url", "options", "result"),
    [
        ("https://shop.test:80/", {}, "tls-error"),
        ("https://shop.test/", {"proxy": (ProxyHeader(version=2),)}, "tls-error"),
        ("https://shop.test:8443/", {}, "timeout"),
        ("http://shop.test:443/", {}, "response"),
    ],
)
def test_what_does_not_get_through(url, options, result):
    assert send(url, **options).result == result
