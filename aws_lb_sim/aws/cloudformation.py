"""Load balancers from a CloudFormation template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.classic_elb import build_classic
from aws_lb_sim.aws.elbv2 import Elbv2, build
from aws_lb_sim.aws.intrinsics import resolve_template
from aws_lb_sim.aws.provisioned import Provisioned
from aws_lb_sim.aws.values import items, mapping, mappings, number, text
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.aws.node_ports import NodePorts
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["entries", "is_template", "provision"]

_V2 = "AWS::ElasticLoadBalancingV2::"
_CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"


def is_template(document: Document) -> bool:
    """Tell whether a document is a template with a load balancer in it.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> is_template(Document(data={"Resources": {}}))
    False
    """
    return bool(_named(document))


def _named(document: Document) -> list[str]:
    resources = document.data.get("Resources")
    if not isinstance(resources, dict):
        return []
    return [
        name
        for name, each in resources.items()
        if isinstance(each, dict) and each.get("Type") in (f"{_V2}LoadBalancer", _CLASSIC)
    ]


def entries(document: Document) -> tuple[str, ...]:
    """Return the logical ids of the load balancers that clients connect to.

    An ALB that is the target of an NLB in the same template is not among them.
    """
    groups = _of(resolve_template(document), "TargetGroup")
    behind = {
        target.get("Id")
        for name, each in groups.items()
        for target in mappings(each, "Targets", _place(document, name, "TargetGroup"))
        if isinstance(target.get("Id"), str)
    }
    return tuple(name for name in _named(document) if name not in behind)


def provision(document: Document, name: str, node_ports: NodePorts) -> Provisioned:
    """Build the load balancer that CloudFormation makes of a template.

    Parameters
    ----------
    document
        The template.
    name
        Logical id of the load balancer.
    node_ports
        Where instance ports lead.

    Raises
    ------
    InputError
        Where a field that decides is missing, unknown, or only AWS can resolve it.
    """
    resources = resolve_template(document)
    findings: list[Finding] = []
    if resources[name]["Type"] == _CLASSIC:
        load_balancer = _classic(document, name, resources[name], node_ports, findings)
    else:
        load_balancer = build(_elbv2(document, resources, node_ports, findings), name)
    return Provisioned(load_balancer=load_balancer, findings=tuple(findings))


def _place(document: Document, name: str, kind: str) -> str:
    line = document.line("Resources", name)
    place = f"resource {name} ({kind})"
    return (
        place
        if line is None
        else f"{document.source}, document {document.index}, line {line} ({place})"
    )


def _of(resources: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
    return {
        name: mapping(each, "Properties", f"resource {name}")
        for name, each in resources.items()
        if each.get("Type") == f"{_V2}{kind}"
    }


def _elbv2(
    document: Document,
    resources: Mapping[str, Any],
    node_ports: NodePorts,
    findings: list[Finding],
) -> Elbv2:
    where = {
        name: _place(document, name, str(each.get("Type"))) for name, each in resources.items()
    }
    listeners = _of(resources, "Listener")
    attributes: dict[str, dict[str, str]] = {}
    for kind, key in (
        ("TargetGroup", "TargetGroupAttributes"),
        ("LoadBalancer", "LoadBalancerAttributes"),
    ):
        for name, each in _of(resources, kind).items():
            attributes[name] = {
                text(pair, "Key", where[name]): _plain(pair, where[name])
                for pair in mappings(each, key, where[name])
            }
    rules: dict[str, list[Mapping[str, Any]]] = {}
    for name, each in _of(resources, "ListenerRule").items():
        rules.setdefault(text(each, "ListenerArn", where[name]), []).append(each)
    return Elbv2(
        load_balancers=_of(resources, "LoadBalancer"),
        target_groups=_of(resources, "TargetGroup"),
        listeners=tuple({**each, "ListenerArn": name} for name, each in listeners.items()),
        rules={
            name: tuple(sorted(each, key=lambda rule: number(rule, "Priority", where[name])))
            for name, each in rules.items()
            if name in where
        },
        attributes=attributes,
        node_ports=node_ports,
        where=where,
        provisioned_by="cloudformation",
        findings=findings,
    )


def _plain(pair: Mapping[str, Any], where: str) -> str:
    value = pair.get("Value")
    if isinstance(value, bool):
        return str(value).lower()
    return text(pair, "Value", where)


def _classic(
    document: Document,
    name: str,
    resource: Mapping[str, Any],
    node_ports: NodePorts,
    findings: list[Finding],
) -> Any:
    where = _place(document, name, _CLASSIC)
    properties = mapping(resource, "Properties", where)
    listeners = mappings(properties, "Listeners", where)
    if not listeners:
        raise InputError("the load balancer has no Listeners", where=where, mend="add one")
    proxy: set[int] = set()
    for policy in mappings(properties, "Policies", where):
        on = any(
            attribute.get("Name") == "ProxyProtocol"
            and str(attribute.get("Value")).lower() == "true"
            for attribute in mappings(policy, "Attributes", where)
        )
        if policy.get("PolicyType") == "ProxyProtocolPolicyType" and on:
            proxy |= {
                number({"InstancePorts": port}, "InstancePorts", where)
                for port in items(policy, "InstancePorts", where)
            }
    health = mapping(properties, "HealthCheck", where)
    return build_classic(
        listeners,
        proxy_ports=frozenset(proxy),
        health_target=text(health, "Target", where) if health else "",
        scheme=text(properties, "Scheme", where, default="internet-facing"),
        node_ports=node_ports,
        where=where,
        provisioned_by="cloudformation",
        findings=findings,
        attributes={},
    )
