from __future__ import annotations

import pytest

from aws_lb_sim.aws.read import read_load_balancer

CERTIFICATE = {"ssl-cert": "arn:aws:acm:us-east-1:111122223333:certificate/0"}


def listeners(service, annotations, **spec):
    made = read_load_balancer([service(annotations, **spec)])
    return {each.port: each for each in made.load_balancer.listeners}


def protocols(listener):
    return listener.protocol, listener.action.target_group.protocol


# buildListener of cloud-provider-aws, row by row.
@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (None, ("SSL", "TCP")),
        ("tcp", ("SSL", "TCP")),
        ("ssl", ("SSL", "SSL")),
        ("http", ("HTTPS", "HTTP")),
        ("https", ("HTTPS", "HTTPS")),
    ],
)
def test_classic_listener_with_a_certificate(service, backend, expected):
    chosen = {"backend-protocol": backend} if backend else {}
    found = listeners(service, CERTIFICATE | chosen | {"ssl-ports": "443"})
    assert protocols(found[443]) == expected
    assert found[443].certificate == CERTIFICATE["ssl-cert"]
    # Port 80 has no certificate: only http makes it an HTTP listener.
    assert protocols(found[80]) == (("HTTP", "HTTP") if backend == "http" else ("TCP", "TCP"))


@pytest.mark.parametrize("backend", [None, "tcp", "ssl", "https"])
def test_classic_listener_without_a_certificate_is_tcp(service, backend):
    chosen = {"backend-protocol": backend} if backend else {}
    assert protocols(listeners(service, chosen)[443]) == ("TCP", "TCP")


def test_an_unknown_backend_protocol_stops_the_controller(service):
    made = read_load_balancer([service(CERTIFICATE | {"backend-protocol": "grpc"})])
    assert made.load_balancer.listeners == ()
    assert made.findings[0].code == "controller-error"
    assert made.findings[0].severity == "error"


@pytest.mark.parametrize(
    ("kind", "ssl_ports", "secure"),
    [
        ("classic", None, {80, 443}),
        ("classic", "*", {80, 443}),
        ("classic", "443", {443}),
        ("classic", "https", {443}),
        ("classic", "80, 443", {80}),  # " 443" is a name that no port has
        ("classic", "HTTPS", set()),  # the port's name is lowered, the annotation is not
        ("nlb", "443", {443}),
        ("nlb", "*", {80, 443}),
        ("nlb", "https", {443}),
        ("nlb", "80, 443", {80}),
    ],
)
def test_ssl_ports_are_not_trimmed(service, kind, ssl_ports, secure):
    annotations = CERTIFICATE | ({"type": "nlb"} if kind == "nlb" else {})
    if ssl_ports is not None:
        annotations |= {"ssl-ports": ssl_ports}
    found = listeners(service, annotations)
    assert {port for port, each in found.items() if each.certificate} == secure


def test_upper_case_port_names_match_on_an_nlb_only_as_written(service):
    ports = [{"name": "HTTPS", "port": 443, "targetPort": 8443}]
    annotations = CERTIFICATE | {"ssl-ports": "HTTPS"}
    assert listeners(service, annotations, ports=ports)[443].protocol == "TCP"
    found = listeners(service, annotations | {"type": "nlb"}, ports=ports)
    assert found[443].protocol == "TLS"


def test_an_unmatched_ssl_port_is_told(service):
    made = read_load_balancer([service(CERTIFICATE | {"ssl-ports": "80, 443"})])
    found = [each for each in made.findings if each.code == "ssl-port-unmatched"]
    assert "' 443'" in found[0].message


@pytest.mark.parametrize(
    ("backend", "target"), [(None, "TCP"), ("ssl", "TLS"), ("http", "TCP"), ("https", "TCP")]
)
def test_nlb_target_protocol(service, backend, target):
    annotations = CERTIFICATE | {"type": "nlb", "ssl-ports": "443"}
    if backend:
        annotations |= {"backend-protocol": backend}
    made = read_load_balancer([service(annotations)])
    assert protocols(made.load_balancer.listener(443)) == ("TLS", target)
    assert protocols(made.load_balancer.listener(80)) == ("TCP", "TCP")
    told = "annotation-ignored" in {each.code for each in made.findings}
    assert told == (backend in ("http", "https"))


