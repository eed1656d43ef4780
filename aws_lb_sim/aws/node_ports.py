"""From a target group's port to the pod: the Services behind the NodePorts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.provisioned import info
from aws_lb_sim.aws.service import Service, read_services
from aws_lb_sim.aws.values import section
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["NodePorts", "Reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a node port leads.

    Parameters
    ----------
    pod_port
        Port of the pod.
    node_port
        The port of the node; None where the pod itself listens on it.
    external_traffic_policy
        Of the Service.
    """

    pod_port: int
    node_port: int | None
    external_traffic_policy: Literal["Cluster", "Local"] = "Cluster"


class NodePorts:
    """The node ports of all Services among some documents.

    Parameters
    ----------
    documents
        Services of type NodePort or LoadBalancer among them are looked up;
        Emissary Listeners tell which ports the pod itself listens on.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> ports = [{"port": 80, "targetPort": 8080, "nodePort": 31080}]
    >>> service = Document(data={"kind": "Service", "spec": {"type": "NodePort", "ports": ports}})
    >>> NodePorts((service,)).reach(31080, "here", []).pod_port
    8080
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The Services, read when first needed."""
        return read_services(self._documents)

    def reach(self, port: int, where: str, findings: list[Finding]) -> Reached:
        """Tell where an instance target's port leads.

        Parameters
        ----------
        port
            Of the target group or instance.
        where
            The place that names it, for an error.
        findings
            What was assumed is added here.

        Raises
        ------
        InputError
            Where no Service has that node port and no Listener that port.
        """
        for service in self.services:
            for each in service.ports:
                if each.node_port == port:
                    findings.extend(f for f in service.findings if f not in findings)
                    return Reached(
                        pod_port=each.pod_port,
                        node_port=port,
                        external_traffic_policy=service.external_traffic_policy,
                    )
        if self._listens(port):
            findings.append(
                info(
                    "node-port-assumed",
                    f"no Service has node port {port}, but an Emissary Listener has port {port}: "
                    "taken for a pod that listens on the node itself (hostNetwork or hostPort)",
                    fix="include the Service of type NodePort if there is one",
                    where=where,
                )
            )
            return Reached(pod_port=port, node_port=None)
        raise InputError(
            f"instance port {port} leads to no Service: {self._known()}",
            where=where,
            mend=f"include the Service of type NodePort or LoadBalancer with nodePort: {port}",
        )

    def _listens(self, port: int) -> bool:
        return any(
            each.kind == "Listener" and section(each, "spec").get("port") == port
            for each in self._documents
        )

    def _known(self) -> str:
        known = sorted(port.node_port for service in self.services for port in service.ports)
        return (
            f"the node ports known are {', '.join(map(str, known))}" if known else "none is given"
        )
