"""HTTP/2, gRPC and WebSocket: what each box on the path lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import ALB_TROUBLESHOOTING, ELB_HOW, NLB_TLS
from aws_lb_sim.findings.places import envoy_listener
from aws_lb_sim.findings.registry import Hazard, flow_check
from aws_lb_sim.findings.remedies import PREFIX
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow, Hop

__all__ = ["CHECKS"]

_SWITCHED = 101
_VERSION_REFUSED = 464

H2_NOT_AGREED = Hazard(
    code="http2-not-negotiated",
    severity="warning",
    summary="The client asked for HTTP/2 and does not get it.",
    message="{url}: the client offers h2, and {box} does not agree on it (ALPN): {effect}",
    fix="let the box that ends the client's TLS offer h2",
    source=f"{NLB_TLS}; {ELB_HOW}; observed with Emissary 3.3 and 4.1 (alpn_protocols)",
)
POLICY_REFUSES = Hazard(
    code="alpn-policy-refuses",
    severity="error",
    summary="The load balancer's ALPN policy knows no protocol that the client offers.",
    message="{url}: the client offers {offered}, and the load balancer's ALPN policy is {policy}: "
    "it ends the handshake",
    fix="set the listener's ALPN policy to HTTP2Preferred, which takes HTTP/2 and HTTP/1",
    source=f"{NLB_TLS}; RFC 7301, section 3.2",
)
VERSION_REFUSED = Hazard(
    code="protocol-version-mismatch",
    severity="error",
    summary="An ALB's target group takes another HTTP version than the client speaks.",
    message="{url}: the ALB answers 464, since its target group's protocol version does not take "
    "such a request",
    fix="set alb.ingress.kubernetes.io/backend-protocol-version: {version} (ProtocolVersion of the "
    "target group)",
    source=f"{ALB_TROUBLESHOOTING} (HTTP 464)",
)
NO_WEBSOCKET = Hazard(
    code="websocket-refused",
    severity="error",
    summary="A WebSocket cannot be opened on this path.",
    message="{url}: the upgrade to WebSocket is {how}",
    fix="set allow_upgrade: [websocket] in the Mapping, and use a load balancer that passes "
    "upgrades",
    source=f"{ELB_HOW}; observed with Emissary 3.3 and 4.1",
)


@flow_check(POLICY_REFUSES, inputs=("flow", "load balancer"))
def policy_fits(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Look for a handshake that the load balancer's ALPN policy ended."""
    exchange, load_balancer = flow.exchanges[-1], cluster.load_balancer
    hello = exchange.hops[0].connection.tls
    refused = any(step.rule.id == "tls.alpn-none-fits" for step in exchange.ending.steps)
    if not refused or load_balancer is None or hello is None:
        return
    listener = load_balancer.listener(exchange.hops[0].connection.destination_port)
    controller = load_balancer.provisioned_by == "aws-load-balancer-controller"
    fix = f"annotate the Service: {PREFIX}alpn-policy: HTTP2Preferred" if controller else None
    yield POLICY_REFUSES.found(
        where=load_balancer.where,
        fix=fix,
        url=exchange.url,
        offered=", ".join(hello.alpn),
        policy=listener.alpn_policy if listener else "",
    )


