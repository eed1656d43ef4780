"""A Kubernetes Service as a load balancer's controller sees it: ports resolved to the pod."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.aws.provisioned import info
from aws_lb_sim.aws.values import mapping, mappings, number, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["Service", "ServicePort", "read_service", "read_services"]

_HIGHEST_PORT = 65535
# Kubernetes takes NodePorts from 30000 to 32767; which one is its own choice, so we make
# a choice that a reader can recognise: 80 becomes 31080, 443 becomes 31443.
_NODE_PORT_BASE = 31000
_HEALTH_CHECK_NODE_PORT = 32000
# Emissary's chart and manifests name the container ports so (emissary-ingress/emissary,
# charts/emissary-ingress/values.yaml and templates/deployment.yaml).
_EMISSARY_PORTS = {"http": 8080, "https": 8443}
_WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Pod")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePort:
    """One entry of ``spec.ports``, with the port of the pod it leads to.

    Parameters
    ----------
    name, port, protocol
        As written; ``protocol`` is ``TCP`` where it is absent.
    node_port
        As written, or one that we allocate as the API server would.
    pod_port
        ``targetPort`` resolved to a number.
    """

    name: str
    port: int
    protocol: str
    node_port: int
    pod_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A Service, its ports resolved.

    Parameters
    ----------
    document
        Where it was read.
    type
        ``ClusterIP``, ``NodePort``, ``LoadBalancer`` or ``ExternalName``.
    ports
        In the order written.
    external_traffic_policy
        ``Cluster`` where it is absent.
    health_check_node_port
        Where kube-proxy answers health checks under ``Local``.
    findings
        What was assumed.
    """

    document: Document
    type: str
    ports: tuple[ServicePort, ...]
    external_traffic_policy: Literal["Cluster", "Local"] = "Cluster"
    health_check_node_port: int = _HEALTH_CHECK_NODE_PORT
    findings: tuple[Finding, ...] = field(default=())

    @property
    def has_node_ports(self) -> bool:
        """Whether the nodes listen for it."""
        return self.type in ("NodePort", "LoadBalancer")


def read_services(documents: Sequence[Document]) -> tuple[Service, ...]:
    """Read every Service that has node ports among ``documents``.

    A Service without them, or one that names ports we cannot resolve, concerns
    no load balancer by its node port, so it is not looked at here.
    """
    return tuple(
        read_service(each, documents)
        for each in documents
        if each.kind == "Service"
        and section(each, "spec").get("type") in ("NodePort", "LoadBalancer")
    )


def read_service(document: Document, documents: Sequence[Document]) -> Service:
    """Read one Service, resolving its named target ports in ``documents``.

    Parameters
    ----------
    document
        The Service.
    documents
        All documents; Deployments and Pods among them name container ports.

    Raises
    ------
    InputError
        Where it has no ports, a port is not a port, or a name cannot be resolved.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> spec = {"ports": [{"port": 80, "targetPort": 8080}]}
    >>> read_service(Document(data={"kind": "Service", "spec": spec}), ()).ports[0].node_port
    31080
    """
    spec = section(document, "spec")
    entries = spec.get("ports")
    if not isinstance(entries, list) or not entries:
        raise document.error(
            "the Service has no ports",
            "spec",
            "ports",
            mend="list at least one port under spec.ports",
        )
    findings: list[Finding] = []
    taken = {
        entry["nodePort"]
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("nodePort"), int)
    }
    ports = tuple(
        _read_port(document, documents, entry, index, taken, findings)
        for index, entry in enumerate(entries)
    )
    _refuse_duplicates(document, ports)
    health = spec.get("healthCheckNodePort")
    return Service(
        document=document,
        type=str(spec.get("type", "ClusterIP")),
        ports=ports,
        external_traffic_policy=_policy(document, spec),
        health_check_node_port=health if isinstance(health, int) else _HEALTH_CHECK_NODE_PORT,
        findings=tuple(findings),
    )


