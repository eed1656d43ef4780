"""Whom Emissary takes for the client, and how many proxies it trusts to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction, LoadBalancer, TargetGroup
from aws_lb_sim.aws.sources import ALB_HEADERS, KUBERNETES_SOURCE_IP, NLB_TARGET_GROUP
from aws_lb_sim.findings import remedies
from aws_lb_sim.findings.hops import appended, count_proxies, owner_of, source_rewritten_by
from aws_lb_sim.findings.places import (
    envoy_listener,
    manager_of,
    named_listener,
    where_listener,
)
from aws_lb_sim.findings.registry import Hazard, Input, cluster_check, flow_check
from aws_lb_sim.findings.ways_in import arrival

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["CHECKS"]

_ENVOY = "Envoy source/common/http/conn_manager_utility.cc; observed with Emissary 3.3 and 4.1"

WRONG = Hazard(
    code="client-address-wrong",
    severity="warning",
    summary="Emissary takes something else for the client's address.",
    message="at the hop to Emissary: it takes {believed} ({owner} address) for the client, which "
    "is {client}{why}; access logs, IP filters and rate limits see the wrong one",
    fix="let the load balancer tell the address (PROXY protocol, client IP preservation, "
    "X-Forwarded-For), and Emissary believe it",
    source=f"{KUBERNETES_SOURCE_IP}; {NLB_TARGET_GROUP}; {_ENVOY}",
)
TOO_LOW = Hazard(
    code="trusted-depth-too-low",
    severity="warning",
    summary="Emissary trusts fewer proxies than append to X-Forwarded-For.",
    message="{proxies} in front append{s} to X-Forwarded-For and {listener} trusts {trusted}: "
    "Emissary takes a proxy for the client{proto}",
    fix="set l7Depth to the number of L7 proxies in front",
    source=_ENVOY,
)
TOO_HIGH = Hazard(
    code="trusted-depth-too-high",
    severity="warning",
    summary="Emissary trusts more proxies than append to X-Forwarded-For.",
    message="{proxies} in front append{s} to X-Forwarded-For and {listener} trusts {trusted}: "
    "without that many entries Emissary takes the connection's own address for the client, and an "
    "entry that the client wrote itself is believed",
    fix="set l7Depth to the number of L7 proxies in front",
    source=_ENVOY,
)
NOT_APPENDED = Hazard(
    code="xff-not-appended",
    severity="warning",
    summary="An ALB is told not to write the client's address into X-Forwarded-For.",
    message="routing.http.xff_header_processing.mode is {mode}: {effect}",
    fix="set routing.http.xff_header_processing.mode=append on the ALB, and l7Depth: 1 in the "
    "Listener",
    source=ALB_HEADERS,
)
CLIENT_PORT = Hazard(
    code="xff-with-client-port",
    severity="warning",
    summary="An ALB writes the client's port behind its address, which Envoy cannot parse.",
    message="routing.http.xff_client_port.enabled is true: the ALB writes address:port into "
    "X-Forwarded-For, Envoy does not take that for an address, and Emissary falls back to the "
    "address of the connection, the ALB's",
    fix="set routing.http.xff_client_port.enabled=false on the ALB",
    source=f"{ALB_HEADERS}; envoyproxy/envoy#25517; observed with Emissary 3.3 and 4.1",
)
_EFFECTS = {
    "preserve": "the ALB sends the header on as the client wrote it, so that Emissary believes the "
    "client about itself (l7Depth 1) or takes the ALB for the client (l7Depth 0)",
    "remove": "the ALB drops the header, so that nothing tells Emissary the client's address",
}
_INPUTS: tuple[Input, ...] = (
    "flow",
    "Envoy configuration",
    "Listeners",
    "release",
    "documents",
    "load balancer",
    "proxies in front",
)


@flow_check(WRONG, inputs=(*_INPUTS, "addresses", "Hosts", "requests sent"))
def address_is_right(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Compare the address that Emissary believes with the client's own."""
    exchange = flow.read_exchange
    if exchange is None or flow.client_address != "wrong":
        return
    hop = arrival(exchange)
    port = hop.connection.destination_port if hop else 0
    box, rule = source_rewritten_by(exchange)
    proxies = appended(exchange)
    load_balancer = cluster.load_balancer
    if proxies or (load_balancer is not None and load_balancer.kind == "alb"):
        fix = remedies.mend_forwarded(cluster, port, proxies)
    else:
        fix = remedies.mend_client_address(cluster, _group(cluster, exchange), port, flow.client_ip)
    believed = flow.emissary_client_ip or ""
    yield WRONG.found(
        where=where_listener(cluster, port, "spec"),
        fix=fix,
        believed=believed,
        owner=owner_of(cluster, believed),
        client=flow.client_ip,
        why=f" (at the {box}: {rule.rstrip('.')})" if box else "",
    )


def _group(cluster: Cluster, exchange: Exchange) -> TargetGroup | None:
    """Return the target group of the listener that the client reached, if that is L4."""
    load_balancer: LoadBalancer | None = cluster.load_balancer
    port = exchange.hops[0].connection.destination_port
    listener = load_balancer.listener(port) if load_balancer else None
    action = listener.action if listener else None
    return action.target_group if isinstance(action, ForwardAction) else None


@flow_check(TOO_LOW, TOO_HIGH, inputs=_INPUTS)
def depth_fits(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Count the proxies that appended, and compare with how many are trusted."""
    exchange = flow.read_exchange
    hop = arrival(exchange) if exchange else None
    manager = manager_of(envoy_listener(cluster, exchange)) if exchange else None
    if exchange is None or hop is None or manager is None:
        return
    proxies = appended(exchange)
    depth = manager.xff_num_trusted_hops
    # Without use_remote_address the (l7Depth + 1)-th entry counts: one more proxy is trusted.
    trusted = depth if manager.use_remote_address else depth + 1
    # Where no proxy appends, that one entry can only be the client's own: see forgery.
    if trusted == proxies or (not proxies and not manager.use_remote_address and not depth):
        return
    port = hop.connection.destination_port
    hazard = TOO_LOW if trusted < proxies else TOO_HIGH
    yield hazard.found(
        where=where_listener(cluster, port, "spec", "l7Depth"),
        fix=remedies.mend_forwarded(cluster, port, proxies),
        proxies=count_proxies(proxies),
        s="s" if proxies <= 1 else "",
        listener=named_listener(cluster, port),
        trusted=trusted or "none",
        proto=""
        if depth or not manager.use_remote_address
        else ", and overwrites X-Forwarded-Proto with the scheme of its own connection",
    )


@cluster_check(NOT_APPENDED, CLIENT_PORT, inputs=("load balancer", "proxies in front"))
def alb_writes_addresses(cluster: Cluster) -> Iterator[Finding]:
    """Look at the ALB's settings of X-Forwarded-For."""
    load_balancer = cluster.load_balancer
    if load_balancer is None or load_balancer.kind != "alb":
        return
    attributes = load_balancer.attributes
    mode = attributes.get("routing.http.xff_header_processing.mode", "append")
    if mode == "remove" or (mode == "preserve" and not cluster.in_front):
        yield NOT_APPENDED.found(where=load_balancer.where, mode=mode, effect=_EFFECTS[mode])
    if mode == "append" and attributes.get("routing.http.xff_client_port.enabled") == "true":
        yield CLIENT_PORT.found(where=load_balancer.where)


CHECKS = (address_is_right, depth_fits, alb_writes_addresses)
