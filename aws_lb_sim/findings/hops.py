"""What the hops of a flow tell: who wrote X-Forwarded-For, who replaced the source address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.flow import Exchange

__all__ = ["appended", "count_proxies", "owner_of", "source_rewritten_by"]

_WRITTEN = ("added", "rewritten")
_XFF = "X-Forwarded-For"


def appended(exchange: Exchange) -> int:
    """Count the L7 proxies in front of Emissary whose entries in X-Forwarded-For arrive there."""
    count = 0
    for hop in exchange.hops:
        if hop.source == "emissary":
            break
        for step in hop.steps:
            if step.subject == _XFF and step.action in _WRITTEN:
                count += 1
            elif step.subject == _XFF and step.action == "removed":
                count = 0
    return count


def count_proxies(number: int) -> str:
    """Count proxies in words."""
    return {0: "no proxy", 1: "one proxy"}.get(number, f"{number} proxies")


def source_rewritten_by(exchange: Exchange) -> tuple[str, str]:
    """Return the last box that put its own address in place of the source, and why.

    Returns
    -------
    tuple of str
        Both are empty where none did.
    """
    for hop in reversed(exchange.hops):
        for step in reversed(hop.steps):
            if step.subject == "source address" and step.action == "rewritten":
                return hop.source, step.rule.text
    return "", ""


def owner_of(cluster: Cluster, address: str) -> str:
    """Say whose an address is, for a sentence."""
    places = cluster.addresses
    known = {
        places.node: "a node's",
        places.node_without_pod: "a node's",
        places.load_balancer: "the load balancer's",
        places.load_balancer_ipv6: "the load balancer's",
        places.inner_load_balancer: "the inner load balancer's",
        places.cloudfront: "CloudFront's",
    }
    return known.get(address, "not the client's")
