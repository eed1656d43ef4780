"""Load balancers from the output of ``aws elbv2 describe-*`` and ``aws elb describe-*``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.classic_elb import build_classic
from aws_lb_sim.aws.elbv2 import Elbv2, build
from aws_lb_sim.aws.provisioned import Provisioned, info
from aws_lb_sim.aws.values import items, mapping, mappings, number, text
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.aws.load_balancer import LoadBalancer
    from aws_lb_sim.aws.node_ports import NodePorts
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["entries", "is_description", "provision"]

_KEYS = frozenset(
    [
        "LoadBalancers",
        "Listeners",
        "Rules",
        "TargetGroups",
        "Attributes",
        "LoadBalancerDescriptions",
        "LoadBalancerAttributes",
        "PolicyDescriptions",
        "TargetHealthDescriptions",
    ]
)
_TARGET_GROUP_STARTS = (
    "proxy_protocol_v2.",
    "preserve_client_ip.",
    "deregistration_delay.",
    "stickiness.",
    "slow_start.",
    "target_",
    "target_group_health.",
)


def is_description(document: Document) -> bool:
    """Tell whether a document is the output of an AWS ``describe`` command.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> is_description(Document(data={"LoadBalancers": []}))
    True
    """
    return "kind" not in document.data and not _KEYS.isdisjoint(document.data)


def entries(documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the load balancers that clients connect to: ARNs, and names of Classic ELBs.

    Of several ARNs only those with described listeners count; ALBs count only
    where no described NLB forwards to an ALB.
    """
    balancers = _all(documents, "LoadBalancers")
    listening = {
        text(each, "LoadBalancerArn", "describe-listeners") for each in _all(documents, "Listeners")
    }
    forwards = any(each.get("TargetType") == "alb" for each in _all(documents, "TargetGroups"))
    found = [
        _arn(each)
        for each in balancers
        if (_arn(each) in listening or len(balancers) == 1)
        and not (forwards and each.get("Type") == "application")
    ]
    classic = _all(documents, "LoadBalancerDescriptions")
    names = (text(each, "LoadBalancerName", "describe-load-balancers") for each in classic)
    return (*found, *names)


def _arn(balancer: Mapping[str, Any]) -> str:
    return text(balancer, "LoadBalancerArn", "describe-load-balancers")


def provision(documents: Sequence[Document], name: str, node_ports: NodePorts) -> Provisioned:
    """Build one load balancer as AWS holds it.

    Parameters
    ----------
    documents
        Outputs of ``describe`` commands.
    name
        ARN, or name of a Classic ELB.
    node_ports
        Where instance ports lead.

    Raises
    ------
    InputError
        Where its listeners are not described, or a field that decides is missing.
    """
    findings: list[Finding] = []
    for each in _all(documents, "LoadBalancerDescriptions"):
        if str(each.get("LoadBalancerName")) == name:
            balancer = _classic(documents, each, node_ports, findings)
            return Provisioned(load_balancer=balancer, findings=tuple(findings))
    elbv2 = _elbv2(documents, node_ports, findings)
    balancer = build(elbv2, name)
    if not balancer.listeners:
        raise InputError(
            f"no listeners of {name} are described",
            where=elbv2.where[name],
            mend=f"include the output of aws elbv2 describe-listeners --load-balancer-arn {name}",
        )
    return Provisioned(load_balancer=balancer, findings=tuple(findings))


def _all(documents: Sequence[Document], key: str) -> list[Mapping[str, Any]]:
    return [
        each for document in documents for each in mappings(document.data, key, document.where(key))
    ]


def _elbv2(documents: Sequence[Document], node_ports: NodePorts, findings: list[Finding]) -> Elbv2:
    where: dict[str, str] = {}
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for key, arn in (
        ("LoadBalancers", "LoadBalancerArn"),
        ("TargetGroups", "TargetGroupArn"),
        ("Listeners", "ListenerArn"),
    ):
        found[key] = {}
        for document in documents:
            for index, each in enumerate(items(document.data, key, document.where(key))):
                name = text(each, arn, document.where(key, index))
                found[key][name] = each
                where[name] = f"{document.where(key, index)} {name}".strip()
    return Elbv2(
        load_balancers=found["LoadBalancers"],
        target_groups=found["TargetGroups"],
        listeners=tuple(found["Listeners"].values()),
        rules=_rules(documents),
        attributes=_attributes(documents, found, findings),
        node_ports=node_ports,
        where=where,
        provisioned_by="aws",
        findings=findings,
    )


