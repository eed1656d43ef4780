"""Health checks as AWS sends them, byte by byte: predicted, and observed on a real Envoy.

The PROXY header of version 2 is the one that an NLB was observed to send with a health check
over HTTP (kubernetes/kubernetes issue 57250): LOCAL, the family of TCP over IPv4 without
addresses, a CRC32C, and padding to 100 bytes.
"""

from __future__ import annotations

import pytest

from aws_lb_sim import receive
from aws_lb_sim.lab.connections.differences import differences
from aws_lb_sim.lab.connections.observe import observe
from aws_lb_sim.manifests.presets import preset

LOCAL = (
    bytes.fromhex("0d0a0d0a000d0a515549540a" + "2011" + "0054" + "030004bce5951f" + "04004a")
    + bytes(74)
).decode("latin-1")
# AWS, Health checks for your target groups: the user agent; the Host is the node's address.
HTTP = {
    "host": "10.0.1.10:80",
    "headers": [["User-Agent", "ELB-HealthChecker/2.0"], ["Connection", "close"]],
}
HEALTH_CHECKS = {
    "TCP": {"raw": "", "wait": 1},
    "TCP with a PROXY header": {"proxy": {"raw": LOCAL}, "raw": "", "wait": 1},
    "HTTP": HTTP,
    "HTTP with a PROXY header": {**HTTP, "proxy": {"raw": LOCAL}},
    "HTTPS": {**HTTP, "tls": True, "sni": None},
    "HTTPS with a PROXY header": {**HTTP, "tls": True, "sni": None, "proxy": {"raw": LOCAL}},
}
RECIPES = ("recommended-nlb", "tls-at-emissary-nlb", "tls-at-l7-alb")


def test_the_header_is_as_long_as_the_one_that_was_observed():
    assert len(LOCAL) == 100


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("port", [8080, 8443])
def test_health_checks_do_what_is_predicted(recipe, port):
    manifests = preset(recipe).manifests()
    documents = [dict(each) for each in manifests.documents]
    connections = [{**each, "port": port} for each in HEALTH_CHECKS.values()]
    given = (documents, connections, manifests.emissary_version)
    predicted, observed = receive(*given), observe(*given, patience=1.5)
    found = {
        name: differences(ours, real)
        for name, ours, real in zip(HEALTH_CHECKS, predicted, observed, strict=True)
    }
    assert not any(found.values()), found


def test_a_listener_that_expects_the_header_closes_a_plain_http_health_check():
    manifests = preset("recommended-nlb").manifests()
    documents = [dict(each) for each in manifests.documents]
    checks = [HEALTH_CHECKS["HTTP"], HEALTH_CHECKS["HTTP with a PROXY header"]]
    plain, with_header = observe(documents, checks, manifests.emissary_version)
    assert plain["connection"] == "closed"
    assert with_header["connection"] == "http"
