"""A Network Load Balancer: TCP and TLS listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.aws.sources import NLB_TARGET_GROUP, NLB_TLS, NO_SNI_REPORTS
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Request
from aws_lb_sim.network.tls import end_tls, offer
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["FAMILY", "PRESERVED", "PROXY_ADDED", "SOURCE", "TLS_ENDED", "box"]

PRESERVED = Rule(
    "nlb.client-ip-preserved",
    "With preserve_client_ip.enabled the packets to the target keep the client's address.",
    NLB_TARGET_GROUP,
)
SOURCE = Rule(
    "nlb.source",
    "Without client IP preservation the target sees the load balancer's private address.",
    NLB_TARGET_GROUP,
)
FAMILY = Rule(
    "nlb.address-family",
    "Where client and target are of different IP families the target sees the load balancer's "
    "address, even with client IP preservation.",
    NLB_TARGET_GROUP,
)
PROXY_ADDED = Rule(
    "nlb.proxy-v2",
    "With proxy_protocol_v2.enabled a binary PROXY header, version 2, comes before everything "
    "else, outside TLS; headers that the client sent stay behind it.",
    f"{NLB_TARGET_GROUP}; aws/elastic-load-balancing-tools, proprot@6f1f976",
)
TLS_ENDED = Rule(
    "nlb.tls-ended",
    "A TLS listener ends TLS and opens a new connection; what was inside goes on.",
    NLB_TLS,
)
BACKEND_TLS = Rule(
    "nlb.backend-tls",
    "To a TLS target group a new TLS session is opened; the target's certificate is not validated "
    "and no server name is taken to be sent.",
    f"{NLB_TLS}; server name: {NO_SNI_REPORTS}",
)
TLS_PASSED = Rule("nlb.tls-passed", "A TCP listener passes every byte, TLS included.", NLB_TLS)

_ENDED = Step("decrypted", "TLS", None, None, TLS_ENDED)
_BEGUN = Step("encrypted", "TLS", None, None, BACKEND_TLS)
_PASSED = Step("passed", "TLS", None, None, TLS_PASSED)
# AWS, ALPN policies (NLB_TLS). None: the load balancer takes no part in ALPN.
_POLICIES: dict[str, Callable[[tuple[str, ...]], str | None]] = {
    "None": offer(),
    "HTTP1Only": offer("http/1.1", "http/1.0", strict=True),
    "HTTP2Only": offer("h2", strict=True),
    "HTTP2Optional": offer("http/1.1", "http/1.0", "h2", strict=True),
    "HTTP2Preferred": offer("h2", "http/1.1", "http/1.0", strict=True),
}
# What is agreed on with the client is offered to a TLS target (inferred).
_HELLO = {
    "2": ClientHello(server_name=None, alpn=("h2",), obeys_alpn=False),
    "1.1": ClientHello(server_name=None, alpn=("http/1.1",), obeys_alpn=False),
}
_BARE_HELLO = ClientHello(server_name=None, alpn=())
_CRC32C, _NOOP = 0x03, 0x04
# Both are there on every header that AWS was seen to send; their bytes decide nothing.
_TLVS = ((_CRC32C, b"\0\0\0\0"), (_NOOP, b"\0" * 62))


def box(listener: LoadBalancerListener, addresses: Addresses, target: tuple[str, int]) -> Box:
    """Make the box of one listener of an NLB.

    Parameters
    ----------
    listener
        TCP or TLS; its action forwards.
    addresses
        Of the load balancer.
    target
        Address and port that it connects to.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancerListener, TargetGroup
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> group = TargetGroup(protocol="TCP", target_type="ip", pod_port=8443, proxy_protocol=2)
    >>> listener = LoadBalancerListener(
    ...     port=443, protocol="TCP", action=ForwardAction(target_group=group)
    ... )
    >>> arriving = Connection(
    ...     source_ip="203.0.113.7", destination_ip="10.0.1.10", destination_port=443
    ... )
    >>> sent = box(listener, Addresses(), ("10.0.3.30", 8443))(arriving, None).connection
    >>> sent.source_ip, sent.proxy[0].source_ip, sent.proxy[0].destination_port
    ('10.0.1.10', '203.0.113.7', 443)
    """
    action = listener.action
    if not isinstance(action, ForwardAction):
        raise TypeError("an NLB only forwards")
    group = action.target_group
    ends = listener.protocol == "TLS"
    begins = ends and group.protocol == "TLS"
    adds = group.proxy_protocol == 2  # noqa: PLR2004  (the version of the protocol)
    preserves = group.preserve_client_ip
    select = _POLICIES[listener.alpn_policy]
    fixed = (*((_ENDED,) if ends else ()), *((_BEGUN,) if begins else ()))
    target_ip, target_port = target
    own = addresses.exit(target_ip)
    target_is_ipv6 = ":" in target_ip
    port = listener.port

    def forward(connection: Connection, payload: Payload) -> Forward | Answer:
        tls, proxy, within = connection.tls, connection.proxy, connection.proxy_in_tls
        steps: list[Step] = []
        if ends:
            inside = end_tls(connection, payload, select)
            if isinstance(inside, Answer):
                return inside
            payload = inside
            if begins:
                tls = _hello(tls, select, payload)
            else:
                tls, proxy, within = None, within, ()
            steps.extend(fixed)
        elif tls is not None:
            steps.append(_PASSED)
        client = connection.source_ip
        source = client
        if not preserves:
            source = own
            steps.append(Step("rewritten", "source address", client, own, SOURCE))
        elif (":" in client) != target_is_ipv6:
            source = own
            steps.append(Step("rewritten", "source address", client, own, FAMILY))
        else:
            steps.append(Step("kept", "source address", None, client, PRESERVED))
        if adds:
            proxy = (_header(connection, port), *proxy)
            steps.append(Step("added", "PROXY header", None, f"v2 {client}", PROXY_ADDED))
        return Forward(
            connection=Connection(
                source_ip=source,
                source_port=connection.source_port,
                destination_ip=target_ip,
                destination_port=target_port,
                proxy=proxy,
                tls=tls,
                proxy_in_tls=within,
            ),
            payload=payload,
            steps=tuple(steps),
        )

    return forward


def _hello(
    client: ClientHello | None,
    select: Callable[[tuple[str, ...]], str | None],
    payload: Payload,
) -> ClientHello:
    if client is None or select(client.alpn) is None or not isinstance(payload, Request):
        return _BARE_HELLO
    return _HELLO["2" if payload.http == "2" else "1.1"]


def _header(connection: Connection, port: int) -> ProxyHeader:
    # The destination port is the listener's; the destination address for ordinary traffic is
    # not documented: the load balancer's own, as the client reached it, is assumed.
    return ProxyHeader(
        version=2,
        source_ip=connection.source_ip,
        source_port=connection.source_port,
        destination_ip=connection.destination_ip,
        destination_port=port,
        tlvs=_TLVS,
    )
