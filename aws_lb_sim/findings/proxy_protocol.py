"""PROXY protocol: both sides must agree on it, and PROXY must come before TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.findings import remedies
from aws_lb_sim.findings.places import document_of, named_listener, where_listener
from aws_lb_sim.findings.registry import Hazard, cluster_check
from aws_lb_sim.findings.ways_in import WayIn, ways_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]

NOT_EXPECTED = Hazard(
    code="proxy-protocol-not-expected",
    severity="error",
    summary="The load balancer sends a PROXY header and Emissary does not expect one.",
    message="port {port}: the load balancer sends a PROXY header (version {version}) and "
    "{listener} does not expect it: Emissary reads it as HTTP, answers requests with 400, and TLS "
    "handshakes fail",
    fix="begin the Listener's protocolStack with PROXY, or turn PROXY protocol off",
    source="observed with Emissary 3.3 and 4.1; emissary-ingress/emissary#3100, #3979",
)
NOT_SENT = Hazard(
    code="proxy-protocol-missing",
    severity="error",
    summary="Emissary expects a PROXY header and the load balancer sends none.",
    message="port {port}: {listener} expects a PROXY header and the load balancer sends none: "
    "Emissary closes every connection without an answer, and TLS handshakes fail",
    fix="turn PROXY protocol on at the load balancer, or take PROXY out of the protocolStack",
    source="observed with Emissary 3.3 and 4.1; kubernetes/kubernetes#101608",
)
TLS_FIRST = Hazard(
    code="proxy-after-tls",
    severity="error",
    summary="A Listener has TLS before PROXY in its stack (as protocol HTTPSPROXY has): TLS fails.",
    message="Listener {name} looks for TLS before it takes the PROXY header off: behind AWS's load "
    "balancers, which send the header first, TLS handshakes with Emissary always fail",
    fix="in Listener {name} put protocolStack: [{stack}] in place of what is there",
    source="emissary-ingress python/ambassador/ir/irlistener.py@3.3.0; observed with 3.3 and 4.1; "
    "emissary-ingress/emissary#4153",
)


@cluster_check(
    NOT_EXPECTED,
    NOT_SENT,
    inputs=(
        "load balancer",
        "requests sent",
        "Envoy configuration",
        "Listeners",
        "Hosts",
        "addresses",
        "release",
        "documents",
    ),
)
def proxy_agreed(cluster: Cluster) -> Iterator[Finding]:
    """Compare what the load balancer sends with what each Listener expects."""
    for way in ways_in(cluster):
        if way.envoy is None:
            continue
        sent = way.arriving.connection.proxy
        expected = "proxy_protocol" in way.envoy.listener_filters
        pod_port = way.arriving.connection.destination_port
        named: dict[str, Any] = {"port": way.port, "listener": named_listener(cluster, pod_port)}
        where = where_listener(cluster, pod_port, "spec")
        if sent and not expected:
            fix = remedies.expect_proxy(cluster, pod_port)
            yield NOT_EXPECTED.found(where=where, fix=fix, version=sent[0].version, **named)
        elif expected and not sent:
            yield NOT_SENT.found(where=where, fix=_send(cluster, way), **named)


def _send(cluster: Cluster, way: WayIn) -> str:
    """Say how the header is sent, or done without where it cannot be."""
    port = way.arriving.connection.destination_port
    kind, protocol = way.load_balancer.kind, way.listener.protocol
    if kind == "alb" or protocol in ("HTTP", "HTTPS"):
        what = "an ALB has" if kind == "alb" else "an HTTP listener sends"
        without = remedies.expect_proxy_not(cluster, port)
        return f"{what} no PROXY protocol: {without}, and {remedies.mend_depth(cluster, port, 1)}"
    if protocol == "SSL" and way.group.protocol == "SSL":
        return (
            f"annotate the Service: {remedies.PREFIX}backend-protocol: tcp "
            "(from SSL to SSL a Classic ELB sends no header)"
        )
    send, others = (
        remedies.send_proxy(cluster, way.load_balancer),
        remedies.expect_proxy_everywhere(cluster),
    )
    return f"{send}; {others}" if others else send


@cluster_check(TLS_FIRST, inputs=("Listeners", "documents"))
def proxy_before_tls(cluster: Cluster) -> Iterator[Finding]:
    """Look for Listeners whose stack has TLS before PROXY."""
    for listener in cluster.compiled.resources.listeners:
        stack = listener.stack
        if "PROXY" not in stack or "TLS" not in stack or stack.index("PROXY") < stack.index("TLS"):
            continue
        document = document_of(cluster, "Listener", listener.name, listener.namespace)
        spec = document.data["spec"] if document else {}
        field = "protocolStack" if spec.get("protocolStack") else "protocol"
        yield TLS_FIRST.found(
            where=document.where("spec", field) if document else "",
            name=f"{listener.namespace}/{listener.name}",
            stack=", ".join(("PROXY", *(each for each in stack if each != "PROXY"))),
        )


CHECKS = (proxy_agreed, proxy_before_tls)
