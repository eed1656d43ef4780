"""Mappings: those that Emissary ignores, or attaches to no Host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.emissary.attach import RouteTable
from aws_lb_sim.emissary.groups import build_groups
from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap
from aws_lb_sim.findings.hosts import kept_hosts
from aws_lb_sim.findings.places import document_of
from aws_lb_sim.findings.registry import Hazard, cluster_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.emissary.resources import Host, HttpMapping
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]

_MAPPING = "emissary-ingress python/ambassador/ir/irhttpmapping.py@3.3.0; observed with 3.3 and 4.1"

IGNORED = Hazard(
    code="mapping-ignored",
    severity="error",
    summary="Emissary ignores a Mapping.",
    message="Mapping {name} is ignored: {why}",
    fix="correct it",
    source=_MAPPING,
)
NOT_ATTACHED = Hazard(
    code="mapping-not-attached",
    severity="warning",
    summary="A Mapping is attached to no Host: no request reaches it.",
    message="Mapping {name} is attached to no Host ({why}): no request reaches it",
    fix="give it the hostname of a Host (and the labels that the Host's selector asks for)",
    source="emissary-ingress python/ambassador/ir/irhost.py@3.3.0; observed with 3.3 and 4.1",
)
MERGED = Hazard(
    code="mapping-labels-merged",
    severity="warning",
    summary="Mappings of one prefix without hostname, with different labels, hide one another.",
    message="Mappings {first} and {name} have one prefix, no hostname and different labels: before "
    "3.8 Emissary merges them and keeps the last one's labels, so that one Host's requests are "
    "answered 404",
    fix="give each Mapping a hostname, or use Emissary 3.8 or later",
    source="Emissary-ingress release notes of 3.8.0; observed with 3.3 and 4.1",
)
OF_ANOTHER = Hazard(
    code="resource-of-another-emissary",
    severity="info",
    summary="A resource is meant for another Emissary (ambassador_id).",
    message="{name} has another ambassador_id: this Emissary does not read it",
    fix="remove ambassador_id if it is meant for this one",
    source=_MAPPING,
)
MODULE_IGNORED = Hazard(
    code="module-ignored",
    severity="warning",
    summary="A Module is ignored: it is not named ambassador, or it is the second one.",
    message="Module {name} is ignored: {why}",
    fix="write one Module, and name it ambassador",
    source="emissary-ingress python/ambassador/ir/irambassador.py@3.3.0; observed with 3.3 and 4.1",
)


@cluster_check(IGNORED, OF_ANOTHER, MODULE_IGNORED, inputs=("compiler's notes", "documents"))
def resources_are_read(cluster: Cluster) -> Iterator[Finding]:
    """Pass on what Emissary's compiler says of Mappings, Modules and other installations."""
    for note in cluster.compiled.notes:
        document, why = note.document, note.message.partition(": ")[2]
        name = f"{document.namespace}/{document.name}"
        where = document.where(*note.path)
        if note.message.startswith("Mapping ignored"):
            fix = (
                "write hostname in place of host"
                if "cannot contain" in why
                else "add what is missing"
            )
            yield IGNORED.found(where=where, fix=fix, name=name, why=why)
        elif note.message.startswith("Module ignored"):
            yield MODULE_IGNORED.found(where=where, name=name, why=why, fix="name it ambassador")
        elif "another Emissary" in note.message:
            yield OF_ANOTHER.found(where=where, name=f"{document.kind} {name}")
    modules = [d for d in cluster.documents if d.kind == "Module" and d.name == "ambassador"]
    for document in modules[1:]:
        yield MODULE_IGNORED.found(
            where=document.where("metadata", "name"),
            name=f"{document.namespace}/{document.name}",
            why="another Module named ambassador is read first, and whole",
            fix="put everything into one Module",
        )


@cluster_check(
    NOT_ATTACHED,
    MERGED,
    inputs=(
        "Mappings",
        "Hosts",
        "Listeners",
        "Module",
        "compiler's notes",
        "release",
        "documents",
        "Envoy configuration",
    ),
)
def mappings_are_attached(cluster: Cluster) -> Iterator[Finding]:
    """Look for Mappings that come up in no route."""
    compiled = cluster.compiled
    if not compiled.release.has_listeners or not compiled.resources.listeners:
        return
    yield from _merged(cluster)
    routed = {
        route.name
        for listener in compiled.config.listeners.values()
        for chain in listener.filter_chains
        for virtual_host in chain.virtual_hosts
        for route in virtual_host.routes
    }
    hosts = kept_hosts(cluster)
    lost = [each for each in compiled.resources.mappings if each.name not in routed]
    if not lost or not hosts:
        return
    # A Mapping may be attached to a Host that no Listener takes: that is the Host's finding.
    groups = build_groups(lost, hosts, compiled.release, compiled.resources.module)
    table = RouteTable(groups, compiled.release)
    attached = {r.name for host in hosts for g in table.groups_for(host) for r in g.routes}
    for mapping in lost:
        if mapping.name in attached or mapping.spec.get("shadow"):
            continue
        why, mend = _why(mapping, hosts)
        document = document_of(cluster, "Mapping", mapping.name, mapping.namespace)
        field = ("spec", "hostname") if mapping.hostname else ("spec",)
        yield NOT_ATTACHED.found(
            where=document.where(*field) if document else "",
            name=f"{mapping.namespace}/{mapping.name}",
            why=why,
            fix=mend,
        )


def _why(mapping: HttpMapping, hosts: tuple[Host, ...]) -> tuple[str, str]:
    names = ", ".join(sorted({host.hostname for host in hosts}))
    if mapping.hostname is None and not any(host.selector for host in hosts):
        return "it has no hostname", "add hostname: " + (hosts[0].hostname if hosts else "'*'")
    fitting = [
        h for h in hosts if mapping.hostname and patterns_overlap(h.hostname, mapping.hostname)
    ]
    for host in fitting if mapping.hostname else hosts:
        if host.selector and not labels_match(host.selector, mapping.labels, strict=True):
            wanted = host.selector.get("matchLabels") or {}
            labels = ", ".join(f"{key}: {value}" for key, value in wanted.items())
            return (
                f"the selector of Host {host.namespace}/{host.name} asks for the labels {labels}",
                f"give the Mapping metadata.labels {labels}, or remove the Host's selector",
            )
    return (
        f"its hostname {mapping.hostname} fits none of {names}",
        f"add a Host with hostname: {mapping.hostname}, or write the hostname of a Host",
    )


def _merged(cluster: Cluster) -> Iterator[Finding]:
    if cluster.compiled.release.groups_by_host_selector:
        return
    seen: dict[tuple[object, ...], HttpMapping] = {}
    for mapping in cluster.compiled.resources.mappings:
        spec = mapping.spec
        if mapping.hostname is not None or not mapping.labels:
            continue
        key = (
            spec["prefix"],
            str(spec.get("method")),
            str(spec.get("headers")),
            spec.get("precedence"),
        )
        first = seen.setdefault(key, mapping)
        if first.labels != mapping.labels:
            document = document_of(cluster, "Mapping", mapping.name, mapping.namespace)
            yield MERGED.found(
                where=document.where("metadata", "labels") if document else "",
                first=f"{first.namespace}/{first.name}",
                name=f"{mapping.namespace}/{mapping.name}",
            )


CHECKS = (resources_are_read, mappings_are_attached)
