"""The filter chains of one Listener, and the virtual hosts in them.

Follows emissary-ingress python/ambassador/envoy/v3/v3listener.py (compute_tcpchains,
compute_httpchains, compute_http_routes; in 3.3.0 compute_chains, compute_routes); every
outcome was observed with 3.3 and 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_lb_sim.emissary.hostnames import patterns_overlap
from aws_lb_sim.envoy.listener import FilterChain, Route, TcpProxy, TlsContext, VirtualHost

if TYPE_CHECKING:
    from aws_lb_sim.emissary.groups import Group
    from aws_lb_sim.emissary.resources import Host, ListenerResource, Resources, TcpMapping
    from aws_lb_sim.envoy.listener import HttpConnectionManager


__all__ = ["ActiveHost", "add_cleartext_chain", "add_tcp_chain", "add_tls_chains"]

ALT_SVC = 'h3=":443"; ma=86400, h3-29=":443"; ma=86400'


@dataclass(frozen=True, slots=True)
class ActiveHost:
    """A Host that Emissary keeps, with its TLS and the groups attached to it."""

    host: Host
    tls: TlsContext | None
    server_name: str
    groups: list[Group] = field(compare=False)
    routes: dict[str, tuple[Route, ...]] = field(default_factory=dict, compare=False)


def add_tcp_chain(
    chains: dict[str, FilterChain],
    mapping: TcpMapping,
    resources: Resources,
    hosts: list[ActiveHost],
) -> None:
    """Add a TCPMapping's chain; of two for one name the first stays."""
    proxy = TcpProxy(name=mapping.name, service=mapping.service)
    if mapping.host is None:
        chains.setdefault("tcp", FilterChain(name=f"tcphost-{mapping.name}", manager=proxy))
        return
    tls = _tcp_tls(mapping.host, resources, hosts)
    if tls is not None:
        chain = FilterChain(
            name=f"tcphost-{mapping.name}",
            server_names=() if mapping.host == "*" else (mapping.host.lower(),),
            tls=tls,
            manager=proxy,
        )
        chains.setdefault(f"tls-{mapping.host.lower()}", chain)


def _tcp_tls(name: str, resources: Resources, hosts: list[ActiveHost]) -> TlsContext | None:
    """Find the TLS settings for a TCPMapping: a Host's, else those of a TLSContext."""
    for each in hosts:
        if each.tls is not None and patterns_overlap(each.host.hostname, name):
            return each.tls
    for context in resources.tls_contexts:
        if name in context.hosts:
            return TlsContext(name=context.name, secret=str(context.spec.get("secret") or ""))
    return None


def add_tls_chains(
    chains: dict[str, FilterChain],
    listener: ListenerResource,
    hosts: list[ActiveHost],
    manager: HttpConnectionManager,
    *,
    http3: bool,
) -> None:
    """Add one TLS chain for each server name.

    Hosts share a chain only when they share the TLSContext; another Host of that
    server name is discarded, as is one whose name a TCPMapping has taken.
    """
    if "TLS" not in listener.stack:
        return
    by_name: dict[str, list[ActiveHost]] = {}
    for each in hosts:
        if each.tls is None or f"tls-{each.server_name}" in chains:
            continue
        sharing = by_name.setdefault(each.server_name, [])
        if not sharing or sharing[0].tls == each.tls:
            sharing.append(each)
    for name, sharing in by_name.items():
        chains[f"tls-{name}"] = FilterChain(
            name=f"httpshost-{sharing[0].host.name}",
            server_names=() if name == "*" else (name,),
            tls=sharing[0].tls,
            manager=manager,
            virtual_hosts=_virtual_hosts(sharing, listener.security_model, http3=http3),
        )


def add_cleartext_chain(
    chains: dict[str, FilterChain],
    listener: ListenerResource,
    hosts: list[ActiveHost],
    manager: HttpConnectionManager,
    *,
    http3: bool,
) -> None:
    """Add the one chain for everything else, TLS that no TLS chain takes included."""
    insecure = listener.security_model == "INSECURE"
    taken = [each for each in hosts if not (insecure and each.host.insecure_action == "Reject")]
    if taken:
        chains["cleartext"] = FilterChain(
            name="httphost-shared",
            manager=manager,
            virtual_hosts=_virtual_hosts(taken, listener.security_model, http3=http3),
        )


def _virtual_hosts(
    hosts: list[ActiveHost], security_model: str, *, http3: bool
) -> tuple[VirtualHost, ...]:
    """Make the virtual hosts; of two Hosts with one hostname the later one stays."""
    by_name = {each.host.hostname: each for each in hosts}
    return tuple(
        VirtualHost(
            domain=hostname.lower(),
            routes=_host_routes(each, security_model),
            alt_svc=ALT_SVC if http3 else None,
            host=each.host.name,
        )
        for hostname, each in by_name.items()
    )


def _host_routes(active: ActiveHost, security_model: str) -> tuple[Route, ...]:
    """List a Host's routes: for each group the secure variant, then the insecure one.

    The secure variant always routes. The insecure one does what the Host's
    ``requestPolicy.insecure.action`` says; Reject leaves it out. ACME challenges are
    always routed. Listeners of one security model share them.
    """
    made = active.routes.get(security_model)
    if made is None:
        made = active.routes[security_model] = _make_routes(active, security_model)
    return made


def _make_routes(active: ActiveHost, security_model: str) -> tuple[Route, ...]:
    action = active.host.insecure_action
    by_header = security_model not in ("SECURE", "INSECURE")
    routes: list[Route] = []
    for group in active.groups:
        if security_model != "INSECURE":
            routes += group.variants(secure=True, by_header=by_header)
        is_acme = group.is_acme
        if security_model != "SECURE" and (is_acme or action != "Reject"):
            redirect = action.lower() == "redirect" and not is_acme
            routes += group.variants(secure=False, by_header=by_header, redirect=redirect)
    return tuple(routes)
