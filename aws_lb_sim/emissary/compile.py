"""Emissary's resources → Envoy listeners, for 2.x, 3.x and 4.x.

Follows emissary-ingress python/ambassador/envoy/v3/v3listener.py (3.3.0: compute_chains,
compute_routes, finalize_http; 4.1.0: compute_tcpchains, compute_httpchains,
compute_http_routes, finalize_http); every outcome was observed with 3.3 and 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aws_lb_sim.emissary.compile_v1 import compile_v1
from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap
from aws_lb_sim.emissary.module import connection_manager
from aws_lb_sim.emissary.resources import (
    Host,
    ListenerResource,
    Note,
    Resources,
    TcpMapping,
    read_resources,
)
from aws_lb_sim.emissary.routes import Group, RouteTable, build_groups
from aws_lb_sim.emissary.tls import host_tls
from aws_lb_sim.emissary.versions import Release, release
from aws_lb_sim.envoy.listener import (
    EnvoyConfig,
    FilterChain,
    HttpConnectionManager,
    Listener,
    ListenerFilter,
    Route,
    TcpProxy,
    TlsContext,
    VirtualHost,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from aws_lb_sim.manifests.document import Document

__all__ = ["Compiled", "compile_documents"]

ALT_SVC = 'h3=":443"; ma=86400, h3-29=":443"; ma=86400'


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What Emissary makes of its documents.

    Parameters
    ----------
    config
        The Envoy configuration.
    resources
        What was read.
    release
        The Emissary release.
    notes
        What Emissary ignores or drops, and why.
    """

    config: EnvoyConfig
    resources: Resources
    release: Release
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _ActiveHost:
    """A Host that Emissary keeps, with its TLS and the groups attached to it."""

    host: Host
    tls: TlsContext | None
    server_name: str
    groups: list[Group] = field(compare=False)


def compile_documents(
    documents: Iterable[Document],
    *,
    emissary_version: str = "3.3",
    missing_secrets: Collection[str] = (),
    namespace: str = "default",
) -> Compiled:
    """Compile documents as Emissary does.

    Parameters
    ----------
    documents
        All documents, in the order of reading; those of other kinds are passed over.
    emissary_version
        ``"1.14"`` to ``"4.1"``.
    missing_secrets
        Names of TLS Secrets that do not exist.
    namespace
        Emissary's own.

    Raises
    ------
    InputError
        An unknown version, or a field of a type that Emissary cannot read.

    Examples
    --------
    >>> compile_documents([]).config.listeners
    {}
    """
    known = release(emissary_version)
    resources = read_resources(documents)
    notes = list(resources.notes)
    if not known.has_listeners:
        config = compile_v1(resources, known, missing_secrets)
        return Compiled(config=config, resources=resources, release=known, notes=tuple(notes))
    hosts = _active_hosts(resources, known, missing_secrets, namespace, notes)
    config = _compile_listeners(resources, hosts, known)
    return Compiled(config=config, resources=resources, release=known, notes=tuple(notes))


def _active_hosts(
    resources: Resources,
    known: Release,
    missing_secrets: Collection[str],
    namespace: str,
    notes: list[Note],
) -> list[_ActiveHost]:
    """Keep the Hosts whose TLS can be set up; with none left, invent one that routes all."""
    kept: list[tuple[Host, TlsContext | None]] = []
    for host in resources.hosts:
        tls, problem = host_tls(host, resources.tls_contexts, missing_secrets, known)
        if not problem:
            kept.append((host, tls))
        elif host.document is not None:
            notes.append(Note(host.document, ("spec",), f"Host dropped: {problem}"))
    if not kept:
        # The invented Host routes everything in cleartext (emissary irhost.py finalize).
        invented = Host(
            name="default-host", namespace=namespace, hostname="*", insecure_action="Route"
        )
        kept.append((invented, None))
    # The Mappings' groups depend on the selectors of the Hosts that are left.
    groups = build_groups(resources.mappings, [h for h, _ in kept], known, resources.module)
    table = RouteTable(groups, known)
    # Emissary walks Hosts sorted by hostname; those of one hostname stay in file order.
    kept.sort(key=lambda pair: pair[0].hostname)
    return [
        _ActiveHost(host, tls, _server_name(host, known), table.groups_for(host))
        for host, tls in kept
    ]


def _server_name(host: Host, known: Release) -> str:
    name = host.hostname.rsplit(":", 1)[0] if known.sni_without_port else host.hostname
    return name.lower()


def _compile_listeners(
    resources: Resources, hosts: list[_ActiveHost], known: Release
) -> EnvoyConfig:
    sockets: dict[tuple[int, str], ListenerResource] = {}
    for listener in resources.listeners:
        sockets.setdefault((listener.port, listener.stack[-1]), listener)
    for mapping in resources.tcp_mappings:
        sockets.setdefault((mapping.port, "TCP"), _synthesized(mapping))
    listeners: dict[int, Listener] = {}
    for (port, transport), resource in sockets.items():
        # HTTP/3 itself is not modelled; a TCP socket beside it announces it.
        if transport == "TCP":
            http3 = (port, "UDP") in sockets
            built = _compile_listener(resource, resources, hosts, known, http3=http3)
            if built is not None:
                listeners[port] = built
    rejected = next(filter(None, map(_rejection, listeners.values())), None)
    return EnvoyConfig(listeners=listeners, rejected=rejected)


