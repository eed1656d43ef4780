"""http or https: requests that are taken for what they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.places import (
    envoy_listener,
    manager_of,
    named_listener,
    where_listener,
)
from aws_lb_sim.findings.redirects import INPUTS, asked_host, explain_insecure
from aws_lb_sim.findings.registry import Hazard, flow_check
from aws_lb_sim.findings.ways_in import arrival

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["CHECKS"]

_EMISSARY = (
    "emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0; observed with 3.3 and 4.1"
)

TAKEN_FOR_SECURE = Hazard(
    code="cleartext-taken-for-secure",
    severity="error",
    summary="A request that came in cleartext is taken for a secure one.",
    message="{url} came in cleartext, and {listener} takes every request for a secure one "
    "(securityModel SECURE): nothing is redirected, and what the client sends can be read on the "
    "way",
    fix="give the load balancer's cleartext port a Listener of its own with securityModel: "
    "INSECURE, or use XFP where X-Forwarded-Proto can be trusted",
    source=_EMISSARY,
)
TAKEN_FOR_INSECURE = Hazard(
    code="https-taken-for-insecure",
    severity="warning",
    summary="A request that the client sent by https is taken for an insecure one.",
    message="{url} came by https, and Emissary takes it for insecure: {why}; the service sees "
    "X-Forwarded-Proto: {seen}, and the Host's insecure action ({action}) is applied to it",
    fix="let Emissary see that the client used https",
    source=_EMISSARY,
)
SERVICE_SEES_HTTP = Hazard(
    code="service-sees-http",
    severity="info",
    summary="The service sees X-Forwarded-Proto: http although the client used https.",
    message="{url} came by https and is taken for secure, but the service sees X-Forwarded-Proto: "
    "http: TLS ended in front of Emissary; a service that makes links, cookies or redirects of its "
    "own by that header goes wrong",
    fix="where the Mapping gets https alone, set add_request_headers: "
    "{x-forwarded-proto: {value: https, append: false}} in it",
    source=_EMISSARY,
)
CLEARTEXT_SERVED = Hazard(
    code="cleartext-served",
    severity="info",
    summary="A cleartext request is answered without a redirect to https (action Route).",
    message="{url} is answered in cleartext: the Host's requestPolicy.insecure.action is "
    "Route{why}",
    fix="set action: Redirect in the Host",
    source=_EMISSARY,
)


@flow_check(
    TAKEN_FOR_SECURE,
    TAKEN_FOR_INSECURE,
    SERVICE_SEES_HTTP,
    CLEARTEXT_SERVED,
    inputs=(*INPUTS, "documents"),
)
def scheme_is_right(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Compare the scheme of each request with what Emissary and the service make of it."""
    for exchange in flow.exchanges[:1] if flow.redirect_loop else flow.exchanges:
        view, hop = exchange.emissary, arrival(exchange)
        if view is None or view.secure is None or hop is None:
            continue
        secure = exchange.hops[0].connection.tls is not None
        port = hop.connection.destination_port
        if view.secure and not secure:
            yield from _cleartext_is_secure(cluster, exchange, port)
        elif secure and not view.secure and not flow.redirect_loop:
            why, fix = explain_insecure(cluster, exchange)
            host = asked_host(cluster, exchange)
            yield TAKEN_FOR_INSECURE.found(
                where=where_listener(cluster, port, "spec", "securityModel"),
                fix=fix,
                url=exchange.url,
                why=why,
                seen=_seen(exchange),
                action=host.insecure_action if host else "Redirect",
            )
        elif secure and exchange.upstream_headers and _seen(exchange) == "http":
            where = where_listener(cluster, port, "spec", "securityModel")
            yield SERVICE_SEES_HTTP.found(where=where, url=exchange.url)
        elif not secure and exchange.upstream_headers:
            yield from _served(cluster, exchange, port)


def _cleartext_is_secure(cluster: Cluster, exchange: Exchange, port: int) -> Iterator[Finding]:
    manager = manager_of(envoy_listener(cluster, exchange))
    if manager is not None and manager.security_model == "SECURE":
        yield TAKEN_FOR_SECURE.found(
            where=where_listener(cluster, port, "spec", "securityModel"),
            url=exchange.url,
            listener=named_listener(cluster, port),
        )


def _served(cluster: Cluster, exchange: Exchange, port: int) -> Iterator[Finding]:
    host = asked_host(cluster, exchange)
    if host is None or host.document is None or host.insecure_action != "Route":
        return
    why, fix = "", None
    ends_tls = {"SSL", "TLS"} & {
        each.protocol for each in (cluster.load_balancer.listeners if cluster.load_balancer else ())
    }
    if ends_tls:
        why = (
            "; with Redirect https would loop, since TLS ends at a layer 4 load balancer that "
            "tells nothing of it"
        )
        listener = named_listener(cluster, port)
        fix = (
            "give the Service's https port a targetPort and a Listener of its own with "
            f"securityModel: SECURE, set securityModel: INSECURE in {listener}, then action: "
            "Redirect in the Host"
        )
    where = host.document.where("spec", "requestPolicy", "insecure", "action")
    yield CLEARTEXT_SERVED.found(where=where, fix=fix, url=exchange.url, why=why)


def _seen(exchange: Exchange) -> str:
    headers = dict(exchange.upstream_headers or ())
    return headers.get("x-forwarded-proto", "(nothing)")


CHECKS = (scheme_is_right,)