@flow_check(H2_NOT_AGREED, VERSION_REFUSED, inputs=("flow", "load balancer", "Envoy configuration"))
def http2_is_spoken(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Look whether a client that asked for HTTP/2 over TLS got it, and where it did not."""
    exchange = flow.exchanges[-1]
    asked, hello = exchange.hops[0].payload, exchange.hops[0].connection.tls
    if not isinstance(asked, Request):
        return
    if exchange.answer.status == _VERSION_REFUSED:
        version = "GRPC" if asked.is_grpc else ("HTTP2" if asked.http == "2" else "HTTP1")
        where = cluster.load_balancer.where if cluster.load_balancer else ""
        yield VERSION_REFUSED.found(where=where, url=exchange.url, version=version)
    if asked.http != "2" or hello is None or "h2" not in hello.alpn:
        return
    refused = any(step.subject == "ALPN" for step in exchange.ending.steps)
    if refused or _spoken(cluster, exchange) == "1.1":
        yield _not_agreed(cluster, exchange, gives_up=refused)


def _spoken(cluster: Cluster, exchange: Exchange) -> str | None:
    """Return the HTTP version that the box which ended the client's TLS made of it."""
    hello = exchange.hops[0].connection.tls
    for hop in exchange.hops[1:]:
        if hop.source == "emissary":
            break
        if hop.connection.tls is not hello and isinstance(hop.payload, Request):
            # A box that rewrites the version by itself has agreed on h2 with the client.
            rewritten = any(step.subject == "HTTP version" for step in hop.steps)
            return "2" if rewritten or _is_alb_with_h2(cluster, hop) else hop.payload.http
    listener = envoy_listener(cluster, exchange)
    chain = listener.tls_chain(hello.server_name) if listener and hello else None
    if chain is None or chain.tls is None or exchange.emissary is None:
        return None
    return "2" if "h2" in chain.tls.alpn else "1.1"


def _is_alb_with_h2(cluster: Cluster, hop: Hop) -> bool:
    """Tell whether a hop comes from an ALB that agrees on h2, and speaks HTTP/1.1 to its target."""
    load_balancer = cluster.load_balancer
    if load_balancer is None or load_balancer.kind != "alb" or hop.source != "load-balancer":
        return False
    return load_balancer.attributes.get("routing.http2.enabled", "true") == "true"


def _not_agreed(cluster: Cluster, exchange: Exchange, *, gives_up: bool) -> Finding:
    boxes = exchange.tls_terminated_at
    box = exchange.answered_by if gives_up else (boxes[0] if boxes else exchange.answered_by)
    load_balancer = cluster.load_balancer
    where = ""
    if box == "emissary" or load_balancer is None:
        fix = 'set tls: {alpn_protocols: "h2,http/1.1"} in the Host'
    else:
        where = load_balancer.where
        port = exchange.hops[0].connection.destination_port
        fix = _on_load_balancer(
            load_balancer.kind, load_balancer.provisioned_by, load_balancer.listener(port)
        )
    effect = "it speaks HTTP/1.1 instead"
    if gives_up:
        effect = "it accepts nothing else (gRPC), and gives up"
    return H2_NOT_AGREED.found(where=where, fix=fix, url=exchange.url, box=box, effect=effect)


def _on_load_balancer(kind: str, made_by: str, listener: LoadBalancerListener | None) -> str:
    passes = (
        "let the load balancer pass TLS through (a TCP listener) and end it at Emissary, in a Host "
        'with tls: {alpn_protocols: "h2,http/1.1"}'
    )
    if kind == "alb":
        return "set routing.http2.enabled=true on the ALB"
    if kind == "nlb" and listener is not None and made_by == "aws-load-balancer-controller":
        return f"annotate the Service: {PREFIX}alpn-policy: HTTP2Preferred"
    if kind == "nlb" and made_by != "cloud-provider-aws":
        return "set the listener's ALPN policy to HTTP2Preferred"
    return passes


@flow_check(NO_WEBSOCKET, inputs=("flow", "load balancer"))
def websocket_opens(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Look whether a request for a WebSocket was answered with 101, and who refused it."""
    exchange = flow.exchanges[0]
    asked = exchange.hops[0].payload
    if not isinstance(asked, Request) or not asked.is_websocket or flow.final_status == _SWITCHED:
        return
    last = flow.exchanges[-1]
    dropped = next(
        (
            hop
            for hop in last.hops
            for step in hop.steps
            if step.action == "removed" and step.subject.lower() == "upgrade"
        ),
        None,
    )
    if dropped is not None:
        how = f"dropped by the {dropped.source}, which speaks HTTP without upgrades"
        fix = f"use TCP or SSL listeners ({PREFIX}backend-protocol: tcp), an NLB or an ALB"
        where = cluster.load_balancer.where if cluster.load_balancer else ""
    elif last.answered_by == "emissary" and any(s.subject == "upgrade" for s in last.ending.steps):
        insecure = last.emissary is not None and last.emissary.secure is False
        how = "refused by Emissary (403): the route does not allow it"
        if insecure:
            how += ", as an insecure request under Redirect never does"
        route = last.emissary.route if last.emissary else ""
        fix = (
            "open it by wss://, in a way that Emissary takes for secure"
            if insecure
            else f"set allow_upgrade: [websocket] in Mapping {route}"
        )
        where = ""
    else:
        return
    yield NO_WEBSOCKET.found(where=where, fix=fix, url=exchange.url, how=how)


CHECKS = (policy_fits, http2_is_spoken, websocket_opens)
