"""Which controller makes a load balancer for a ``type: LoadBalancer`` Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.provisioned import Refused, warning
from aws_lb_sim.aws.sources import CONTROLLER_SERVICE, CONTROLLER_WEBHOOK, PROVIDER
from aws_lb_sim.aws.values import section
from aws_lb_sim.findings.finding import Finding

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.manifests.document import Document

__all__ = ["Controller", "Owner", "find_owner"]

Controller = Literal["cloud-provider-aws", "aws-load-balancer-controller"]
Owner = tuple[Controller, tuple[Finding, ...]]

CONTROLLER_CLASS = "service.k8s.aws/nlb"
# Each controller leaves its finalizer on a Service that it looks after, so a Service
# printed from a cluster tells who made its load balancer.
_CONTROLLER_FINALIZER = "service.k8s.aws/resources"
_PROVIDER_FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


def find_owner(document: Document, annotations: Annotations, controller: Controller) -> Owner:
    """Tell which controller owns a Service of type LoadBalancer.

    Parameters
    ----------
    document
        The Service.
    annotations
        Its load balancer annotations.
    controller
        Who is installed, where the document does not settle it.

    Returns
    -------
    Owner
        The controller, and a warning where that is likely a surprise.

    Raises
    ------
    Refused
        Where neither controller takes it, so nothing is ever provisioned.

    Examples
    --------
    >>> from aws_lb_sim.aws.annotations import SERVICE_PREFIX, Annotations
    >>> from aws_lb_sim.manifests.document import Document
    >>> service = Document(data={"kind": "Service", "spec": {"type": "LoadBalancer"}})
    >>> find_owner(service, Annotations(service, SERVICE_PREFIX), "cloud-provider-aws")
    ('cloud-provider-aws', ())
    """
    load_balancer_class = section(document, "spec").get("loadBalancerClass")
    if load_balancer_class == CONTROLLER_CLASS:
        return "aws-load-balancer-controller", ()
    if load_balancer_class is not None:
        raise _nobody(
            document,
            f"loadBalancerClass {load_balancer_class!r} belongs to neither cloud-provider-aws nor "
            "the AWS Load Balancer Controller",
            ("spec", "loadBalancerClass"),
            f"use {CONTROLLER_CLASS}, or leave it out",
        )
    finalizers = section(document, "metadata").get("finalizers")
    finalizers = finalizers if isinstance(finalizers, list) else []
    if _CONTROLLER_FINALIZER in finalizers or _is_external(annotations):
        return "aws-load-balancer-controller", ()
    if controller == "aws-load-balancer-controller" and _PROVIDER_FINALIZER not in finalizers:
        return controller, (_webhook(document, annotations),)
    if annotations.get("type") == "external":
        raise _nobody(
            document,
            "aws-load-balancer-type is external without a valid aws-load-balancer-nlb-target-type: "
            "cloud-provider-aws leaves it to others and the AWS Load Balancer Controller does not "
            "accept it",
            ("metadata", "annotations", annotations.name("type")),
            f'add {annotations.name("nlb-target-type")}: "ip" (or "instance")',
        )
    return "cloud-provider-aws", ()


def _is_external(annotations: Annotations) -> bool:
    kind = annotations.get("type")
    if kind == "nlb-ip":
        return True
    return kind == "external" and annotations.get("nlb-target-type") in ("ip", "instance")


def _nobody(document: Document, message: str, path: tuple[str | int, ...], fix: str) -> Refused:
    return Refused(
        Finding(
            code="no-load-balancer",
            severity="error",
            message=f"{message}; no load balancer is ever made and nothing can connect",
            fix=fix,
            source=f"{CONTROLLER_SERVICE}; {PROVIDER}",
            where=document.where(*path),
        )
    )


def _webhook(document: Document, annotations: Annotations) -> Finding:
    kind = annotations.get("type")
    asked = f"aws-load-balancer-type {kind!r}" if kind else "no aws-load-balancer-type"
    return warning(
        "service-taken-by-controller",
        f"the Service has no loadBalancerClass and {asked}, but the AWS Load Balancer Controller "
        "(2.5 and later, Helm defaults) sets its own class on every new Service of type "
        "LoadBalancer: it becomes an NLB of that controller, internal unless the scheme says "
        "otherwise",
        fix=f"say so: spec.loadBalancerClass: {CONTROLLER_CLASS}; or turn the webhook off "
        "(enableServiceMutatorWebhook: false)",
        source=CONTROLLER_WEBHOOK,
        where=document.where("spec"),
    )