def test_proxy_protocol_is_version_1_on_every_port_of_a_classic_elb(service):
    found = listeners(service, {"proxy-protocol": "*"})
    assert [each.action.target_group.proxy_protocol for each in found.values()] == [1, 1]


def test_proxy_protocol_is_ignored_on_an_nlb(service):
    made = read_load_balancer([service({"type": "nlb", "proxy-protocol": "*"})])
    assert made.load_balancer.listener(443).action.target_group.proxy_protocol == 0
    found = [each for each in made.findings if each.code == "annotation-ignored"]
    assert found[0].severity == "warning"
    assert "target-group-attributes" in found[0].fix


def test_proxy_protocol_takes_the_star_only(service):
    made = read_load_balancer([service({"proxy-protocol": "true"})])
    assert made.load_balancer.listeners == ()


@pytest.mark.parametrize(
    ("value", "proxy", "preserve"),
    [
        ("proxy_protocol_v2.enabled=true", 2, True),
        ("preserve_client_ip.enabled=false", 0, False),
        ("preserve_client_ip.enabled=false,proxy_protocol_v2.enabled=true", 2, False),
    ],
)
def test_target_group_attributes_of_an_nlb(service, value, proxy, preserve):
    found = listeners(service, {"type": "nlb", "target-group-attributes": value})
    group = found[443].action.target_group
    assert (group.proxy_protocol, group.preserve_client_ip) == (proxy, preserve)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("nlb", "stickiness.enabled=true"),
        ("nlb", "proxy_protocol_v2.enabled=on"),
        ("nlb", "proxy_protocol_v2.enabled"),
        ("classic", "proxy_protocol_v2.enabled=true"),
    ],
)
def test_target_group_attributes_that_stop_the_controller(service, kind, value):
    annotations = {"target-group-attributes": value} | ({"type": "nlb"} if kind == "nlb" else {})
    made = read_load_balancer([service(annotations)])
    assert made.load_balancer.listeners == ()


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("true", "internal"),
        ("0.0.0.0/0", "internal"),
        ("false", "internet-facing"),
        ("", "internet-facing"),
    ],
)
def test_internal(service, value, scheme):
    made = read_load_balancer([service({"internal": value})])
    assert made.load_balancer.scheme == scheme


@pytest.mark.parametrize(
    ("annotations", "policy", "expected"),
    [
        ({}, "Cluster", ("TCP", "31080")),
        ({"backend-protocol": "https"}, "Cluster", ("SSL", "31080")),
        ({}, "Local", ("HTTP", "32123")),
        ({"type": "nlb"}, "Cluster", ("TCP", "traffic-port")),
        ({"type": "nlb"}, "Local", ("HTTP", "32123")),
    ],
)
def test_health_checks(service, annotations, policy, expected):
    found = listeners(service, annotations, externalTrafficPolicy=policy, healthCheckNodePort=32123)
    health = found[443].action.target_group.health_check
    assert (health["HealthCheckProtocol"], health["HealthCheckPort"]) == expected


def test_mixed_protocols_are_refused(service):
    ports = [{"port": 80}, {"port": 443, "protocol": "UDP"}]
    made = read_load_balancer([service({"type": "nlb"}, ports=ports)])
    assert made.load_balancer.listeners == ()


@pytest.mark.parametrize(
    ("suffix", "code", "severity"),
    [
        ("scheme", "annotation-ignored", "warning"),
        ("nlb-target-type", "annotation-ignored", "warning"),
        ("alpn-policy", "annotation-ignored", "warning"),
        ("eip-allocations", "annotation-ignored", "info"),
        ("proxy-protcol", "annotation-unknown", "warning"),
    ],
)
def test_what_is_passed_over_is_told(service, suffix, code, severity):
    made = read_load_balancer([service({suffix: "x"})])
    found = [(each.code, each.severity) for each in made.findings if suffix in each.where]
    assert found == [(code, severity)]
