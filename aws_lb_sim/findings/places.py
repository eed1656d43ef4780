"""Where things are written: the document of a resource, and the line that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy.listener import HttpConnectionManager

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.emissary.resources import Host, ListenerResource
    from aws_lb_sim.envoy.listener import Listener
    from aws_lb_sim.flow import Exchange
    from aws_lb_sim.manifests.document import Document

__all__ = [
    "document_of",
    "envoy_listener",
    "host_of",
    "ignores_remote_address",
    "listener_at",
    "manager_of",
    "module_where",
    "named_listener",
    "where_listener",
]


def document_of(
    cluster: Cluster, kind: str, name: str, namespace: str | None = None
) -> Document | None:
    """Find a document, None where there is none of that name."""
    for document in cluster.documents:
        in_place = namespace is None or document.namespace == namespace
        if document.kind == kind and document.name == name and in_place:
            return document
    return None


def listener_at(cluster: Cluster, port: int) -> ListenerResource | None:
    """Return the Listener that has a pod port: the first read wins."""
    listeners = cluster.compiled.resources.listeners
    return next((each for each in listeners if each.port == port and each.stack[-1] == "TCP"), None)


def where_listener(cluster: Cluster, port: int, *path: str | int) -> str:
    """Say where the Listener of a pod port stands; in 1.14 the Module rules instead."""
    resource = listener_at(cluster, port)
    if resource is None:
        return module_where(cluster) if not cluster.compiled.release.has_listeners else ""
    document = document_of(cluster, "Listener", resource.name, resource.namespace)
    return document.where(*path) if document else ""


def named_listener(cluster: Cluster, port: int) -> str:
    """Name the Listener of a pod port for a sentence."""
    resource = listener_at(cluster, port)
    return f"Listener {resource.namespace}/{resource.name}" if resource else f"pod port {port}"


def module_where(cluster: Cluster, *path: str) -> str:
    """Say where the Module stands, or a field of its ``spec.config``."""
    document = document_of(cluster, "Module", "ambassador")
    if document is None:
        return ""
    return document.where("spec", "config", *path) if path else document.where()


def envoy_listener(cluster: Cluster, exchange: Exchange) -> Listener | None:
    """Return what listened where an exchange reached Emissary."""
    for hop in exchange.hops:
        if hop.target == "emissary":
            return cluster.compiled.config.listeners.get(hop.connection.destination_port)
    return None


def manager_of(listener: Listener | None) -> HttpConnectionManager | None:
    """Return the HTTP settings of a listener: all its HTTP filter chains share them."""
    if listener is None:
        return None
    managers = (chain.manager for chain in listener.filter_chains)
    return next((each for each in managers if isinstance(each, HttpConnectionManager)), None)


def ignores_remote_address(cluster: Cluster) -> bool:
    """Tell whether use_remote_address is off, in whatever way the Module writes that."""
    managers = map(manager_of, cluster.compiled.config.listeners.values())
    return any(each is not None and not each.use_remote_address for each in managers)


def host_of(cluster: Cluster, listener: Listener | None, authority: str | None) -> Host | None:
    """Return the Host resource that a listener's virtual host for ``authority`` comes from."""
    for chain in listener.filter_chains if listener else ():
        found = chain.virtual_host(authority or "")
        if found is not None:
            hosts = cluster.compiled.resources.hosts
            return next((host for host in hosts if host.name == found.host), None)
    return None
