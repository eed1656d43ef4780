from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.aws.load_balancer import ForwardAction, LoadBalancerListener, TargetGroup
from aws_lb_sim.network import nlb
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.box import Answer
from aws_lb_sim.network.connection import Connection, ProxyHeader

CLIENT, NODE, BALANCER = "203.0.113.7", "10.0.2.20", "10.0.1.10"
CLIENT_V6, BALANCER_V6 = "2001:db8::7", "2001:db8:1::10"
PAIRS = [("TCP", "TCP"), ("TLS", "TCP"), ("TLS", "TLS")]
FORGED = (ProxyHeader(version=1, source_ip="198.51.100.66"),)


# Source address at the pod, by target type, preservation and externalTrafficPolicy.
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    ("target_type", "preserve", "policy", "peer"),
    [
        ("instance", True, "Cluster", NODE),
        ("instance", True, "Local", CLIENT),
        ("instance", False, "Cluster", NODE),
        ("instance", False, "Local", BALANCER),
        ("ip", False, "Cluster", BALANCER),
        ("ip", True, "Local", CLIENT),
    ],
)
def test_the_peer_that_the_pod_sees(  # noqa: PLR0917
    make, send, pair, target_type, preserve, policy, peer
):
    made = make(
        "nlb",
        *pair,
        target_type=target_type,
        preserve_client_ip=preserve,
        external_traffic_policy=policy,
        proxy_protocol=2,
    )
    result, done = send(made)
    assert result.connection.source_ip == peer
    assert result.connection.destination_port == 8443
    # The PROXY header holds the client whatever becomes of the packets.
    assert result.connection.proxy[0].source_ip == CLIENT
    assert ("node" in done) == (target_type == "instance")


@pytest.mark.parametrize(
    ("client", "pod", "preserve", "peer"),
    [
        (CLIENT_V6, "10.0.3.30", True, BALANCER),
        (CLIENT_V6, "10.0.3.30", False, BALANCER),
        (CLIENT, "2001:db8:3::30", True, BALANCER_V6),
        (CLIENT_V6, "2001:db8:3::30", True, CLIENT_V6),
        (CLIENT_V6, "2001:db8:3::30", False, BALANCER_V6),
    ],
)
def test_address_families(make, send, client, pod, preserve, peer):
    made = make("nlb", "TCP", "TCP", target_type="ip", preserve_client_ip=preserve)
    result, _ = send(made, client=client, addresses=Addresses(pod=pod))
    assert result.connection.source_ip == peer


def test_a_tcp_listener_passes_the_very_same_tls_session(make, send):
    result, done = send(make("nlb", "TCP", "TCP", target_type="ip"))
    assert result.connection.tls.server_name == "shop.example.com"
    assert "passed TLS [nlb.tls-passed]" in map(str, done["load-balancer"].steps)


def test_a_tls_listener_sends_cleartext_to_a_tcp_target(make, send):
    result, _ = send(make("nlb", "TLS", "TCP", target_type="ip"))
    assert result.connection.tls is None
    assert result.payload.headers == ()  # never an HTTP header


def test_a_tls_listener_opens_tls_to_a_tls_target_without_server_name(make, send):
    result, _ = send(make("nlb", "TLS", "TLS", target_type="ip"))
    assert result.connection.tls.server_name is None


def test_proxy_v2_comes_first_and_names_the_listeners_port(make, send):
    made = make("nlb", "TCP", "TCP", target_type="ip", proxy_protocol=2)
    result, _ = send(made, proxy=FORGED)
    own, forged = result.connection.proxy
    assert (own.version, own.source_ip, own.destination_port) == (2, CLIENT, 443)
    assert forged is FORGED[0]


def test_without_proxy_v2_a_client_can_send_a_header_of_its_own(make, send):
    result, _ = send(make("nlb", "TCP", "TCP", target_type="ip"), proxy=FORGED)
    assert result.connection.proxy == FORGED


def test_a_tls_listener_refuses_a_proxy_header_before_tls(make, send):
    result, _ = send(make("nlb", "TLS", "TCP", target_type="ip"), proxy=FORGED)
    assert result.result == "tls-error"


@pytest.mark.parametrize(("back", "where"), [("TCP", "proxy"), ("TLS", "proxy_in_tls")])
def test_a_header_inside_tls_is_opaque_to_a_tls_listener(make, send, back, where):
    made = make("nlb", "TLS", back, target_type="ip", proxy_protocol=2)
    result, _ = send(made, proxy_in_tls=FORGED)
    assert FORGED[0] in getattr(result.connection, where)
    assert result.connection.proxy[0].version == 2


def test_cleartext_to_a_tls_listener_is_closed(make, send):
    made = make("nlb", "TLS", "TCP", port=80, target_type="ip")
    assert send(made, "http://shop.example.com/")[0].result == "connection-closed"


GRPC = (("content-type", "application/grpc"),)


@pytest.mark.parametrize(
    ("policy", "http", "headers", "outcome"),
    [
        ("None", "2", (), "1.1"),
        ("None", "2", GRPC, "tls-error"),
        ("None", "1.1", (), "1.1"),
        ("HTTP1Only", "2", (), "1.1"),
        ("HTTP1Only", "2", GRPC, "tls-error"),
        ("HTTP2Only", "2", GRPC, "2"),
        ("HTTP2Only", "1.1", (), "tls-error"),
        ("HTTP2Optional", "2", (), "1.1"),
        ("HTTP2Optional", "2", GRPC, "2"),
        ("HTTP2Preferred", "2", (), "2"),
        ("HTTP2Preferred", "1.1", (), "1.1"),
    ],
)
def test_alpn_policies(make, send, policy, http, headers, outcome):
    made = make("nlb", "TLS", "TCP", alpn=policy, target_type="ip")
    result, _ = send(made, http=http, headers=headers)
    if isinstance(result, Answer):
        assert result.result == outcome
    else:
        assert result.payload.http == outcome


@pytest.mark.parametrize("payload", [b"\x00\x01", None])
def test_bytes_and_silence_pass(make, send, payload):
    result, _ = send(make("nlb", "TCP", "TCP", target_type="ip"), payload=payload)
    assert result.payload is payload


@given(
    preserve=st.booleans(),
    proxy=st.sampled_from([0, 2]),
    pair=st.sampled_from(PAIRS),
    client=st.ip_addresses().map(str),
    chain=st.integers(0, 3),
)
def test_at_most_one_header_is_added_and_nothing_of_http_changes(
    preserve, proxy, pair, client, chain
):
    from aws_lb_sim.network.client import open_url

    front, back = pair
    group = TargetGroup(
        protocol=back,
        target_type="ip",
        pod_port=8443,
        preserve_client_ip=preserve,
        proxy_protocol=proxy,
    )
    listener = LoadBalancerListener(
        port=443, protocol=front, action=ForwardAction(target_group=group)
    )
    box = nlb.box(listener, Addresses(), ("10.0.3.30", 8443))
    opening = open_url("https://shop.test/", client=client, proxy_in_tls=FORGED * chain)
    sent = box(opening.connection, opening.request)
    arrived = opening.connection
    before = len(arrived.proxy) + len(arrived.proxy_in_tls)
    after = len(sent.connection.proxy) + len(sent.connection.proxy_in_tls)
    assert after == before + (1 if proxy else 0)
    assert sent.payload == opening.request
    assert (sent.connection.source_ip == client) <= preserve
    assert isinstance(sent.connection, Connection)
