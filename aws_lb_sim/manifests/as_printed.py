"""The page's recipes as it prints them, each made whole with what the page assumes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.design import Design
from aws_lb_sim.manifests.manifests import Manifests
from aws_lb_sim.manifests.page import assumed, printed
from aws_lb_sim.manifests.write import write
from aws_lb_sim.manifests.write_commands import set_on_target_groups

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["as_printed"]


def as_printed(recipe: str, version: str) -> Manifests:
    """Return a recipe of the page for a version of Emissary.

    Parameters
    ----------
    recipe
        Name of the preset, without ``-as-printed``.
    version
        Of Emissary: ``"3.3"``.

    Examples
    --------
    >>> as_printed("client-ip-l7", "3.3").documents[1]["spec"]["config"]["xff_num_trusted_hops"]
    1
    """
    return replace(_RECIPES[recipe](version), emissary_version=version)


_ANNOTATION = "service.beta.kubernetes.io/aws-load-balancer-"
_PAGE_SERVICE = "ambassador/ambassador"


def _on_default_ports(annotations: dict[str, str]) -> dict[str, Any]:
    """Return a Service around the ports of which the page prints nothing else."""
    metadata: dict[str, Any] = {"name": "ambassador", "namespace": "ambassador"}
    if annotations:
        metadata["annotations"] = annotations
    ports = printed("tls-at-emissary")[0]["spec"]["ports"]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "type": "LoadBalancer",
            "ports": ports,
            "selector": {"service": "ambassador"},
        },
    }


def _recommended(version: str) -> Manifests:
    attributes = {"proxy_protocol_v2.enabled": "true"}
    return Manifests(
        documents=(*printed("recommended", version), *assumed(host=True, version=version)),
        attributes=attributes,
        # What the page has one do in the AWS console.
        commands=set_on_target_groups(_PAGE_SERVICE, attributes),
        notes="Enable the proxy protocol of the NLB, then restart Emissary-ingress.",
    )


def _tls_at_emissary_elb(version: str) -> Manifests:
    return Manifests(documents=(_on_default_ports({}), *assumed(host=True, version=version)))


def _tls_at_emissary_nlb(version: str) -> Manifests:
    service = _on_default_ports({f"{_ANNOTATION}type": "nlb"})
    return Manifests(documents=(service, *assumed(host=True, version=version)))


def _tls_at_l4_elb(version: str) -> Manifests:
    documents = printed("tls-at-l4-load-balancer", version)
    return Manifests(documents=(*documents, *assumed(version=version)))


def _tls_at_l7_elb(version: str) -> Manifests:
    documents = printed("tls-at-l7-load-balancer", version)
    return Manifests(documents=(*documents, *assumed(version=version)))


def _tls_at_l7_alb(version: str) -> Manifests:
    """Put the page's Host and Module behind the ALB that it describes in words."""
    by_hand = Design(
        load_balancer="alb",
        controller="cloudformation",
        tls_termination="load-balancer",
        proxy_protocol=False,
        emissary_version="3.3",
        hostname="*",
        namespace="ambassador",
    )
    written = write(by_hand)
    service = written.documents[0]
    service["metadata"]["name"] = "ambassador"
    service["spec"]["selector"] = {"service": "ambassador"}
    del service["spec"]["externalTrafficPolicy"]
    documents = printed("tls-at-l7-load-balancer", version)[1:]
    return Manifests(
        documents=(service, *documents, *assumed(version=version)),
        cloudformation=written.cloudformation,
        commands=written.commands,
        notes=written.notes,
    )


def _client_ip_l7(version: str) -> Manifests:
    service = printed("tls-at-l7-load-balancer", version)[0]
    module = printed("client-ip-l7", version)
    return Manifests(
        documents=(service, *module, *assumed(version=version)),
        notes="After configuring the Module, restart Emissary-ingress.",
    )


def _client_ip_proxy_protocol(version: str) -> Manifests:
    service = _on_default_ports({f"{_ANNOTATION}proxy-protocol": "*"})
    module = printed("client-ip-proxy-protocol", version)
    return Manifests(
        documents=(service, *module, *assumed(host=True, version=version)),
        notes="After configuring the Module, restart Emissary-ingress.",
    )


_RECIPES: dict[str, Callable[[str], Manifests]] = {
    "recommended-nlb": _recommended,
    "tls-at-emissary-elb": _tls_at_emissary_elb,
    "tls-at-emissary-nlb": _tls_at_emissary_nlb,
    "tls-at-l4-elb": _tls_at_l4_elb,
    "tls-at-l7-elb": _tls_at_l7_elb,
    "tls-at-l7-alb": _tls_at_l7_alb,
    "client-ip-l7": _client_ip_l7,
    "client-ip-proxy-protocol": _client_ip_proxy_protocol,
}