def _rules(documents: Sequence[Document]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    # A rule's ARN holds its listener's: …:listener-rule/app/name/id/listener/rule.
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in _all(documents, "Rules"):
        if each.get("IsDefault") is True or each.get("Priority") == "default":
            continue
        arn = str(each.get("RuleArn", ""))
        listener = arn.replace(":listener-rule/", ":listener/").rpartition("/")[0]
        found.setdefault(listener, []).append(each)
    return {
        arn: tuple(sorted(rules, key=lambda rule: number(rule, "Priority", arn)))
        for arn, rules in found.items()
    }


def _attributes(
    documents: Sequence[Document],
    found: Mapping[str, Mapping[str, Any]],
    findings: list[Finding],
) -> dict[str, dict[str, str]]:
    """Join attribute lists to what they belong to; AWS's output does not say to what."""
    targets: list[tuple[Document, dict[str, str]]] = []
    attributes: dict[str, dict[str, str]] = {}
    for document in documents:
        pairs = {
            text(each, "Key", document.where("Attributes")): str(each.get("Value", ""))
            for each in mappings(document.data, "Attributes", document.where("Attributes"))
        }
        if not pairs:
            continue
        if any(key.startswith(_TARGET_GROUP_STARTS) for key in pairs):
            targets.append((document, pairs))
        else:
            for arn in found["LoadBalancers"]:
                attributes.setdefault(arn, {}).update(pairs)
    groups = list(found["TargetGroups"])
    if len(targets) == len(groups) and len(groups) > 1:
        findings.append(_by_order(targets[0][0]))
        attributes.update({arn: pairs for arn, (_, pairs) in zip(groups, targets, strict=True)})
    elif targets:
        _refuse_contradiction(targets)
        attributes.update({arn: dict(targets[0][1]) for arn in groups})
    return attributes


def _by_order(document: Document) -> Finding:
    return info(
        "attributes-joined-by-order",
        "describe-target-group-attributes does not say to which target group its answer belongs: "
        "the answers are taken in the order of the target groups",
        where=document.where("Attributes"),
    )


def _refuse_contradiction(targets: list[tuple[Document, dict[str, str]]]) -> None:
    for document, pairs in targets[1:]:
        if pairs != targets[0][1]:
            raise InputError(
                "these target group attributes differ from others, and nothing says to which "
                "target group each belongs",
                where=document.where("Attributes"),
                mend="give one describe-target-group-attributes for each target group, in the "
                "order of describe-target-groups",
            )


def _classic(
    documents: Sequence[Document],
    raw: Mapping[str, Any],
    node_ports: NodePorts,
    findings: list[Finding],
) -> LoadBalancer:
    where = f"describe-load-balancers, {raw.get('LoadBalancerName')}"
    listeners = [
        mapping(each, "Listener", where) for each in mappings(raw, "ListenerDescriptions", where)
    ]
    if not listeners:
        raise InputError(
            "it has no ListenerDescriptions", where=where, mend="give the whole output"
        )
    names = _proxy_policies(documents)
    proxy = set()
    for each in mappings(raw, "BackendServerDescriptions", where):
        for policy in items(each, "PolicyNames", where):
            known = str(policy) in names
            if known or (not names and _looks_like_proxy(str(policy), findings, where)):
                proxy.add(number(each, "InstancePort", where))
    health = mapping(raw, "HealthCheck", where)
    return build_classic(
        listeners,
        proxy_ports=frozenset(proxy),
        health_target=text(health, "Target", where, default=""),
        scheme=text(raw, "Scheme", where, default="internet-facing"),
        node_ports=node_ports,
        where=where,
        provisioned_by="aws",
        findings=findings,
        attributes={},
    )


def _proxy_policies(documents: Sequence[Document]) -> set[str]:
    return {
        str(each.get("PolicyName"))
        for each in _all(documents, "PolicyDescriptions")
        if each.get("PolicyTypeName") == "ProxyProtocolPolicyType"
        and any(
            attribute.get("AttributeName") == "ProxyProtocol"
            and str(attribute.get("AttributeValue")).lower() == "true"
            for attribute in mappings(each, "PolicyAttributeDescriptions", "describe-policies")
        )
    }


def _looks_like_proxy(name: str, findings: list[Finding], where: str) -> bool:
    """Tell by a policy's name whether it is a PROXY protocol policy; names are arbitrary."""
    found = "proxy" in name.lower()
    findings.append(
        info(
            "policy-assumed",
            f"policy {name!r} is taken for {'a' if found else 'no'} PROXY protocol policy by its "
            "name alone",
            fix="include the output of aws elb describe-load-balancer-policies",
            where=where,
        )
    )
    return found
