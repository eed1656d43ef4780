"""Hosts: those that Emissary drops, invents, or lets nobody reach; selectors that catch nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.attach import RouteTable
from aws_lb_sim.emissary.groups import build_groups
from aws_lb_sim.findings.registry import Hazard, cluster_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.emissary.resources import Host
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]

_HOST = "emissary-ingress python/ambassador/ir/irhost.py@3.3.0; observed with 3.3 and 4.1"

DROPPED = Hazard(
    code="host-dropped",
    severity="error",
    summary="Emissary drops a Host whose TLS cannot be set up, for cleartext as well.",
    message="Host {name} is dropped: {why}; requests for {hostname} find no Host, in cleartext "
    "neither",
    fix="create the Secret (kubectl create secret tls), or correct its name",
    source=_HOST,
)
INVENTED = Hazard(
    code="host-invented",
    severity="error",
    summary="Every Host is dropped: Emissary invents one that routes everything in cleartext.",
    message="{why}: Emissary invents a Host for * with insecure action Route, and every Mapping is "
    "served in cleartext, without a redirect, to any host name",
    fix="add a Host with hostname, tlsSecret and requestPolicy.insecure.action: Redirect",
    source=_HOST,
)
NO_HOST = Hazard(
    code="no-host",
    severity="warning",
    summary="There is no Host: Emissary invents one that routes everything in cleartext.",
    message="there is no Host among the documents: Emissary invents one for * with insecure action "
    "Route, so that nothing is redirected and nothing ends TLS",
    fix="add a Host with hostname, tlsSecret and requestPolicy.insecure.action: Redirect",
    source=_HOST,
)
NOT_TAKEN = Hazard(
    code="host-not-taken",
    severity="warning",
    summary="No Listener takes a Host: it cannot be reached.",
    message="no Listener takes Host {name}: requests for {hostname} are answered 404",
    fix="let a Listener's hostBinding take it: namespace: {from: ALL}, and labels that the Host "
    "has",
    source=_HOST,
)
DUPLICATE = Hazard(
    code="host-duplicate",
    severity="warning",
    summary="Two Hosts have one hostname.",
    message="Hosts {first} and {name} both have hostname {hostname}: in cleartext the second one's "
    "insecure action counts, over TLS the first one's certificate",
    fix="leave one Host for {hostname}",
    source=_HOST,
)
NO_MAPPING = Hazard(
    code="host-without-mapping",
    severity="warning",
    summary="No Mapping is attached to a Host: everything is answered 404.",
    message="no Mapping is attached to Host {name}{why}: every request for {hostname} is answered "
    "404, without a redirect too",
    fix="add a Mapping with hostname: {hostname}",
    source=_HOST,
)
EXPRESSIONS = Hazard(
    code="host-selector-expressions",
    severity="warning",
    summary="A Host's selector without matchLabels selects every Mapping.",
    message="the selector of Host {name} has no matchLabels, and Emissary reads nothing else: it "
    "selects every Mapping",
    fix="write mappingSelector.matchLabels",
    source="emissary-ingress python/ambassador/ir/irutils.py@3.3.0; observed with 3.3 and 4.1",
)
WITH_PORT = Hazard(
    code="host-with-port",
    severity="warning",
    summary="A Host with TLS has a port in its hostname: before 3.5 TLS never reaches it.",
    message="Host {name} has hostname {hostname}: the server name (SNI) of a TLS client holds no "
    "port, so that it never matches",
    fix="write hostname: {bare}, or use Emissary 3.5 or later",
    source="Emissary-ingress release notes of 3.5.0; observed with 3.3 and 4.1",
)


def _name(host: Host) -> str:
    return f"{host.namespace}/{host.name}"


@cluster_check(
    DROPPED, INVENTED, NO_HOST, inputs=("compiler's notes", "Hosts", "Listeners", "release")
)
def hosts_are_kept(cluster: Cluster) -> Iterator[Finding]:
    """Look for Hosts that were dropped, and for what happens when none is left."""
    resources, dropped = cluster.compiled.resources, []
    for note in cluster.compiled.notes:
        if note.message.startswith("Host dropped"):
            document, why = note.document, note.message.partition(": ")[2]
            dropped.append(document)
            yield DROPPED.found(
                where=document.where(*_field(why)),
                fix=None if "does not exist" in why else "correct its TLS settings",
                name=f"{document.namespace}/{document.name}",
                hostname=(document.data.get("spec") or {}).get("hostname") or "*",
                why=why,
            )
    if not cluster.compiled.release.has_listeners or not resources.listeners:
        return
    if dropped and len(dropped) == len(resources.hosts):
        why, mend = "every Host is dropped", "mend the Host, for its redirect is lost as well"
        yield INVENTED.found(where=dropped[-1].where("spec"), why=why, fix=mend)
    elif not resources.hosts:
        yield NO_HOST.found()


def _field(why: str) -> tuple[str, ...]:
    if why.startswith("its tlsSecret"):
        return ("spec", "tlsSecret", "name")
    return ("spec", "tlsContext") if why.startswith("TLSContext") else ("spec", "tls")


@cluster_check(
    NOT_TAKEN,
    DUPLICATE,
    EXPRESSIONS,
    WITH_PORT,
    inputs=("Hosts", "compiler's notes", "Envoy configuration", "release"),
)
def hosts_are_reached(cluster: Cluster) -> Iterator[Finding]:
    """Look for Hosts that no Listener takes, and for hostnames that hide one another."""
    compiled = cluster.compiled
    served = {
        host.host
        for listener in compiled.config.listeners.values()
        for chain in listener.filter_chains
        for host in chain.virtual_hosts
    }
    seen: dict[str, str] = {}
    hidden: set[str] = set()
    for host in kept_hosts(cluster):
        where = host.document.where("spec", "hostname") if host.document else ""
        named: dict[str, Any] = {"name": _name(host), "hostname": host.hostname}
        if host.hostname in seen:
            hidden.add(host.hostname)
            yield DUPLICATE.found(where=where, first=seen[host.hostname], **named)
        seen.setdefault(host.hostname, _name(host))
        bare = host.hostname.rpartition(":")[0]
        if bare and host.secret and not compiled.release.sni_without_port:
            yield WITH_PORT.found(where=where, bare=bare, **named)
        if host.selector and not host.selector.get("matchLabels"):
            at = host.document.where("spec") if host.document else ""
            yield EXPRESSIONS.found(where=at, name=_name(host))
        if not {host.name, host.hostname} & (served | hidden) and compiled.config.listeners:
            yield NOT_TAKEN.found(where=where, **named)


def kept_hosts(cluster: Cluster) -> tuple[Host, ...]:
    """Return the Hosts that Emissary did not drop."""
    notes = cluster.compiled.notes
    dropped = {id(n.document) for n in notes if n.message.startswith("Host dropped")}
    return tuple(h for h in cluster.compiled.resources.hosts if id(h.document) not in dropped)


@cluster_check(NO_MAPPING, inputs=("Hosts", "Mappings", "Module", "compiler's notes", "release"))
def hosts_have_mappings(cluster: Cluster) -> Iterator[Finding]:
    """Look for Hosts to which Emissary attaches nothing but its own routes."""
    compiled = cluster.compiled
    hosts = kept_hosts(cluster)
    if not compiled.release.has_listeners or not compiled.resources.mappings:
        return
    groups = build_groups(
        compiled.resources.mappings, hosts, compiled.release, compiled.resources.module
    )
    table = RouteTable(groups, compiled.release)
    for host in hosts:
        if any(not group.built_in for group in table.groups_for(host)):
            continue
        labels = (host.selector or {}).get("matchLabels") or {}
        why, fix, path = "", None, ("spec", "hostname")
        if labels:
            listed = ", ".join(f"{key}: {value}" for key, value in labels.items())
            why = f", whose selector asks for the labels {listed}"
            fix = (
                "remove mappingSelector from the Host, or give its Mappings metadata.labels "
                f"{listed}"
            )
            path = ("spec", "mappingSelector" if _has_new_selector(host) else "selector")
        where = host.document.where(*path) if host.document else ""
        yield NO_MAPPING.found(
            where=where, fix=fix, name=_name(host), hostname=host.hostname, why=why
        )


def _has_new_selector(host: Host) -> bool:
    spec = (host.document.data.get("spec") or {}) if host.document else {}
    return "mappingSelector" in spec


CHECKS = (hosts_are_kept, hosts_are_reached, hosts_have_mappings)
