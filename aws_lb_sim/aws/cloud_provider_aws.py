"""The Service controller cloud-provider-aws: a Service becomes a Classic ELB or an NLB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.cloud_provider_classic import classic_listeners
from aws_lb_sim.aws.cloud_provider_nlb import nlb_listeners
from aws_lb_sim.aws.ignored import ignored_annotations
from aws_lb_sim.aws.load_balancer import LoadBalancer
from aws_lb_sim.aws.provisioned import Provisioned, warning
from aws_lb_sim.aws.sources import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.aws.service import Service
    from aws_lb_sim.findings.finding import Finding

__all__ = ["provision"]

_NAME = "cloud-provider-aws"


def provision(service: Service, annotations: Annotations) -> Provisioned:
    """Make the load balancer that cloud-provider-aws makes of a Service.

    Parameters
    ----------
    service
        Of type LoadBalancer, its ports resolved.
    annotations
        Its load balancer annotations.

    Raises
    ------
    Refused
        Where the controller reports an error and makes nothing.
    """
    # isNLB: the annotation must be exactly "nlb"; everything else is a Classic ELB.
    kind: Literal["classic", "nlb"] = "nlb" if annotations.get("type") == "nlb" else "classic"
    findings = [*service.findings, *ignored_annotations(annotations, _NAME, kind)]
    if annotations.get("type") not in (None, "nlb"):
        findings.append(_unknown_type(annotations))
    make = nlb_listeners if kind == "nlb" else classic_listeners
    listeners = make(service, annotations, findings)
    return Provisioned(
        load_balancer=LoadBalancer(
            kind=kind,
            # Any non-empty value but "false" means internal.
            scheme="internet-facing"
            if annotations.get("internal", "") in ("", "false")
            else "internal",
            listeners=listeners,
            attributes=_attributes(annotations, kind),
            provisioned_by=_NAME,
            where=service.document.where(),
        ),
        findings=tuple(findings),
    )


def _attributes(annotations: Annotations, kind: str) -> Mapping[str, str]:
    # The controller writes the cross-zone attribute on every sync, false where unannotated.
    found = {
        "load_balancing.cross_zone.enabled": annotations.get(
            "cross-zone-load-balancing-enabled", "false"
        )
        or "false"
    }
    if kind == "classic":
        found["idle_timeout.timeout_seconds"] = (
            annotations.get("connection-idle-timeout", "60") or "60"
        )
    return found


def _unknown_type(annotations: Annotations) -> Finding:
    return warning(
        "annotation-value-unknown",
        f"aws-load-balancer-type {annotations.get('type')!r} means nothing to cloud-provider-aws: "
        "it makes a Classic ELB",
        fix='use "nlb" for an NLB, or remove the annotation',
        source=PROVIDER,
        where=annotations.where("type"),
    )
