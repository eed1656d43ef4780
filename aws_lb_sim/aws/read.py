"""From documents to the one load balancer that clients connect to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws import (
    cloud_provider_aws,
    cloudformation,
    describe,
    ingress,
    load_balancer_controller,
)
from aws_lb_sim.aws.annotations import SERVICE_PREFIX, Annotations
from aws_lb_sim.aws.load_balancer import LoadBalancer
from aws_lb_sim.aws.node_ports import NodePorts
from aws_lb_sim.aws.not_modelled import not_modelled
from aws_lb_sim.aws.owner import Controller, find_owner
from aws_lb_sim.aws.provisioned import Provisioned, Refused, info
from aws_lb_sim.aws.service import read_service
from aws_lb_sim.aws.target_attributes import check_attributes, set_by_hand
from aws_lb_sim.aws.values import section
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["Provisioned", "read_load_balancer"]

_NO_ATTRIBUTES: dict[str, str] = {}
# AWS's own word counts most; then what makes a load balancer directly; an Ingress's ALB
# comes before a Service's load balancer, because it forwards to that Service.
_RANK = {"aws": 0, "template": 1, "Ingress": 2, "Service": 3}
_EMISSARY = ("emissary", "ambassador", "edge-stack")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    kind: Literal["aws", "template", "Ingress", "Service"]
    name: str  # what --entry takes
    key: str  # ARN, logical id, or empty
    document: Document


def read_load_balancer(
    documents: Sequence[Document],
    *,
    controller: Controller = "cloud-provider-aws",
    attributes: Mapping[str, str] = _NO_ATTRIBUTES,
    entry: str | None = None,
) -> Provisioned:
    """Find the load balancer that some documents describe.

    Where several do: AWS's own ``describe`` output comes before a
    CloudFormation template, that before an Ingress, and an Ingress before a
    Service; among equals the one that leads to Emissary by its selector or name.

    Parameters
    ----------
    documents
        Kubernetes documents, CloudFormation templates, output of ``aws … describe-*``.
    controller
        Who makes load balancers of Services, where the documents do not settle it.
    attributes
        What was set by hand, by AWS's own keys.
    entry
        Which one, where there are several: ``Service/namespace/name``,
        ``Ingress/namespace/name``, a logical id, an ARN, or the name of a Classic ELB.

    Returns
    -------
    Provisioned
        Its ``load_balancer`` is None where no document describes one, and has no
        listeners where a controller refuses to make it.

    Raises
    ------
    InputError
        Where a document cannot be read, or nothing tells which one is meant.

    Examples
    --------
    >>> read_load_balancer(()).load_balancer is None
    True
    """
    check_attributes(attributes, "--attribute")
    candidates = _candidates(documents)
    if not candidates and entry is None:
        return Provisioned(load_balancer=None)
    chosen = _choose(candidates, entry)
    provisioned = set_by_hand(_provision(chosen, documents, controller), attributes)
    passed = [each for each in candidates if each is not chosen]
    findings = [*provisioned.findings]
    if passed:
        findings.append(_passed_over(chosen, passed))
    if provisioned.load_balancer is not None:
        findings.extend(not_modelled(provisioned.load_balancer, chosen.document))
    return Provisioned(load_balancer=provisioned.load_balancer, findings=tuple(findings))


def _candidates(documents: Sequence[Document]) -> tuple[_Candidate, ...]:
    found: list[_Candidate] = []
    described = [each for each in documents if describe.is_description(each)]
    if described:
        found.extend(
            _Candidate(kind="aws", name=name, key=name, document=described[0])
            for name in describe.entries(described)
        )
    for document in documents:
        kind = document.kind
        if kind == "Service":
            if section(document, "spec").get("type") == "LoadBalancer":
                found.append(_kubernetes("Service", document))
        elif kind == "Ingress":
            if ingress.is_alb_ingress(document, documents):
                found.append(_kubernetes("Ingress", document))
        elif not kind and cloudformation.is_template(document):
            found.extend(
                _Candidate(kind="template", name=name, key=name, document=document)
                for name in cloudformation.entries(document)
            )
    return tuple(found)


def _kubernetes(kind: Literal["Ingress", "Service"], document: Document) -> _Candidate:
    name = f"{kind}/{document.namespace}/{document.name}"
    return _Candidate(kind=kind, name=name, key="", document=document)


def _choose(candidates: tuple[_Candidate, ...], entry: str | None) -> _Candidate:
    names = ", ".join(each.name for each in candidates)
    if entry is not None:
        for each in candidates:
            if each.name == entry:
                return each
        raise InputError(
            f"no load balancer is called {entry!r}",
            mend=f"use one of: {names}" if names else "add a Service, Ingress or template",
        )
    first = min(_RANK[each.kind] for each in candidates)
    best = [each for each in candidates if _RANK[each.kind] == first]
    if len(best) > 1:
        best = [each for each in best if _leads_to_emissary(each)] or best
    if len(best) > 1:
        raise InputError(
            f"{len(best)} documents describe a load balancer: "
            f"{', '.join(each.name for each in best)}",
            where=best[1].document.where(),
            mend="leave one, or say which one is meant",
        )
    return best[0]


def _leads_to_emissary(candidate: _Candidate) -> bool:
    if candidate.kind != "Service":
        return any(word in candidate.name for word in _EMISSARY)
    selector = section(candidate.document, "spec", "selector")
    words = (candidate.document.name, *map(str, selector.values()))
    return any(word in text for word in _EMISSARY for text in words)


def _provision(
    chosen: _Candidate, documents: Sequence[Document], controller: Controller
) -> Provisioned:
    if chosen.kind == "aws":
        described = [each for each in documents if describe.is_description(each)]
        return describe.provision(described, chosen.key, NodePorts(documents))
    if chosen.kind == "template":
        return cloudformation.provision(chosen.document, chosen.key, NodePorts(documents))
    try:
        if chosen.kind == "Ingress":
            return ingress.provision(chosen.document, documents)
        return _of_service(chosen.document, documents, controller)
    except Refused as refused:
        return _nothing(chosen, refused)


def _of_service(
    document: Document, documents: Sequence[Document], controller: Controller
) -> Provisioned:
    annotations = Annotations(document, SERVICE_PREFIX)
    service = read_service(document, documents)
    owner, surprises = find_owner(document, annotations, controller)
    if owner == "cloud-provider-aws":
        made = cloud_provider_aws.provision(service, annotations)
    else:
        made = load_balancer_controller.provision(service, annotations)
    if not surprises:
        return made
    return Provisioned(load_balancer=made.load_balancer, findings=(*surprises, *made.findings))


def _nothing(chosen: _Candidate, refused: Refused) -> Provisioned:
    """Return a load balancer that was never made: it has no listeners."""
    alb = chosen.kind == "Ingress"
    return Provisioned(
        load_balancer=LoadBalancer(
            kind="alb" if alb else "nlb",
            listeners=(),
            provisioned_by="nobody",
            where=chosen.document.where(),
        ),
        findings=(refused.finding,),
    )


def _passed_over(chosen: _Candidate, passed: list[_Candidate]) -> Finding:
    return info(
        "load-balancer-not-followed",
        f"requests are followed through {chosen.name}; not through "
        f"{', '.join(each.name for each in passed)}, which also make or describe a load balancer",
        fix="simulate them by themselves",
        where=chosen.document.where(),
    )
