"""Listeners: those that Emissary ignores, those that open nothing, ports where none listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.places import document_of, listener_at
from aws_lb_sim.findings.registry import Hazard, cluster_check
from aws_lb_sim.findings.remedies import new_listener
from aws_lb_sim.findings.ways_in import ways_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.emissary.resources import ListenerResource
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]

_LISTENER = "emissary-ingress python/ambassador/ir/irlistener.py@3.3.0; observed with 3.3 and 4.1"

IGNORED = Hazard(
    code="listener-ignored",
    severity="error",
    summary="Emissary ignores a Listener: its port is not opened.",
    message="{why}; its port is not opened, and connections to it are refused",
    fix="correct it",
    source=_LISTENER,
)
NOT_OPENED = Hazard(
    code="listener-not-opened",
    severity="error",
    summary="A Listener takes no Host: its port is not opened.",
    message="Listener {name} takes no Host and no TCPMapping ({why}): port {port} is not opened, "
    "and connections to it are refused",
    fix="let its hostBinding take a Host: namespace: {from: ALL}, and labels that the Host has",
    source=_LISTENER,
)
CLEARTEXT_REFUSED = Hazard(
    code="insecure-port-closed",
    severity="warning",
    summary="A Listener for cleartext is not opened, since every Host rejects cleartext.",
    message="Listener {name} has securityModel INSECURE, and takes no Host whose insecure action "
    "is Reject: port {port} is not opened, connections to it are refused rather than answered, "
    "and health checks of it fail",
    fix="set requestPolicy.insecure.action: Redirect in the Host, or take the port away",
    source=_LISTENER,
)
DUPLICATE = Hazard(
    code="listener-duplicate",
    severity="error",
    summary="Two Listeners have one port: the second is dropped.",
    message="Listener {name} has port {port}, as {first} has, which is read first: this one is "
    "dropped",
    fix="leave one Listener for port {port}",
    source=_LISTENER,
)
BINDING = Hazard(
    code="host-binding-selector",
    severity="warning",
    summary="hostBinding.namespace.from: SELECTOR behaves like SELF.",
    message="Listener {name}: hostBinding.namespace.from: SELECTOR is not supported, and takes "
    "Hosts of the Listener's own namespace only",
    fix="write from: ALL or from: SELF",
    source=_LISTENER,
)
NOBODY_LISTENS = Hazard(
    code="pod-port-closed",
    severity="error",
    summary="The load balancer leads to a port of the pod on which nothing listens.",
    message="port {port} of the load balancer leads to port {pod_port} of the pod, on which "
    "Emissary does not listen ({open}): connections are refused",
    fix="add a Listener with port: {pod_port}, or let the Service's targetPort be one that is open",
    source=f"{_LISTENER}; Kubernetes, Service: targetPort",
)
REJECTED = Hazard(
    code="configuration-refused",
    severity="error",
    summary="Envoy refuses the whole configuration.",
    message="Envoy refuses what Emissary makes of these documents: {why}; a fresh pod serves "
    "nothing, a running one keeps what it had",
    fix="take away what contradicts; on a Host with TLS write hostnames such as *.example.com",
    source="Envoy listener manager; observed with Emissary 3.3 and 4.1",
)


@cluster_check(IGNORED, inputs=("compiler's notes",))
def listeners_are_read(cluster: Cluster) -> Iterator[Finding]:
    """Pass on what Emissary's compiler says of Listeners."""
    for note in cluster.compiled.notes:
        if note.message.startswith("Listener ignored"):
            why = note.message.partition(": ")[2]
            where = note.document.where(*note.path)
            name = f"Listener {note.document.namespace}/{note.document.name} is ignored"
            yield IGNORED.found(where=where, fix=_FIXES.get(why), why=f"{name}: {why}")


_FIXES = {
    "no protocol, no protocolStack": "add protocol: HTTPS (or HTTP, HTTPPROXY)",
    "securityModel is required": "add securityModel: XFP",
    "hostBinding needs a namespace or a selector": "add hostBinding: {namespace: {from: ALL}}",
    "hostBinding.namespace.from is required": "write hostBinding: {namespace: {from: ALL}}",
    "hostBinding.selector takes only matchLabels": "write hostBinding.selector.matchLabels",
    "the last element of protocolStack must be TCP or UDP": "end protocolStack with TCP",
}


