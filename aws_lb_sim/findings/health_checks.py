"""Health checks: the load balancer's own request, sent to Emissary through the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.aws.sources import CLASSIC_GUIDE, NLB_TARGET_GROUP
from aws_lb_sim.envoy.connection import evaluate
from aws_lb_sim.findings.registry import Hazard, cluster_check
from aws_lb_sim.findings.ways_in import WayIn, ways_in
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.envoy.outcome import Outcome
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS", "HealthCheck", "plan", "verdict"]

_DOCUMENTED = (
    f"AWS, Health checks for target groups; {NLB_TARGET_GROUP}; {CLASSIC_GUIDE}, health checks"
)
FAILS = Hazard(
    code="health-check-fails",
    severity="warning",
    summary="Emissary fails the load balancer's health check; with no healthy target it fails "
    "open.",
    message="port {port}: the health check ({check}) fails: {why}; every target is unhealthy, so "
    "that the load balancer sends to all of them alike, to those that are down too",
    fix="check /ambassador/v0/check_ready on port 8877, or use a TCP health check",
    source=_DOCUMENTED,
)
FAILS_CLOSED = Hazard(
    code="health-check-fails-classic",
    severity="error",
    summary="Emissary fails a Classic ELB's health check: no instance is in service.",
    message="port {port}: the health check ({check}) fails: {why}; no instance is in service, and "
    "requests fail (503, or the connection is closed)",
    fix="use a health check that Emissary answers with 200, or a TCP one",
    source=_DOCUMENTED,
)
KUBE_PROXY = Hazard(
    code="health-check-proxy-header",
    severity="warning",
    summary="An NLB sends a PROXY header to kube-proxy's health check port, which cannot read it.",
    message="port {port}: with PROXY protocol the NLB's health check of kube-proxy (node port "
    "{check_port}, externalTrafficPolicy: Local) begins with a PROXY header, which kube-proxy "
    "cannot read: every node is unhealthy, the NLB fails open, and nodes without an Emissary pod "
    "drop their share of the connections",
    fix="set externalTrafficPolicy: Cluster (PROXY protocol tells the client's address all the "
    "same), or ip targets, or a health check by TCP on traffic-port",
    source="kubernetes-sigs/aws-load-balancer-controller docs/guide/service/nlb.md; "
    "kubernetes/kubernetes#57250; cilium/cilium#26274",
)
NOT_CHECKED = Hazard(
    code="health-check-not-simulated",
    severity="info",
    summary="A health check that the model does not cover.",
    message="not modelled: port {port}: whether the health check ({check}) succeeds: {why}",
    fix="",
    source=_DOCUMENTED,
)

_CLOSED = "nothing listens on that port"
_DIAGNOSTICS = "8877"
_KUBE_PROXY = "10256"
_DEFAULT_MATCHERS = {"nlb": "200-399", "alb": "200", "classic": "200"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A health check as it reaches whoever answers it.

    Parameters
    ----------
    protocol
        ``TCP``, ``SSL``, ``TLS``, ``HTTP`` or ``HTTPS``.
    answered_by
        ``emissary``, ``kube-proxy``, Emissary's own ``diagnostics`` port, or ``unknown``.
    port
        Of the pod where Emissary answers, else as written.
    path, matcher
        For HTTP.
    """

    protocol: str
    answered_by: Literal["emissary", "kube-proxy", "diagnostics", "unknown"]
    port: int
    path: str
    matcher: str

    def __str__(self) -> str:
        text = f"{self.protocol} port {self.port}"
        return f"{text} {self.path}, healthy: {self.matcher}" if "HTTP" in self.protocol else text


def plan(cluster: Cluster, way: WayIn) -> HealthCheck:
    """Work out a target group's health check, AWS's defaults filled in."""
    given, kind = way.group.health_check, way.load_balancer.kind
    default = way.group.protocol if kind == "alb" else "TCP"
    protocol = given.get("HealthCheckProtocol", default).upper()
    port = given.get("HealthCheckPort", "traffic-port")
    pod_ports = {
        str(each.group.node_port or each.group.pod_port): each.group.pod_port
        for each in ways_in(cluster)
    }
    answered_by: Literal["emissary", "kube-proxy", "diagnostics", "unknown"] = "emissary"
    if port == "traffic-port":
        reached = way.group.pod_port
    elif port in pod_ports:
        reached = pod_ports[port]
    else:
        reached = int(port) if port.isdigit() else 0
        local = way.group.external_traffic_policy == "Local" and way.group.node_port
        if port == _KUBE_PROXY or local:
            answered_by = "kube-proxy"
        elif way.group.node_port is None and port == _DIAGNOSTICS:
            answered_by = "diagnostics"
        elif way.group.node_port is not None or port not in map(
            str, cluster.compiled.config.listeners
        ):
            answered_by = "unknown"
    return HealthCheck(
        protocol=protocol,
        answered_by=answered_by,
        port=reached,
        path=given.get("HealthCheckPath", "/"),
        matcher=given.get("Matcher", _DEFAULT_MATCHERS[kind]),
    )