def _policy(document: Document, spec: dict[str, Any]) -> Literal["Cluster", "Local"]:
    policy = spec.get("externalTrafficPolicy", "Cluster")
    if policy == "Cluster":
        return "Cluster"
    if policy == "Local":
        return "Local"
    raise document.error(
        f"externalTrafficPolicy is {policy!r}",
        "spec",
        "externalTrafficPolicy",
        mend="use Cluster or Local",
    )


def _read_port(
    document: Document,
    documents: Sequence[Document],
    entry: Any,
    index: int,
    taken: set[int],
    findings: list[Finding],
) -> ServicePort:
    if not isinstance(entry, dict):
        raise document.error(
            "a port is not a mapping", "spec", "ports", index, mend="write port: and targetPort:"
        )
    port = _number(document, entry.get("port"), ("spec", "ports", index, "port"))
    target = entry.get("targetPort", port)
    if isinstance(target, str) and not target.isdigit():
        pod_port = _named_port(document, documents, target, index, findings)
    else:
        pod_port = _number(document, target, ("spec", "ports", index, "targetPort"))
    node_port = entry.get("nodePort")
    if node_port is None:
        node_port = _NODE_PORT_BASE + port % 1000
        while node_port in taken:
            node_port += 1
        taken.add(node_port)
    else:
        node_port = _number(document, node_port, ("spec", "ports", index, "nodePort"))
    return ServicePort(
        name=str(entry.get("name") or ""),
        port=port,
        protocol=str(entry.get("protocol") or "TCP"),
        node_port=node_port,
        pod_port=pod_port,
    )


def _number(document: Document, value: Any, path: tuple[str | int, ...]) -> int:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _HIGHEST_PORT:
        return value
    what = "is missing" if value is None else f"is {value!r}"
    raise document.error(f"{path[-1]} {what}", *path, mend="give a port from 1 to 65535")


def _refuse_duplicates(document: Document, ports: tuple[ServicePort, ...]) -> None:
    seen: set[tuple[int, str]] = set()
    for index, each in enumerate(ports):
        if (each.port, each.protocol) in seen:
            raise document.error(
                f"port {each.port}/{each.protocol} is listed twice",
                "spec",
                "ports",
                index,
                mend="list each port once; the API server refuses the second",
            )
        seen.add((each.port, each.protocol))


def _named_port(
    document: Document,
    documents: Sequence[Document],
    name: str,
    index: int,
    findings: list[Finding],
) -> int:
    found = _container_port(document, documents, name)
    if found is not None:
        return found
    if name in _EMISSARY_PORTS:
        findings.append(
            info(
                "target-port-assumed",
                f'targetPort "{name}" names a container port of no Deployment or Pod given here; '
                f"taken for {_EMISSARY_PORTS[name]}, as in Emissary's own chart",
                fix="include the Deployment, or give targetPort as a number",
                source="emissary-ingress/emissary, charts/emissary-ingress/values.yaml",
                where=document.where("spec", "ports", index, "targetPort"),
            )
        )
        return _EMISSARY_PORTS[name]
    raise document.error(
        f'targetPort "{name}" names a container port of no Deployment or Pod given here',
        "spec",
        "ports",
        index,
        "targetPort",
        mend="include the Deployment, or give targetPort as a number",
    )


def _container_port(document: Document, documents: Sequence[Document], name: str) -> int | None:
    selector = section(document, "spec").get("selector")
    if not isinstance(selector, dict) or not selector:
        return None
    for each in documents:
        if each.kind not in _WORKLOADS or each.namespace != document.namespace:
            continue
        pod = each.data if each.kind == "Pod" else section(each, "spec").get("template")
        if not isinstance(pod, dict) or not _labelled(pod, selector):
            continue
        where = each.where("spec")
        for container in mappings(mapping(pod, "spec", where), "containers", where):
            for port in mappings(container, "ports", where):
                if port.get("name") == name:
                    return number(port, "containerPort", where)
    return None


def _labelled(pod: dict[str, Any], selector: dict[str, Any]) -> bool:
    metadata = pod.get("metadata")
    labels = (metadata.get("labels") if isinstance(metadata, dict) else None) or {}
    return all(labels.get(key) == value for key, value in selector.items())