def _synthesized(mapping: TcpMapping) -> ListenerResource:
    """Make the Listener that a TCPMapping without one gets (emissary irlistener.py finalize)."""
    return ListenerResource(
        name=f"listener-0.0.0.0-{mapping.port}",
        namespace="default",
        port=mapping.port,
        stack=("TLS", "TCP") if mapping.host else ("TCP",),
        security_model="SECURE",
        l7_depth=0,
        any_namespace=False,
    )


def _compile_listener(
    listener: ListenerResource,
    resources: Resources,
    hosts: list[_ActiveHost],
    known: Release,
    *,
    http3: bool,
) -> Listener | None:
    """Compile one socket; None where it attracts no Host and no TCPMapping: it stays closed."""
    chains: dict[str, FilterChain] = {}
    for mapping in resources.tcp_mappings:
        if mapping.port == listener.port:
            _add_tcp_chain(chains, mapping, resources, hosts)
    if "HTTP" in listener.stack:
        manager = connection_manager(resources.module, listener, known)
        taken = [each for each in hosts if _takes(listener, each.host, known)]
        _add_tls_chains(chains, listener, taken, manager, http3=http3)
        _add_cleartext_chain(chains, listener, taken, manager, http3=http3)
    if not chains:
        return None
    return Listener(
        name=listener.name,
        port=listener.port,
        listener_filters=_listener_filters(listener.stack, chains.values()),
        filter_chains=tuple(chains.values()),
    )


def _takes(listener: ListenerResource, host: Host, known: Release) -> bool:
    if not listener.any_namespace and listener.namespace != host.namespace:
        return False
    selector = {"matchLabels": listener.host_selector}
    return labels_match(selector, host.labels, strict=known.strict_selectors)


def _listener_filters(
    stack: Sequence[str], chains: Iterable[FilterChain]
) -> tuple[ListenerFilter, ...]:
    """List the listener filters in the order of the stack.

    A filter chain that asks for SNI has Envoy add a TLS inspector at the end by
    itself (Envoy source/common/listener_manager: need_tls_inspector).
    """
    filters: list[ListenerFilter] = []
    for element in stack:
        if element == "PROXY":
            filters.append("proxy_protocol")
        elif element == "TLS":
            filters.append("tls_inspector")
    if "tls_inspector" not in filters and any(chain.tls for chain in chains):
        filters.append("tls_inspector")
    return tuple(filters)


def _add_tcp_chain(
    chains: dict[str, FilterChain],
    mapping: TcpMapping,
    resources: Resources,
    hosts: list[_ActiveHost],
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


def _tcp_tls(name: str, resources: Resources, hosts: list[_ActiveHost]) -> TlsContext | None:
    """Find the TLS settings for a TCPMapping: a Host's, else those of a TLSContext."""
    for each in hosts:
        if each.tls is not None and patterns_overlap(each.host.hostname, name):
            return each.tls
    for context in resources.tls_contexts:
        if name in context.hosts:
            return TlsContext(name=context.name, secret=str(context.spec.get("secret") or ""))
    return None


def _add_tls_chains(
    chains: dict[str, FilterChain],
    listener: ListenerResource,
    hosts: list[_ActiveHost],
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
    by_name: dict[str, list[_ActiveHost]] = {}
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


def _add_cleartext_chain(
    chains: dict[str, FilterChain],
    listener: ListenerResource,
    hosts: list[_ActiveHost],
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
    hosts: list[_ActiveHost], security_model: str, *, http3: bool
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


def _host_routes(active: _ActiveHost, security_model: str) -> tuple[Route, ...]:
    """List a Host's routes: for each group the secure variant, then the insecure one.

    The secure variant always routes. The insecure one does what the Host's
    ``requestPolicy.insecure.action`` says; Reject leaves it out. ACME challenges are
    always routed.
    """
    action = active.host.insecure_action
    by_header = security_model not in ("SECURE", "INSECURE")
    routes: list[Route] = []
    for group in active.groups:
        if security_model != "INSECURE":
            routes += group.variants(secure=True, by_header=by_header)
        if security_model != "SECURE" and (group.is_acme or action != "Reject"):
            redirect = action.lower() == "redirect" and not group.is_acme
            routes += group.variants(secure=False, by_header=by_header, redirect=redirect)
    return tuple(routes)


def _rejection(listener: Listener) -> str | None:
    """Say why Envoy would refuse a listener, None where it takes it."""
    open_chains = [chain for chain in listener.filter_chains if chain.tls is None]
    if len(open_chains) > 1:
        names = " and ".join(chain.name for chain in open_chains)
        return f"port {listener.port}: {names} have the same matching rules"
    for chain in listener.filter_chains:
        for name in chain.server_names:
            # Envoy: partial wildcards are not supported in server_names. Observed.
            if "*" in name and not (name.startswith("*.") and "*" not in name[1:]):
                return f"port {listener.port}: partial wildcard {name!r} in server_names"
        domains = [host.domain for host in chain.virtual_hosts]
        if len(set(domains)) < len(domains):
            return f"port {listener.port}: two virtual hosts for one domain"
    return None
