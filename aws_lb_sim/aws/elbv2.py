"""NLBs and ALBs from AWS's own JSON shapes, whoever printed them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from aws_lb_sim.aws.elbv2_actions import read_conditions, read_fixed_response, read_redirect
from aws_lb_sim.aws.load_balancer import (
    AlpnPolicy,
    FixedResponseAction,
    ForwardAction,
    ListenerAction,
    ListenerProtocol,
    ListenerRule,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.aws.provisioned import info
from aws_lb_sim.aws.sources import ELB_API
from aws_lb_sim.aws.target_attributes import with_target_attributes
from aws_lb_sim.aws.values import items, mapping, number, text
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.aws.node_ports import NodePorts
    from aws_lb_sim.findings.finding import Finding

__all__ = ["Elbv2", "build"]

_KINDS: dict[str, Literal["nlb", "alb"]] = {"network": "nlb", "application": "alb"}
_PROTOCOLS = ("TCP", "TLS", "HTTP", "HTTPS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elbv2:
    """Load balancers, listeners, rules and target groups, joined by ARN.

    A CloudFormation template's logical ids stand in for ARNs.

    Parameters
    ----------
    load_balancers, target_groups
        By ARN, in the fields of ``describe-load-balancers`` and ``describe-target-groups``.
    listeners
        In the fields of ``describe-listeners``.
    rules
        By listener ARN, in the fields of ``describe-rules``, in order of priority.
    attributes
        By ARN of a load balancer or target group.
    node_ports
        Where an instance target's port leads.
    where
        The place of a resource, by ARN, for people.
    provisioned_by
        Kept in the load balancer.
    findings
        What was assumed or is not modelled is added here.
    """

    load_balancers: Mapping[str, Mapping[str, Any]]
    target_groups: Mapping[str, Mapping[str, Any]]
    listeners: tuple[Mapping[str, Any], ...]
    rules: Mapping[str, tuple[Mapping[str, Any], ...]]
    attributes: Mapping[str, Mapping[str, str]]
    node_ports: NodePorts
    where: Mapping[str, str]
    provisioned_by: str
    findings: list[Finding] = field(default_factory=list)


def build(elbv2: Elbv2, arn: str) -> LoadBalancer:
    """Build the load balancer ``arn``.

    Raises
    ------
    InputError
        Where a field that decides is missing, unresolved or unknown.
    """
    raw = elbv2.load_balancers[arn]
    where = elbv2.where[arn]
    kind = _KINDS.get(text(raw, "Type", where, default="application"))
    if kind is None:
        raise InputError(
            f"load balancer type {raw.get('Type')!r} is not simulated",
            where=where,
            mend="use network or application",
        )
    attributes = dict(elbv2.attributes.get(arn, {}))
    listeners = [
        _listener(elbv2, each, kind)
        for each in elbv2.listeners
        if str(each.get("LoadBalancerArn")) == arn
    ]
    scheme = text(raw, "Scheme", where, default="internet-facing")
    found = [each for each in listeners if each is not None]
    return LoadBalancer(
        kind=kind,
        scheme="internal" if scheme == "internal" else "internet-facing",
        listeners=tuple(sorted(found, key=lambda each: each.port)),
        attributes=attributes,
        provisioned_by=elbv2.provisioned_by,
        where=where,
    )


def _listener(
    elbv2: Elbv2, raw: Mapping[str, Any], kind: Literal["nlb", "alb"]
) -> LoadBalancerListener | None:
    arn = str(raw.get("ListenerArn", ""))
    where = elbv2.where.get(arn, "")
    port = number(raw, "Port", where)
    protocol = text(raw, "Protocol", where)
    if protocol not in _PROTOCOLS:
        _not_modelled(elbv2, f"listener protocol {protocol} on port {port}: left out", where)
        return None
    allowed = ("TCP", "TLS") if kind == "nlb" else ("HTTP", "HTTPS")
    if protocol not in allowed:
        raise InputError(
            f"an {kind.upper()} has no {protocol} listener",
            where=where,
            mend=f"use {' or '.join(allowed)}",
        )
    certificates = items(raw, "Certificates", where)
    policy = next((str(each) for each in items(raw, "AlpnPolicy", where)), "None")
    if policy not in get_args(AlpnPolicy):
        raise InputError(
            f"ALPN policy {policy!r} is not known",
            where=where,
            mend=f"use one of {', '.join(get_args(AlpnPolicy))}",
        )
    if mapping(raw, "MutualAuthentication", where).get("Mode", "off") not in ("off", None):
        _not_modelled(elbv2, "mutual TLS at the load balancer", where)
    rules = [_rule(elbv2, each, where) for each in elbv2.rules.get(arn, ())]
    return LoadBalancerListener(
        port=port,
        protocol=cast("ListenerProtocol", protocol),
        certificate=_certificate(certificates) if protocol in ("TLS", "HTTPS") else None,
        alpn_policy=cast("AlpnPolicy", policy),
        action=_action(elbv2, items(raw, "DefaultActions", where), where),
        rules=tuple(rule for rule in rules if rule is not None),
    )


def _certificate(certificates: tuple[Any, ...]) -> str:
    first = certificates[0] if certificates else None
    arn = first.get("CertificateArn") if isinstance(first, dict) else None
    return arn if isinstance(arn, str) else "(certificate)"


def _not_modelled(elbv2: Elbv2, what: str, where: str) -> None:
    elbv2.findings.append(
        info("not-modelled", f"not modelled: {what}", source=ELB_API, where=where)
    )


def _rule(elbv2: Elbv2, raw: Mapping[str, Any], where: str) -> ListenerRule | None:
    conditions = read_conditions(items(raw, "Conditions", where), where)
    if conditions.unknown:
        _not_modelled(
            elbv2,
            f"rule condition {', '.join(conditions.unknown)}: the rule is left out",
            where,
        )
        return None
    return ListenerRule(
        hosts=conditions.hosts,
        paths=conditions.paths,
        action=_action(elbv2, items(raw, "Actions", where), where),
    )


def _action(elbv2: Elbv2, actions: tuple[Any, ...], where: str) -> ListenerAction:
    # The last action decides (forward, redirect or fixed-response); those before it authenticate.
    ordered = sorted(
        (each for each in actions if isinstance(each, dict)),
        key=lambda each: each.get("Order", 0) if isinstance(each.get("Order"), int) else 0,
    )
    if not ordered:
        raise InputError("there is no action", where=where, mend="add a forward action")
    for each in ordered[:-1]:
        _not_modelled(elbv2, f"action {each.get('Type')}: passed over", where)
    last = ordered[-1]
    kind = text(last, "Type", where)
    if kind == "forward":
        return ForwardAction(target_group=_target_group(elbv2, _target_arn(elbv2, last, where)))
    if kind == "redirect":
        return read_redirect(mapping(last, "RedirectConfig", where), where)
    if kind == "fixed-response":
        return read_fixed_response(mapping(last, "FixedResponseConfig", where), where)
    _not_modelled(elbv2, f"action {kind}: answered with 501 here", where)
    return FixedResponseAction(status=501)


def _target_arn(elbv2: Elbv2, action: Mapping[str, Any], where: str) -> str:
    weighted = items(mapping(action, "ForwardConfig", where), "TargetGroups", where)
    choices = [each for each in weighted if isinstance(each, dict)]
    if len(choices) > 1:
        _not_modelled(
            elbv2, "weighted forwarding: the heaviest target group gets everything", where
        )
    if choices:
        chosen = max(choices, key=lambda each: number(each, "Weight", where, default=1))
        arn = text(chosen, "TargetGroupArn", where)
    else:
        arn = text(action, "TargetGroupArn", where)
    if arn not in elbv2.target_groups:
        raise InputError(
            f"target group {arn} is not described",
            where=where,
            mend="include the output of aws elbv2 describe-target-groups, or the resource",
        )
    return arn


def _target_group(elbv2: Elbv2, arn: str) -> TargetGroup:
    raw = elbv2.target_groups[arn]
    where = elbv2.where[arn]
    kind = text(raw, "TargetType", where, default="instance")
    protocol = text(raw, "Protocol", where)
    if protocol not in _PROTOCOLS or kind not in ("instance", "ip", "alb"):
        raise InputError(
            f"a target group of type {kind} and protocol {protocol} is not simulated",
            where=where,
            mend="use type instance or ip, and TCP, TLS, HTTP or HTTPS",
        )
    version = text(raw, "ProtocolVersion", where, default="HTTP1")
    if version not in ("HTTP1", "HTTP2", "GRPC"):
        raise InputError(
            f"protocol version {version!r} is not known", where=where, mend="HTTP1, HTTP2 or GRPC"
        )
    port = number(raw, "Port", where)
    reached = elbv2.node_ports.reach(port, where, elbv2.findings) if kind == "instance" else None
    group = TargetGroup(
        protocol=cast("ListenerProtocol", protocol),
        target_type=cast('Literal["instance", "ip", "alb"]', kind),
        pod_port=reached.pod_port if reached else port,
        node_port=reached.node_port if reached else None,
        protocol_version=cast('Literal["HTTP1", "HTTP2", "GRPC"]', version),
        # AWS preserves the client's address by default for instances, not for ip targets.
        preserve_client_ip=kind in ("instance", "alb") and protocol in ("TCP", "TLS"),
        external_traffic_policy=reached.external_traffic_policy if reached else "Cluster",
        health_check=_health_check(raw),
        load_balancer=_inner(elbv2, raw, where) if kind == "alb" else None,
    )
    if protocol in ("TCP", "TLS") and kind != "alb":
        return with_target_attributes(group, elbv2.attributes.get(arn, {}))
    return group


def _inner(elbv2: Elbv2, raw: Mapping[str, Any], where: str) -> LoadBalancer:
    for target in items(raw, "Targets", where):
        found = target.get("Id") if isinstance(target, dict) else None
        if isinstance(found, str) and found in elbv2.load_balancers:
            return build(elbv2, found)
    inner = [arn for arn, each in elbv2.load_balancers.items() if each.get("Type") == "application"]
    if len(inner) == 1:
        return build(elbv2, inner[0])
    raise InputError(
        "the ALB behind this target group is not described",
        where=where,
        mend="include its load balancer, listeners and target groups",
    )


def _health_check(raw: Mapping[str, Any]) -> dict[str, str]:
    found = {
        key: str(raw[key])
        for key in ("HealthCheckProtocol", "HealthCheckPort", "HealthCheckPath")
        if isinstance(raw.get(key), str | int)
    }
    matcher = raw.get("Matcher")
    if isinstance(matcher, dict):
        code = matcher.get("HttpCode") or matcher.get("GrpcCode")
        if isinstance(code, str | int):
            found["Matcher"] = str(code)
    return found
