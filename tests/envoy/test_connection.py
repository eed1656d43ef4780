"""Connections that end before a request is read, and those that only just get through."""

import pytest

from aws_lb_sim.reception import receive

ALL = {"namespace": {"from": "ALL"}}


def documents(stack, action="Route", **module):
    made = [
        ("Listener", {"port": 8080, "protocolStack": stack, "securityModel": "XFP",
                      "hostBinding": ALL}),
        ("Host", {"hostname": "*", "tlsSecret": {"name": "s"},
                  "requestPolicy": {"insecure": {"action": action}}}),
        ("Mapping", {"hostname": "*", "prefix": "/", "service": "app:80"}),
        ("Module", {"config": module}),
    ]  # fmt: skip
    return [
        {
            "apiVersion": "getambassador.io/v3alpha1",
            "kind": kind,
            "metadata": {"name": "ambassador", "namespace": "emissary"},
            "spec": spec,
        }
        for kind, spec in made
    ]


def seen(stack, connection, **module):
    return receive(documents(stack, **module), [connection])[0]


@pytest.mark.parametrize(
    ("stack", "wait", "ending"),
    [
        (["PROXY", "HTTP", "TCP"], 3, "timeout"),
        (["PROXY", "HTTP", "TCP"], 20, "closed"),
        (["TLS", "HTTP", "TCP"], 20, "closed"),
        (["HTTP", "TCP"], 20, "timeout"),
    ],
)
def test_a_silent_connection(stack, wait, ending):
    assert seen(stack, {"raw": "", "wait": wait})["connection"] == ending


def test_the_idle_timeout_begins_after_the_listener_filters():
    silent = {"raw": "", "wait": 5}
    assert seen(["HTTP", "TCP"], silent, listener_idle_timeout_ms=1000)["connection"] == "closed"
    stack = ["PROXY", "HTTP", "TCP"]
    assert seen(stack, silent, listener_idle_timeout_ms=1000)["connection"] == "timeout"


def test_two_proxy_headers_are_one_too_many():
    header = {"version": 2, "src": "203.0.113.7"}
    stack = ["PROXY", "TLS", "HTTP", "TCP"]
    assert seen(stack, {"proxy": [header, header]})["status"] == 400
    over_tls = seen(stack, {"proxy": [header, header], "tls": True})
    assert over_tls["tls_error"] == "the answer was not TLS"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n", 200),
        ("GET / HTTP/1.0\r\nHost: shop.test\r\n\r\n", 426),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
    ],
)
def test_raw_bytes(raw, status):
    assert seen(["HTTP", "TCP"], {"raw": raw})["status"] == status


def test_half_a_request_is_waited_for():
    assert seen(["HTTP", "TCP"], {"raw": "GET / HTTP/1.1\r\nHost"})["connection"] == "timeout"


@pytest.mark.parametrize(
    ("minimum", "highest", "said"),
    [
        ("v1.2", "1.1", "alert: protocol_version"),
        ("v1.0", "1.1", "alert: handshake_failure"),
        ("v1.3", "1.2", "alert: protocol_version"),
    ],
)
def test_tls_versions_without_overlap(minimum, highest, said):
    made = documents(["TLS", "HTTP", "TCP"])
    made[1]["spec"]["tls"] = {"min_tls_version": minimum}
    observed = receive(made, [{"tls": True, "tls_max": highest}])[0]
    assert observed["tls_error"] == said


@pytest.mark.parametrize(
    ("host", "proto", "location"),
    [
        ("shop.test", None, "https://shop.test/"),
        ("shop.test:80", None, "https://shop.test/"),
        ("shop.test:443", None, "https://shop.test:443/"),
        ("shop.test:8080", None, "https://shop.test:8080/"),
        ("Shop.TEST", None, "https://Shop.TEST/"),
    ],
)
def test_the_port_of_a_redirect(host, proto, location):
    made = documents(["HTTP", "TCP"], action="Redirect")
    headers = [["X-Forwarded-Proto", proto]] if proto else []
    observed = receive(made, [{"host": host, "headers": headers}])[0]
    assert observed["location"] == location


def test_headers_above_the_limit_are_431():
    header = ["X-Long", "x" * 70_000]
    assert seen(["HTTP", "TCP"], {"headers": [header]})["status"] == 431
    assert seen(["HTTP", "TCP"], {"headers": [header]}, max_request_headers_kb=96)["status"] == 200
