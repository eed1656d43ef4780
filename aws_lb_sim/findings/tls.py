"""TLS at Emissary: a Host must offer it, for the server name that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.places import (
    document_of,
    envoy_listener,
    listener_at,
    named_listener,
    where_listener,
)
from aws_lb_sim.findings.registry import Hazard, cluster_check, flow_check
from aws_lb_sim.findings.remedies import HTTPS_PORT
from aws_lb_sim.findings.ways_in import arrival, ways_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.envoy.listener import Listener
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Flow

__all__ = ["CHECKS"]

_CHAINS = "Envoy API config.listener.v3.FilterChainMatch; observed with Emissary 3.3 and 4.1"

NOT_SERVED = Hazard(
    code="tls-not-served",
    severity="error",
    summary="TLS reaches a Listener on which nothing ends it.",
    message="port {port}: TLS reaches {listener}, and nothing ends it there: {why}; Emissary "
    "answers the TLS handshake in plain HTTP (400), and it fails",
    fix="set tlsSecret in a Host, and protocol: HTTPS in the Listener",
    source=_CHAINS,
)
NAME_NOT_SERVED = Hazard(
    code="server-name-not-served",
    severity="error",
    summary="TLS comes with a server name (or without one) that no Host has TLS for.",
    message="port {port}: TLS reaches {listener} with {asked}, and it ends TLS for {served} only: "
    "the handshake fails",
    fix='add a Host with that hostname (or hostname: "*") and tlsSecret',
    source=_CHAINS,
)
VERSION = Hazard(
    code="tls-version-refused",
    severity="error",
    summary="Client and Host have no TLS version in common.",
    message="port {port}: Emissary refuses the TLS versions offered ({why})",
    fix="set tls.min_tls_version and max_tls_version of the Host so that they take in the client's",
    source="Envoy API TlsParameters (lowest 1.2 since Envoy 1.22); observed",
)
ALPN_BLANK = Hazard(
    code="alpn-blank",
    severity="warning",
    summary="alpn_protocols has blanks: a name with a blank is never agreed on.",
    message="alpn_protocols of {name} holds {blank}: Emissary splits at the comma and trims "
    "nothing, so that this name is never agreed on",
    fix='write alpn_protocols: "{right}"',
    source="observed with Emissary 3.3 and 4.1",
)


@cluster_check(
    NOT_SERVED,
    NAME_NOT_SERVED,
    inputs=(
        "load balancer",
        "requests sent",
        "Envoy configuration",
        "Listeners",
        "Hosts",
        "addresses",
        "documents",
    ),
)
def tls_is_served(cluster: Cluster) -> Iterator[Finding]:
    """Look at every port where TLS reaches Emissary: re-encrypted, or passed on port 443."""
    for way in ways_in(cluster):
        listener, port = way.envoy, way.arriving.connection.destination_port
        passed = way.listener.protocol == "TCP" and way.port == HTTPS_PORT
        if listener is None or not (passed or way.opens_tls):
            continue
        if not _ends_tls(listener):
            yield _not_served(cluster, way.port, port)
        elif way.opens_tls and listener.tls_chain(None) is None:
            yield _name_not_served(cluster, way.port, port, listener, None)


@flow_check(
    NOT_SERVED,
    NAME_NOT_SERVED,
    VERSION,
    inputs=("flow", "Envoy configuration", "Listeners", "Hosts", "documents"),
)
def handshake_succeeds(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Explain a TLS handshake with Emissary that failed."""
    exchange = flow.exchanges[-1]
    hop, listener = arrival(exchange), envoy_listener(cluster, exchange)
    if exchange.ending.result != "tls-error" or hop is None or listener is None:
        return
    hello, port = hop.connection.tls, hop.connection.destination_port
    client_port = exchange.hops[0].connection.destination_port
    agreed = bool(hop.connection.proxy) == ("proxy_protocol" in listener.listener_filters)
    if hello is None or not agreed or exchange.answered_by != "emissary":
        return
    if not _ends_tls(listener):
        yield _not_served(cluster, client_port, port)
    elif listener.tls_chain(hello.server_name) is None:
        yield _name_not_served(cluster, client_port, port, listener, hello.server_name)
    elif "alert" in exchange.ending.reason:
        where = where_listener(cluster, port)
        yield VERSION.found(where=where, port=client_port, why=exchange.ending.reason)


def _ends_tls(listener: Listener) -> bool:
    return any(chain.tls for chain in listener.filter_chains)


def _not_served(cluster: Cluster, client_port: int, port: int) -> Finding:
    resource = listener_at(cluster, port)
    name = named_listener(cluster, port)
    if resource is not None and "TLS" not in resource.stack:
        why = f"its protocol stack ({', '.join(resource.stack)}) has no TLS"
        wanted = list(resource.stack)
        wanted.insert(wanted.index("HTTP") if "HTTP" in wanted else 0, "TLS")
        fix = f"in {name} put protocolStack: [{', '.join(wanted)}] in place of what is there"
        if not _has_tls_host(cluster):
            fix += "; and set tlsSecret in the Host"
    else:
        why = "no Host that it takes has TLS"
        fix = "set tlsSecret: {name: NAME} in the Host, with a Secret of type kubernetes.io/tls"
    where = where_listener(cluster, port, "spec")
    return NOT_SERVED.found(where=where, fix=fix, port=client_port, listener=name, why=why)


def _has_tls_host(cluster: Cluster) -> bool:
    return any(host.secret for host in cluster.compiled.resources.hosts)


def _name_not_served(
    cluster: Cluster, client_port: int, port: int, listener: Listener, asked: str | None
) -> Finding:
    served = [name for chain in listener.filter_chains if chain.tls for name in chain.server_names]
    if asked is None:
        fix = 'give a Host hostname: "*" and tlsSecret: it takes TLS without a server name'
    else:
        fix = f"add a Host with hostname: {asked} and tlsSecret"
    return NAME_NOT_SERVED.found(
        where=where_listener(cluster, port),
        fix=fix,
        port=client_port,
        listener=named_listener(cluster, port),
        asked="no server name (SNI)" if asked is None else f"server name {asked}",
        served=", ".join(served),
    )


@cluster_check(ALPN_BLANK, inputs=("Envoy configuration", "documents"))
def alpn_is_usable(cluster: Cluster) -> Iterator[Finding]:
    """Look for blanks in alpn_protocols."""
    seen: set[str] = set()
    for listener in cluster.compiled.config.listeners.values():
        for chain in listener.filter_chains:
            tls = chain.tls
            blank = [name for name in tls.alpn if name != name.strip()] if tls else []
            if tls is None or not blank or tls.name in seen:
                continue
            seen.add(tls.name)
            document = document_of(cluster, "TLSContext", tls.name) or document_of(
                cluster, "Host", tls.name.removesuffix("-context")
            )
            yield ALPN_BLANK.found(
                where=document.where("spec") if document else "",
                name=tls.name,
                blank=repr(blank[0]),
                right=",".join(name.strip() for name in tls.alpn),
            )


CHECKS = (tls_is_served, handshake_succeeds, alpn_is_usable)
