"""The load balancer itself: who can reach it, and what its nodes drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import CONTROLLER_INGRESS, CONTROLLER_SERVICE, KUBERNETES_SOURCE_IP
from aws_lb_sim.findings.places import document_of
from aws_lb_sim.findings.registry import Hazard, cluster_check, flow_check
from aws_lb_sim.findings.remedies import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Flow
    from aws_lb_sim.manifests.document import Document

__all__ = ["CHECKS"]

_INGRESS_PREFIX = "alb.ingress.kubernetes.io/"

INTERNAL = Hazard(
    code="internal-by-default",
    severity="warning",
    summary="The AWS Load Balancer Controller makes an internal load balancer unless told "
    "otherwise.",
    message="{kind} {name} says nothing of the scheme, and the AWS Load Balancer Controller makes "
    "the load balancer internal: clients on the internet cannot reach it",
    fix="annotate the {kind}: {annotation}: internet-facing (or internal, to say that it is meant)",
    source=f"{CONTROLLER_SERVICE}; {CONTROLLER_INGRESS}",
)
NODE_WITHOUT_POD = Hazard(
    code="node-without-pod",
    severity="error",
    summary="externalTrafficPolicy Local: a node without an Emissary pod drops what it gets.",
    message="at the node: externalTrafficPolicy is Local and the node that the load balancer chose "
    "runs no Emissary pod, so that it drops the connection until the health check takes it out",
    fix="run an Emissary pod on every node that is a target (a DaemonSet), set "
    "externalTrafficPolicy: Cluster, or use ip targets",
    source=KUBERNETES_SOURCE_IP,
)
NO_LISTENER = Hazard(
    code="load-balancer-port-closed",
    severity="error",
    summary="The load balancer has no listener on the port that is asked for.",
    message="{url}: {reason}",
    fix="add the port to the Service (or listen-ports of the Ingress), or ask for one that is "
    "there",
    source="AWS, Listeners for your Network Load Balancers; the other kinds inferred",
)
STRAIGHT = Hazard(
    code="no-load-balancer-described",
    severity="info",
    summary="No document describes a load balancer: clients connect straight to the pod.",
    message="no Service of type LoadBalancer, Ingress, template or output of aws describes a load "
    "balancer: the request goes straight to the Emissary pod",
    fix="add the Service (kubectl get service -o yaml)",
    source="follows from the documents given",
)


@cluster_check(INTERNAL, STRAIGHT, inputs=("load balancer", "documents"))
def can_be_reached(cluster: Cluster) -> Iterator[Finding]:
    """Look for a load balancer that is internal without having been asked to be."""
    load_balancer = cluster.load_balancer
    if load_balancer is None:
        if cluster.documents:
            yield STRAIGHT.found()
        return
    made_by_controller = load_balancer.provisioned_by == "aws-load-balancer-controller"
    if not made_by_controller or load_balancer.scheme != "internal":
        return
    document = next((d for d in cluster.documents if d.where() == load_balancer.where), None)
    if document is None:
        return
    annotations = (document.data.get("metadata") or {}).get("annotations") or {}
    said = {f"{PREFIX}scheme", f"{PREFIX}internal", f"{_INGRESS_PREFIX}scheme"}
    if said.isdisjoint(annotations) and not _has_class_parameters(cluster, document):
        prefix = _INGRESS_PREFIX if document.kind == "Ingress" else PREFIX
        yield INTERNAL.found(
            where=document.where("metadata", "annotations"),
            kind=document.kind,
            name=f"{document.namespace}/{document.name}",
            annotation=f"{prefix}scheme",
        )


def _has_class_parameters(cluster: Cluster, document: Document) -> bool:
    """Tell whether an IngressClass may set the scheme by IngressClassParams."""
    name = (document.data.get("spec") or {}).get("ingressClassName")
    found = document_of(cluster, "IngressClass", str(name))
    return found is not None and bool((found.data.get("spec") or {}).get("parameters"))


@flow_check(NODE_WITHOUT_POD, NO_LISTENER, inputs=("flow", "load balancer"))
def is_let_through(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Look for packets that the load balancer or a node drops."""
    exchange = flow.exchanges[-1]
    where = cluster.load_balancer.where if cluster.load_balancer else ""
    rules = {step.rule.id for step in exchange.ending.steps}
    if "node.dropped" in rules:
        yield NODE_WITHOUT_POD.found(where=where)
    if "load-balancer.no-listener" in rules or "cloudfront.ports" in rules:
        yield NO_LISTENER.found(where=where, url=exchange.url, reason=exchange.ending.reason)


CHECKS = (can_be_reached, is_let_through)
