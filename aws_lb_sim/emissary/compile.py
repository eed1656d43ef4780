"""Emissary's resources → Envoy listeners, for 2.x, 3.x and 4.x.

Follows emissary-ingress python/ambassador/envoy/v3/v3listener.py, ir/irlistener.py and
ir/irhost.py (3.3.0 and 4.1.0); every outcome was observed with 3.3 and 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.emissary.attach import RouteTable
from aws_lb_sim.emissary.chains import (
    ActiveHost,
    add_cleartext_chain,
    add_tcp_chain,
    add_tls_chains,
)
from aws_lb_sim.emissary.compile_v1 import compile_v1
from aws_lb_sim.emissary.groups import build_groups
from aws_lb_sim.emissary.hostnames import labels_match
from aws_lb_sim.emissary.module import connection_manager
from aws_lb_sim.emissary.read import read_resources
from aws_lb_sim.emissary.resources import Host, ListenerResource, Note, Resources, TcpMapping
from aws_lb_sim.emissary.tls import host_tls
from aws_lb_sim.emissary.versions import Release, release
from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, Listener, ListenerFilter
from aws_lb_sim.envoy.rejections import why_rejected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from aws_lb_sim.envoy.listener import TlsContext
    from aws_lb_sim.manifests.document import Document


__all__ = ["Compiled", "compile_documents"]


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
) -> list[ActiveHost]:
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
        ActiveHost(host, tls, _server_name(host, known), table.groups_for(host))
        for host, tls in kept
    ]


def _server_name(host: Host, known: Release) -> str:
    name = host.hostname.rsplit(":", 1)[0] if known.sni_without_port else host.hostname
    return name.lower()


def _compile_listeners(
    resources: Resources, hosts: list[ActiveHost], known: Release
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
    return EnvoyConfig(listeners=listeners, rejected=why_rejected(listeners.values()))


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
    hosts: list[ActiveHost],
    known: Release,
    *,
    http3: bool,
) -> Listener | None:
    """Compile one socket; None where it attracts no Host and no TCPMapping: it stays closed."""
    chains: dict[str, FilterChain] = {}
    for mapping in resources.tcp_mappings:
        if mapping.port == listener.port:
            add_tcp_chain(chains, mapping, resources, hosts)
    if "HTTP" in listener.stack:
        manager = connection_manager(resources.module, listener, known)
        taken = [each for each in hosts if _takes(listener, each.host, known)]
        add_tls_chains(chains, listener, taken, manager, http3=http3)
        add_cleartext_chain(chains, listener, taken, manager, http3=http3)
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