@cluster_check(
    NOT_OPENED,
    CLEARTEXT_REFUSED,
    DUPLICATE,
    BINDING,
    inputs=("Listeners", "Hosts", "Envoy configuration", "documents", "release"),
)
def listeners_are_opened(cluster: Cluster) -> Iterator[Finding]:
    """Compare the Listeners that are written with the sockets that come of them."""
    if not cluster.compiled.release.has_listeners:
        return
    taken: dict[tuple[int, str], str] = {}
    for listener in cluster.compiled.resources.listeners:
        name = f"{listener.namespace}/{listener.name}"
        socket = (listener.port, listener.stack[-1])
        document = document_of(cluster, "Listener", listener.name, listener.namespace)
        where = document.where("spec", "port") if document else ""
        if socket in taken:
            yield DUPLICATE.found(where=where, name=name, port=listener.port, first=taken[socket])
            continue
        taken[socket] = name
        binding = (document.data["spec"].get("hostBinding") or {}) if document else {}
        if str((binding.get("namespace") or {}).get("from")).upper() == "SELECTOR" and document:
            at = document.where("spec", "hostBinding", "namespace", "from")
            yield BINDING.found(where=at, name=name)
        closed = listener.port not in cluster.compiled.config.listeners
        if closed and listener.stack[-1] == "TCP":
            at = document.where("spec", "hostBinding") if document else ""
            if _refuses_all(cluster, listener):
                yield CLEARTEXT_REFUSED.found(where=at, name=name, port=listener.port)
                continue
            why, mend = _why_closed(cluster, listener)
            yield NOT_OPENED.found(where=at, name=name, port=listener.port, why=why, fix=mend)


def _why_closed(cluster: Cluster, listener: ListenerResource) -> tuple[str, str]:
    hosts = cluster.compiled.resources.hosts
    if "HTTP" not in listener.stack:
        return "its stack has no HTTP", f"add a TCPMapping with port: {listener.port}"
    if not listener.any_namespace and all(h.namespace != listener.namespace for h in hosts):
        return (
            f"no Host is in namespace {listener.namespace}",
            "write hostBinding: {namespace: {from: ALL}}",
        )
    if listener.host_selector:
        labels = ", ".join(f"{key}: {value}" for key, value in listener.host_selector.items())
        return f"no Host has the labels {labels}", f"give the Host metadata.labels {labels}"
    return "no Host fits", "add a Host"


def _refuses_all(cluster: Cluster, listener: ListenerResource) -> bool:
    """Tell whether a Listener is INSECURE and all that it might take is to be rejected."""
    hosts = cluster.compiled.resources.hosts
    return (
        listener.security_model == "INSECURE"
        and "HTTP" in listener.stack
        and bool(hosts)
        and all(host.insecure_action == "Reject" for host in hosts)
    )


@cluster_check(
    NOBODY_LISTENS,
    inputs=(
        "load balancer",
        "Listeners",
        "requests sent",
        "Envoy configuration",
        "Hosts",
        "addresses",
    ),
)
def pod_ports_are_open(cluster: Cluster) -> Iterator[Finding]:
    """Look for ports of the load balancer that lead to a closed port of the pod."""
    config = cluster.compiled.config
    if config.rejected is not None:
        return
    for way in ways_in(cluster):
        pod_port = way.arriving.connection.destination_port
        # Where there is a Listener that was not opened, that is said of the Listener.
        if way.envoy is not None or listener_at(cluster, pod_port) is not None:
            continue
        ports = ", ".join(map(str, sorted(config.listeners)))
        yield NOBODY_LISTENS.found(
            where=cluster.load_balancer.where if cluster.load_balancer else "",
            fix=f"{new_listener(way)}; or let the Service's targetPort be one that is open",
            port=way.port,
            pod_port=pod_port,
            open=f"it listens on {ports}" if ports else "it listens on no port",
        )


@cluster_check(REJECTED, inputs=("Envoy configuration", "Hosts"))
def configuration_is_taken(cluster: Cluster) -> Iterator[Finding]:
    """Pass on why Envoy refuses the configuration, with the Host that brings it about."""
    why = cluster.compiled.config.rejected
    if why is None:
        return
    mend, where = "take away what contradicts", ""
    if "wildcard" in why:
        name = why.split("'")[1] if "'" in why else ""
        mend = (
            "write a hostname such as *.example.com: on a Host with TLS, * stands alone or "
            "before a dot"
        )
        for host in cluster.compiled.resources.hosts:
            if host.hostname.lower() == name and host.document is not None:
                where = host.document.where("spec", "hostname")
    elif "matching rules" in why:
        mend = "give the TCPMapping a host (TLS), or a port of its own"
    elif "domain" in why:
        mend = "leave one Host for each hostname; letter case does not tell them apart"
    yield REJECTED.found(where=where, why=why, fix=mend)


CHECKS = (listeners_are_read, listeners_are_opened, pod_ports_are_open, configuration_is_taken)
