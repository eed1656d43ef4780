from __future__ import annotations

import pytest

from aws_lb_sim.aws.read import read_load_balancer

CERTIFICATE = {"ssl-cert": "arn:aws:acm:one, arn:aws:acm:two"}


def read(service, annotations, **spec):
    return read_load_balancer(
        [service(annotations, loadBalancerClass="service.k8s.aws/nlb", **spec)]
    )


def group(service, annotations, port=443, **spec):
    return read(service, annotations, **spec).load_balancer.listener(port).action.target_group


@pytest.mark.parametrize(
    ("ssl_ports", "secure"),
    [(None, {80, 443}), ("443", {443}), ("80, 443", {80, 443}), ("https", {443})],
)
def test_ssl_ports_are_trimmed(service, ssl_ports, secure):
    annotations = CERTIFICATE | ({"ssl-ports": ssl_ports} if ssl_ports else {})
    made = read(service, annotations).load_balancer
    assert {each.port for each in made.listeners if each.protocol == "TLS"} == secure
    assert made.listener(443).certificate == "arn:aws:acm:one"


@pytest.mark.parametrize(
    "annotations",
    [
        {"ssl-ports": "*"},
        {"ssl-ports": "8443"},
        {"proxy-protocol": "true"},
        {"nlb-target-type": "pod"},
        {"scheme": "public"},
        {"alpn-policy": "HTTP2"},
        {"target-group-attributes": "proxy_protocol_v2.enabled"},
        {"healthcheck-protocol": "grpc"},
    ],
)
def test_values_that_stop_the_controller(service, annotations):
    made = read(service, CERTIFICATE | annotations)
    assert made.load_balancer.listeners == ()
    assert made.findings[0].code == "controller-error"
    assert made.findings[0].fix


@pytest.mark.parametrize(
    ("annotations", "target_type", "preserve", "node_port"),
    [
        ({}, "instance", True, 31443),
        ({"nlb-target-type": "instance"}, "instance", True, 31443),
        ({"nlb-target-type": "ip"}, "ip", False, None),
        (
            {"nlb-target-type": "ip", "target-group-attributes": "preserve_client_ip.enabled=true"},
            "ip",
            True,
            None,
        ),
        ({"target-group-attributes": "preserve_client_ip.enabled=false"}, "instance", False, 31443),
    ],
)
def test_target_type_and_preservation(service, annotations, target_type, preserve, node_port):
    found = group(service, annotations)
    assert (found.target_type, found.preserve_client_ip, found.node_port) == (
        target_type,
        preserve,
        node_port,
    )
    assert found.pod_port == 8443


@pytest.mark.parametrize(
    ("annotations", "on"),
    [
        ({}, {}),
        ({"proxy-protocol": "*"}, {80, 443}),
        ({"proxy-protocol-per-target-group": "443"}, {443}),
        ({"proxy-protocol": "*", "proxy-protocol-per-target-group": "443"}, {80, 443}),
        ({"target-group-attributes": "proxy_protocol_v2.enabled=true"}, {80, 443}),
        ({"target-group-attributes.443": "proxy_protocol_v2.enabled=true"}, {443}),
        (
            {
                "proxy-protocol": "*",
                "target-group-attributes": "proxy_protocol_v2.enabled=false",
            },
            {80, 443},
        ),
    ],
)
def test_proxy_protocol(service, annotations, on):
    found = {port for port in (80, 443) if group(service, annotations, port).proxy_protocol == 2}
    assert found == set(on)


def test_backend_protocol_http_makes_no_layer_7_listener(service):
    made = read(service, CERTIFICATE | {"ssl-ports": "443", "backend-protocol": "http"})
    listener = made.load_balancer.listener(443)
    assert (listener.protocol, listener.action.target_group.protocol) == ("TLS", "TCP")
    assert [each.code for each in made.findings] == ["annotation-ignored"]


def test_alpn_policy_is_for_tls_listeners(service):
    made = read(service, CERTIFICATE | {"ssl-ports": "443", "alpn-policy": "HTTP2Preferred"})
    assert made.load_balancer.listener(443).alpn_policy == "HTTP2Preferred"
    assert made.load_balancer.listener(80).alpn_policy == "None"


@pytest.mark.parametrize(
    ("annotations", "scheme"),
    [
        ({}, "internal"),
        ({"internal": "false"}, "internet-facing"),
        ({"internal": "true"}, "internal"),
        ({"internal": "false", "scheme": "internal"}, "internal"),
    ],
)
def test_scheme(service, annotations, scheme):
    assert read(service, annotations).load_balancer.scheme == scheme


@pytest.mark.parametrize(
    ("annotations", "policy", "expected"),
    [
        ({}, "Cluster", ("TCP", "traffic-port")),
        ({}, "Local", ("HTTP", "32000")),
        ({"nlb-target-type": "ip"}, "Local", ("TCP", "traffic-port")),
        ({"healthcheck-port": "traffic-port"}, "Local", ("HTTP", "traffic-port")),
    ],
)
def test_health_checks(service, annotations, policy, expected):
    health = group(service, annotations, externalTrafficPolicy=policy).health_check
    assert (health["HealthCheckProtocol"], health["HealthCheckPort"]) == expected


def test_udp_is_told_and_left_out(service):
    ports = [{"port": 443}, {"port": 8443, "protocol": "UDP"}]
    made = read(service, {}, ports=ports)
    assert [each.port for each in made.load_balancer.listeners] == [443]
    assert made.findings[0].code == "not-modelled"
