"""A Classic ELB: listeners of layer 4 (TCP, SSL) and of layer 7 (HTTP, HTTPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.aws.sources import (
    CLASSIC_GUIDE,
    CLASSIC_LISTENERS,
    CLASSIC_PROXY,
    ELB_API,
)
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.classic_http import http_box
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.tls import end_tls, offer
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["BACKEND_TLS", "FULL_PROXY", "PROXY_ADDED", "PROXY_UNSUPPORTED", "TLS_ENDED", "box"]

FULL_PROXY = Rule(
    "classic.source",
    "A Classic ELB opens its own connection: the target sees the load balancer's private address.",
    CLASSIC_GUIDE,
)
PROXY_ADDED = Rule(
    "classic.proxy-v1",
    "With the ProxyProtocol policy on the instance port, a TCP or SSL listener sends one line of "
    "PROXY protocol version 1 before everything else; headers of the client stay behind it.",
    CLASSIC_PROXY,
)
PROXY_UNSUPPORTED = Rule(
    "classic.proxy-ssl-to-ssl",
    "From an SSL listener to an SSL back end PROXY protocol is not supported: no line is taken to "
    "be sent.",
    CLASSIC_LISTENERS,
)
TLS_ENDED = Rule(
    "classic.tls-ended",
    "An SSL listener ends TLS with its one certificate and takes no part in ALPN; what was inside "
    "goes on as it is.",
    f"{CLASSIC_GUIDE}; ALPN inferred: {ELB_API} has no setting for it",
)
BACKEND_TLS = Rule(
    "classic.backend-tls",
    "To an SSL or HTTPS back end a Classic ELB opens a new TLS session and sends no server name.",
    CLASSIC_LISTENERS,
)
_PASSED = Rule(
    "classic.tls-passed", "A TCP listener passes every byte, TLS included.", CLASSIC_GUIDE
)

_ENDED = Step("decrypted", "TLS", None, None, TLS_ENDED)
_BEGUN = Step("encrypted", "TLS", None, None, BACKEND_TLS)
_TLS_PASSED = Step("passed", "TLS", None, None, _PASSED)
_NO_PROXY = Step("ignored", "PROXY header", None, None, PROXY_UNSUPPORTED)
_NO_ALPN = offer()
# Classic ELBs speak TLS up to 1.2 (CLASSIC_GUIDE, predefined security policies).
_BACKEND_HELLO = ClientHello(server_name=None, alpn=(), max_version="1.2")


def box(listener: LoadBalancerListener, addresses: Addresses, target: tuple[str, int]) -> Box:
    """Make the box of one listener of a Classic ELB.

    Parameters
    ----------
    listener
        Its action forwards.
    addresses
        Of the load balancer.
    target
        Address and port that it connects to.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancerListener, TargetGroup
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> group = TargetGroup(protocol="TCP", pod_port=8080, node_port=31080, proxy_protocol=1)
    >>> listener = LoadBalancerListener(
    ...     port=80, protocol="TCP", action=ForwardAction(target_group=group)
    ... )
    >>> arriving = Connection(
    ...     source_ip="203.0.113.7", destination_ip="10.0.1.10", destination_port=80
    ... )
    >>> sent = box(listener, Addresses(), ("10.0.2.20", 31080))(arriving, None)
    >>> sent.connection.source_ip, sent.connection.proxy[0].source_ip
    ('10.0.1.10', '203.0.113.7')
    """
    if listener.protocol in ("HTTP", "HTTPS"):
        return http_box(listener, addresses, target, _BACKEND_HELLO, _BEGUN, FULL_PROXY)
    return _stream_box(listener, addresses, target)


def _stream_box(
    listener: LoadBalancerListener, addresses: Addresses, target: tuple[str, int]
) -> Box:
    action = listener.action
    if not isinstance(action, ForwardAction):
        raise TypeError("a Classic ELB only forwards")
    group = action.target_group
    ends = listener.protocol == "SSL"
    begins = group.protocol == "SSL"
    adds = group.proxy_protocol == 1 and not (ends and begins)
    fixed = [
        step
        for step, holds in (
            (_ENDED, ends),
            (_BEGUN, begins),
            (_NO_PROXY, group.proxy_protocol == 1 and not adds),
        )
        if holds
    ]
    own = addresses.exit(target[0])
    private = addresses.load_balancer
    public_ipv6 = addresses.load_balancer_ipv6
    port = listener.port
    target_ip, target_port = target

    def forward(connection: Connection, payload: Payload) -> Forward | Answer:
        if ends:
            inside = end_tls(connection, payload, _NO_ALPN)
            if isinstance(inside, Answer):
                return inside
            payload = inside
        source = connection.source_ip
        steps = [Step("rewritten", "source address", source, own, FULL_PROXY), *fixed]
        proxy, within = connection.proxy, connection.proxy_in_tls
        if ends and not begins:
            proxy, within = within, ()  # what was inside TLS goes on in cleartext
        if adds:
            header = ProxyHeader(
                version=1,
                source_ip=source,
                source_port=connection.source_port,
                destination_ip=public_ipv6 if ":" in source else private,
                destination_port=port,
            )
            proxy = (header, *proxy)
            steps.append(Step("added", "PROXY header", None, f"v1 {source}", PROXY_ADDED))
        tls = connection.tls
        if begins:
            tls = _BACKEND_HELLO
        elif ends:
            tls = None
        elif tls is not None:
            steps.append(_TLS_PASSED)
        return Forward(
            connection=Connection(
                source_ip=own,
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
