"""Emissary's (then Ambassador's) resources → Envoy listeners, for 1.14.

There was no Listener: ports came from the Hosts and TLSContexts, and the Module ruled
every port. Source only, not observed: Ambassador 1.14 python/ambassador/ir/{irlistener,
irambassador,irhost}.py and envoy/v2/v2listener.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.groups import Group, build_groups
from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap
from aws_lb_sim.emissary.module import connection_manager
from aws_lb_sim.emissary.resources import Host, HttpMapping, ListenerResource, Resources
from aws_lb_sim.emissary.tls import host_tls
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
from aws_lb_sim.envoy.rejections import why_rejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aws_lb_sim.emissary.versions import Release

__all__ = ["compile_v1"]

CLEARTEXT_PORT = 8080
TLS_PORT = 8443


def compile_v1(
    resources: Resources, known: Release, missing_secrets: Collection[str]
) -> EnvoyConfig:
    """Compile for 1.14.

    Port 8080 for cleartext; 8443 as soon as anything ends TLS, and 8080 (or the Hosts'
    ``additionalPort``) beside it. ``use_proxy_proto`` puts PROXY in front of everything,
    ``xff_num_trusted_hops`` and ``use_remote_address`` rule every port.

    Examples
    --------
    >>> from aws_lb_sim.emissary.versions import release
    >>> sorted(compile_v1(Resources(), release("1.14"), ()).listeners)
    [8080]
    """
    hosts = _hosts(resources, known, missing_secrets)
    groups = build_groups(_for_every_host(resources), [], known, resources.module)
    manager = _manager(resources.module, known)
    filters: list[ListenerFilter] = []
    if resources.module.get("use_proxy_proto") is True:
        filters.append("proxy_protocol")
    with_tls = [each for each in hosts if each[1] is not None]
    ports = {CLEARTEXT_PORT, TLS_PORT} if with_tls else {CLEARTEXT_PORT}
    ports |= {port for host, _ in hosts if (port := host.additional_port or 0) > 0}
    listeners = {port: _listener(port, filters, hosts, groups, manager) for port in sorted(ports)}
    for mapping in resources.tcp_mappings:
        proxy = TcpProxy(name=mapping.name, service=mapping.service)
        listeners.setdefault(
            mapping.port,
            Listener(
                name=f"listener-{mapping.port}",
                port=mapping.port,
                listener_filters=tuple(filters),
                filter_chains=(FilterChain(name=mapping.name, manager=proxy),),
            ),
        )
    return EnvoyConfig(listeners=listeners, rejected=why_rejected(listeners.values()))


def _for_every_host(resources: Resources) -> list[HttpMapping]:
    """Give Mappings without a host the pattern ``*``: in 1.14 they were for every Host."""
    return [
        mapping if mapping.hostname is not None else replace(mapping, hostname="*")
        for mapping in resources.mappings
    ]


def _hosts(
    resources: Resources, known: Release, missing_secrets: Collection[str]
) -> list[tuple[Host, TlsContext | None]]:
    """Keep valid Hosts; without any, TLSContexts stand in, and without those a catch-all."""
    kept: dict[tuple[str, TlsContext | None, str], tuple[Host, TlsContext | None]] = {}
    for host in resources.hosts:
        tls, problem = host_tls(host, resources.tls_contexts, missing_secrets, known)
        if not problem:
            # Of Hosts for one name that ask for the same the first stays. Ones that differ
            # end Ambassador with an error (v2listener.py, make_vhost): nothing is served.
            # They are kept here, and Envoy's refusal stands for that.
            kept.setdefault((host.hostname, tls, host.insecure_action), (host, tls))
    if kept:
        return sorted(kept.values(), key=lambda pair: pair[0].hostname)
    from_contexts = [
        (_invented(name, _context_action(context.spec)), TlsContext(name=context.name))
        for context in resources.tls_contexts
        for name in context.hosts
        if context.spec.get("secret") and context.spec["secret"] not in missing_secrets
    ]
    if from_contexts:
        return from_contexts  # type: ignore[return-value]
    redirect = resources.module.get("x_forwarded_proto_redirect") is True
    return [(_invented("*", "Redirect" if redirect else "Route"), None)]


def _context_action(spec: Mapping[str, Any]) -> str:
    return "Redirect" if spec.get("redirect_cleartext_from") else "Reject"


def _invented(hostname: str, action: str) -> Host:
    return Host(name="default-host", namespace="default", hostname=hostname, insecure_action=action)


def _manager(module: Mapping[str, Any], known: Release) -> HttpConnectionManager:
    hops = module.get("xff_num_trusted_hops")
    everywhere = ListenerResource(
        name="module",
        namespace="default",
        port=CLEARTEXT_PORT,
        stack=("HTTP", "TCP"),
        security_model="XFP",
        l7_depth=hops if isinstance(hops, int) else 0,
        any_namespace=True,
    )
    return connection_manager(module, everywhere, known)


def _listener(
    port: int,
    filters: list[ListenerFilter],
    hosts: list[tuple[Host, TlsContext | None]],
    groups: list[Group],
    manager: HttpConnectionManager,
) -> Listener:
    chains: list[FilterChain] = []
    if port == TLS_PORT:
        chains += [
            FilterChain(
                name=f"httpshost-{host.name}",
                server_names=() if host.hostname == "*" else (host.hostname.lower(),),
                tls=tls,
                manager=manager,
                virtual_hosts=_virtual_hosts([host], groups),
            )
            for host, tls in hosts
            if tls is not None
        ]
    chains.append(
        FilterChain(
            name="httphost-shared",
            manager=manager,
            virtual_hosts=_virtual_hosts([host for host, _ in hosts], groups),
        )
    )
    inspector: list[ListenerFilter] = ["tls_inspector"] if port == TLS_PORT else []
    return Listener(
        name=f"listener-{port}",
        port=port,
        listener_filters=(*filters, *inspector),
        filter_chains=tuple(chains),
    )


def _virtual_hosts(hosts: list[Host], groups: list[Group]) -> tuple[VirtualHost, ...]:
    """Make the virtual hosts; the first Host answers for unknown names as well."""
    found = [
        VirtualHost(domain=host.hostname.lower(), routes=_routes(host, groups), host=host.name)
        for host in hosts
    ]
    if found and all(each.domain != "*" for each in found):
        found.append(replace(found[0], domain="*"))
    return tuple(found)


def _routes(host: Host, groups: list[Group]) -> tuple[Route, ...]:
    """List a Host's routes: secure requests carry X-Forwarded-Proto https, others do not."""
    redirect = host.insecure_action == "Redirect"
    routes: list[Route] = []
    for group in groups:
        by_name = group.hostname is None or patterns_overlap(host.hostname, group.hostname)
        by_label = host.selector and labels_match(host.selector, group.labels, strict=False)
        if group.built_in or by_name or by_label:
            routes += group.variants(secure=True, by_header=True)
            if group.is_acme or host.insecure_action != "Reject":
                is_redirect = redirect and not group.is_acme
                routes += group.variants(secure=False, by_header=True, redirect=is_redirect)
    return tuple(routes)
