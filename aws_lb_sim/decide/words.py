"""What came of a request, in words for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.flow import Exchange, Hop

__all__ = ["arrival", "arrives", "box", "cleartext_hop", "ending", "owner", "tls_ends"]

_RESULTS = {
    "connection-refused": "the connection is refused",
    "connection-closed": "the connection is closed without an answer",
    "tls-error": "the TLS handshake fails",
    "timeout": "it times out",
}
_BOXES = {
    "cloudfront": "CloudFront",
    "load-balancer": "the load balancer",
    "node": "the node",
    "emissary": "Emissary",
    "service": "the service",
    "client": "the client",
}


def box(name: str) -> str:
    """Name a box within a sentence.

    Examples
    --------
    >>> box("load-balancer")
    'the load balancer'
    """
    return _BOXES.get(name, name)


def arrival(exchange: Exchange) -> Hop | None:
    """Return the hop that reached Emissary, None where none did."""
    return next((hop for hop in exchange.hops if hop.target == "emissary"), None)


def ending(exchange: Exchange) -> str:
    """Say how a request ended, by whom, and why.

    Examples
    --------
    >>> from aws_lb_sim.flow import Exchange
    >>> from aws_lb_sim.network.box import Answer
    >>> refused = Answer(result="timeout", reason="the load balancer has no listener on this port")
    >>> ending(Exchange(url="http://a.test/", hops=(), answer=refused, answered_by="load-balancer"))
    'it times out (the load balancer has no listener on this port)'
    """
    answer = exchange.answer
    if answer.status is None:
        words = _RESULTS.get(answer.result, answer.result)
    else:
        words = f"{box(exchange.answered_by)} answers {answer.status}"
        if exchange.cause is not None:
            words = f"it is answered {answer.status} because of {box(exchange.answered_by)}"
    why = exchange.ending.reason or answer.reason
    return f"{words} ({why})" if why else words


def arrives(exchange: Exchange) -> str:
    """Say how a request comes to Emissary: what Emissary can tell http from https by."""
    hop = arrival(exchange)
    if hop is None or not isinstance(hop.payload, Request):
        return "it never comes to Emissary"
    scheme = hop.payload.header("x-forwarded-proto")
    how = "in cleartext" if hop.connection.tls is None else "over TLS"
    said = "without X-Forwarded-Proto" if scheme is None else f"with X-Forwarded-Proto: {scheme}"
    return f"it comes to Emissary {how}, {said}"


def tls_ends(exchange: Exchange) -> str:
    """Say where the client's TLS ends."""
    ends = exchange.tls_terminated_at
    return f"TLS ends at {box(ends[0])}" if ends else "TLS ends nowhere"


def cleartext_hop(exchange: Exchange) -> Hop | None:
    """Return the first connection to Emissary or before that is not encrypted, None for none."""
    for hop in exchange.hops:
        if hop.target != "service" and hop.connection.tls is None:
            return hop
    return None


def owner(cluster: Cluster, address: str) -> str:
    """Say whose address it is."""
    places = cluster.addresses
    known = {
        places.load_balancer: "the load balancer's address",
        places.load_balancer_ipv6: "the load balancer's address",
        places.node: "a node's address",
        places.node_without_pod: "a node's address",
        places.cloudfront: "CloudFront's address",
        places.client: "the client's address",
    }
    return known.get(address, "another address")
