"""What a testbed on loopback cannot play, and why, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.network.addresses import is_ipv6

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener, TargetGroup
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.network.client import Opening

__all__ = ["why_not_played"]


def why_not_played(cluster: Cluster, opening: Opening) -> str:
    """Return why a request cannot be played; empty where it can.

    Parameters
    ----------
    cluster
        With the load balancer that it comes to.
    opening
        The client's connection and request.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> from aws_lb_sim.network.client import open_url
    >>> why_not_played(read(()), open_url("http://shop.example.com/"))
    ''
    """
    return next(_reasons(cluster, opening), "")


def _reasons(cluster: Cluster, opening: Opening) -> Iterator[str]:
    if is_ipv6(cluster.addresses.pod):
        yield "loopback has one IPv6 address only, and a pod of IPv6 needs others beside it"
    made = cluster.load_balancer
    if made is None:
        return
    port = opening.connection.destination_port
    listener = made.listener(port)
    if listener is None or (cluster.in_front and port not in (80, 443)):
        yield (
            f"AWS drops packets to port {port}, where no listener is; a port of loopback "
            "refuses them instead"
        )
        return
    if listener.protocol in {"HTTP", "HTTPS"} or cluster.in_front:
        yield from _headers_of_envoy(opening)
    if cluster.in_front and listener.alpn_policy == "HTTP2Only":
        yield (
            "whether CloudFront offers protocols by ALPN is not known; the Envoy that plays it "
            "offers http/1.1, which the policy HTTP2Only refuses"
        )
    for group in _target_groups(listener):
        if group.protocol == "HTTPS" and group.protocol_version != "HTTP1":
            yield (
                "a target group of HTTP/2 over TLS insists on h2 by ALPN; Envoy speaks "
                "HTTP/2 there without it"
            )


def _headers_of_envoy(opening: Opening) -> Iterator[str]:
    """Name what an Envoy does with headers when it plays a proxy of layer 7 of AWS's."""
    names = [name.lower() for name, _ in opening.request.headers]
    if any(name.startswith("x-envoy-") for name in names):
        yield (
            "the Envoy that plays a proxy of layer 7 takes X-Envoy-* headers for its own, "
            "which AWS's do not"
        )
    if names.count("x-forwarded-for") > 1:
        yield (
            "the Envoy that plays a proxy of layer 7 joins several lines of X-Forwarded-For "
            "without a blank before its script sees them"
        )


def _target_groups(listener: LoadBalancerListener) -> list[TargetGroup]:
    actions = (listener.action, *(rule.action for rule in listener.rules))
    return [each.target_group for each in actions if isinstance(each, ForwardAction)]