def verdict(cluster: Cluster, way: WayIn, check: HealthCheck) -> str:
    """Send the health check to Emissary, and say why it fails; empty where it succeeds."""
    outcome = _send(cluster, way, check)
    if check.protocol == "TCP":
        accepted = outcome.ending not in ("refused", "config-rejected")
        return "" if accepted else _CLOSED
    if check.protocol in ("SSL", "TLS"):
        return "" if outcome.tls else "the TLS handshake fails"
    if outcome.status is None:
        return f"Emissary gives no answer ({outcome.tls_error or outcome.why or outcome.ending})"
    if _matches(outcome.status, check.matcher):
        return ""
    return f"Emissary answers {outcome.status}{_because(outcome)}"


def _because(outcome: Outcome) -> str:
    if outcome.location:
        return ", since the health check carries no X-Forwarded-Proto: https and is redirected"
    return {
        "route_not_found": ", since no Host or Mapping takes its Host header (an address) and path",
        "http1.codec_error": ", since it reads a PROXY header or TLS as a bad request",
    }.get(outcome.why or "", "")


def _send(cluster: Cluster, way: WayIn, check: HealthCheck) -> Outcome:
    places, kind = cluster.addresses, way.load_balancer.kind
    own = places.exit(places.pod)
    target = places.node if way.group.node_port is not None else places.pod
    # AWS: an NLB names its own address and the listener's port, an ALB the target's address and
    # port. For a Classic ELB it is not documented; the instance's address is taken.
    authority = {
        "nlb": f"{own}:{way.listener.port}",
        "alb": f"{target}:{way.group.node_port or check.port}",
    }.get(kind, target)
    # An NLB's health checks begin with the header as well, as LOCAL: it names no client.
    local = (ProxyHeader(version=2, command="LOCAL"),)
    # A TCP check sends no byte, and so no header either.
    proxied = kind == "nlb" and way.group.proxy_protocol and check.protocol != "TCP"
    encrypted = check.protocol in ("SSL", "TLS", "HTTPS")
    connection = Connection(
        source_ip=own,
        destination_ip=places.pod,
        destination_port=check.port,
        proxy=local if proxied else (),
        tls=ClientHello(server_name=None, alpn=()) if encrypted else None,
    )
    payload = Request(authority=authority, path=check.path) if "HTTP" in check.protocol else None
    return evaluate(cluster.compiled.config, connection, payload)


def _matches(status: int, matcher: str) -> bool:
    """Tell whether a status is among AWS's ``200``, ``200-399`` or ``200,301``."""
    for part in matcher.replace(" ", "").split(","):
        low, _, high = part.partition("-")
        if low.isdigit() and int(low) <= status <= int(high if high.isdigit() else low):
            return True
    return False


@cluster_check(
    FAILS,
    FAILS_CLOSED,
    KUBE_PROXY,
    NOT_CHECKED,
    inputs=("load balancer", "requests sent", "Envoy configuration", "Hosts", "addresses"),
)
def targets_are_healthy(cluster: Cluster) -> Iterator[Finding]:
    """Send each health check, and compare the answer with AWS's matcher."""
    seen: list[object] = []
    for way in ways_in(cluster):
        check = plan(cluster, way)
        classic = way.load_balancer.kind == "classic"
        if (check, way.group.proxy_protocol) in seen:
            continue
        seen.append((check, way.group.proxy_protocol))
        named: dict[str, Any] = {"port": way.port, "check": check}
        where = way.load_balancer.where
        if check.answered_by == "kube-proxy":
            if way.group.proxy_protocol == 2 and "HTTP" in check.protocol:  # noqa: PLR2004  (PROXY v2)
                yield KUBE_PROXY.found(where=where, check_port=check.port, port=way.port)
        elif unknown := _unknown(way, check):
            yield NOT_CHECKED.found(where=where, why=unknown, **named)
        elif check.answered_by == "emissary" and (why := verdict(cluster, way, check)):
            hazard = FAILS_CLOSED if classic else FAILS
            fix = f"add a Listener with port: {check.port}" if why == _CLOSED else None
            yield hazard.found(where=where, fix=fix, why=why, **named)


def _unknown(way: WayIn, check: HealthCheck) -> str:
    if check.answered_by == "unknown":
        return f"nothing here says who listens on port {check.port}"
    if way.group.proxy_protocol == 1 and check.protocol != "TCP":
        return "reports differ on whether a Classic ELB's health check carries the PROXY line"
    if way.group.protocol_version == "GRPC":
        return "health checks by gRPC"
    return ""


CHECKS = (targets_are_healthy,)
