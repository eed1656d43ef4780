"""Redirect loops: who redirects, what it saw, and what would have told it of https."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings import remedies
from aws_lb_sim.findings.hops import appended
from aws_lb_sim.findings.places import (
    envoy_listener,
    host_of,
    listener_at,
    manager_of,
    named_listener,
)
from aws_lb_sim.findings.registry import Hazard, Input, flow_check
from aws_lb_sim.findings.remedies import CONTROLLERS
from aws_lb_sim.findings.ways_in import arrival
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.emissary.resources import Host
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["CHECKS", "INPUTS", "asked_host", "explain_insecure"]

LOOP = Hazard(
    code="redirect-loop",
    severity="error",
    summary="A client that follows redirects never arrives.",
    message="{url} is redirected to {location} for ever by {box}: {why}",
    fix="let Emissary see that the client used https (l7Depth, or a SECURE Listener for the port "
    "where TLS ended), or set the Host's requestPolicy.insecure.action: Route",
    source="emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0; observed with 3.3 and "
    "4.1; emissary-ingress/emissary#2494, kubernetes/ingress-nginx#1957",
)
INPUTS: tuple[Input, ...] = (
    "flow",
    "Envoy configuration",
    "Listeners",
    "Hosts",
    "load balancer",
    "release",
)
"""What is looked at to say why a request is taken for an insecure one."""


@flow_check(LOOP, inputs=INPUTS)
def no_loop(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Explain a loop of redirects, by who redirects and what it saw."""
    if not flow.redirect_loop:
        return
    exchange = flow.exchanges[-1]
    by_emissary = exchange.answered_by == "emissary"
    why, fix = (
        explain_insecure(cluster, exchange)
        if by_emissary
        else ("it redirects to the very address that was asked for", _NOT_EMISSARY)
    )
    host = asked_host(cluster, exchange)
    if by_emissary and host is not None and host.document is not None:
        where = host.document.where("spec", "requestPolicy", "insecure", "action")
    else:
        where = cluster.load_balancer.where if cluster.load_balancer else ""
    yield LOOP.found(
        where=where,
        fix=fix,
        url=exchange.url,
        location=exchange.answer.location,
        box="Emissary" if by_emissary else f"the {exchange.answered_by}",
        why=why,
    )


_NOT_EMISSARY = "redirect at the outermost proxy alone, or let it speak HTTPS to the load balancer"


def explain_insecure(cluster: Cluster, exchange: Exchange) -> tuple[str, str]:
    """Say why Emissary takes an https request for insecure, and how to mend that."""
    hop = arrival(exchange)
    port = hop.connection.destination_port if hop else 0
    manager = manager_of(envoy_listener(cluster, exchange))
    listener = named_listener(cluster, port)
    model = manager.security_model if manager else "XFP"
    if model == "INSECURE":
        better = "XFP" if hop and hop.connection.tls else "SECURE"
        return (
            f"{listener} takes every request for insecure (securityModel INSECURE)",
            (
                f"set securityModel: {better} in {listener}, and send only cleartext of clients to "
                "an INSECURE one"
            ),
        )
    payload = hop.payload if hop else None
    proto = payload.header("x-forwarded-proto") if isinstance(payload, Request) else None
    proxies = appended(exchange)
    if proxies and proto != "http" and _is_shallow(cluster, exchange):
        return (
            (
                f"{listener} trusts no proxy and overwrites X-Forwarded-Proto with the scheme of "
                "its own connection, http"
            ),
            remedies.mend_depth(cluster, port, proxies),
        )
    if hop and hop.connection.tls is not None:
        return (
            f"X-Forwarded-Proto: {proto} arrived over TLS and {listener} believes it",
            remedies.mend_depth(cluster, port, proxies),
        )
    return (
        (
            "TLS ended in front of Emissary, at a box that tells nothing of it, so that it came in "
            "cleartext without X-Forwarded-Proto: https"
        ),
        _split(cluster, exchange, port),
    )


def _is_shallow(cluster: Cluster, exchange: Exchange) -> bool:
    manager = manager_of(envoy_listener(cluster, exchange))
    return manager is not None and manager.use_remote_address and not manager.xff_num_trusted_hops


def _split(cluster: Cluster, exchange: Exchange, port: int) -> str:
    """Tell secure from insecure by the port: the only sign behind an L4 load balancer."""
    route = (
        "set requestPolicy.insecure.action: Route in the Host (then cleartext is not redirected)"
    )
    host = asked_host(cluster, exchange)
    instead = "" if host and host.insecure_action == "Route" else f"; or {route}"
    resource = listener_at(cluster, port)
    if resource is None or not cluster.compiled.release.has_listeners:
        return route
    listed = ", ".join(resource.stack)
    client_port = exchange.hops[0].connection.destination_port
    others = cluster.load_balancer.listeners if cluster.load_balancer else ()
    shared = any(
        getattr(getattr(other.action, "target_group", None), "pod_port", None) == port
        for other in others
        if other.port != client_port
    )
    secure = (
        f"securityModel: SECURE in {named_listener(cluster, port)}, which gets port {client_port}"
    )
    if shared:
        of_service = cluster.load_balancer and cluster.load_balancer.provisioned_by in CONTROLLERS
        own = (
            f"let port {client_port} of the Service have a targetPort of its own, 8443,"
            if of_service
            else f"let port {client_port} of the load balancer lead to a NodePort of its own, with "
            "targetPort 8443,"
        )
        secure = f"{own} with a Listener on it (protocolStack: [{listed}], securityModel: SECURE)"
        insecure = f"set securityModel: INSECURE in {named_listener(cluster, port)}"
        return f"{secure}, and {insecure}{instead}"
    return f"set {secure}, and securityModel: INSECURE in the one that gets cleartext{instead}"


def asked_host(cluster: Cluster, exchange: Exchange) -> Host | None:
    """Return the Host that the request asked for, as far as Emissary read it."""
    payload = exchange.hops[-1].payload
    authority = payload.authority if isinstance(payload, Request) else None
    return host_of(cluster, envoy_listener(cluster, exchange), authority)


CHECKS = (no_loop,)
