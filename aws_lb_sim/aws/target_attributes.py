"""AWS's attributes by their own keys: which there are, and what values they take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    ListenerAction,
    LoadBalancer,
    TargetGroup,
)
from aws_lb_sim.aws.provisioned import Provisioned, info, warning
from aws_lb_sim.aws.sources import CONTROLLER_SERVICE, ELB_API, PROVIDER
from aws_lb_sim.errors import InputError
from aws_lb_sim.findings.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "KNOWN_ATTRIBUTES",
    "check_attributes",
    "map_target_groups",
    "read_boolean",
    "set_by_hand",
    "with_target_attributes",
]

_BOOLEAN = ("true", "false")
_NUMBER = ()
_TEXT = None

# What a value may be: a choice, a number (empty tuple), or any text (None).
_TARGET_GROUP: dict[str, tuple[str, ...] | None] = {
    "proxy_protocol_v2.enabled": _BOOLEAN,
    "preserve_client_ip.enabled": _BOOLEAN,
    "deregistration_delay.timeout_seconds": _NUMBER,
    "deregistration_delay.connection_termination.enabled": _BOOLEAN,
    "stickiness.enabled": _BOOLEAN,
    "stickiness.type": _TEXT,
    "stickiness.lb_cookie.duration_seconds": _NUMBER,
    "slow_start.duration_seconds": _NUMBER,
    "load_balancing.algorithm.type": _TEXT,
    "target_health_state.unhealthy.connection_termination.enabled": _BOOLEAN,
}
_LOAD_BALANCER: dict[str, tuple[str, ...] | None] = {
    "load_balancing.cross_zone.enabled": (*_BOOLEAN, "use_load_balancer_configuration"),
    "deletion_protection.enabled": _BOOLEAN,
    "dns_record.client_routing_policy": _TEXT,
    "access_logs.s3.enabled": _BOOLEAN,
    "access_logs.s3.bucket": _TEXT,
    "access_logs.s3.prefix": _TEXT,
    "connection_logs.s3.enabled": _BOOLEAN,
    "idle_timeout.timeout_seconds": _NUMBER,
    "client_keep_alive.seconds": _NUMBER,
    "waf.fail_open.enabled": _BOOLEAN,
    "routing.http2.enabled": _BOOLEAN,
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
    "routing.http.xff_client_port.enabled": _BOOLEAN,
    "routing.http.preserve_host_header.enabled": _BOOLEAN,
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.drop_invalid_header_fields.enabled": _BOOLEAN,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _BOOLEAN,
}
# Of a Classic ELB's ProxyProtocolPolicyType policy, set on the instance ports.
_CLASSIC_POLICY = "ProxyProtocol"
KNOWN_ATTRIBUTES = _TARGET_GROUP | _LOAD_BALANCER | {_CLASSIC_POLICY: _BOOLEAN}
"""Attribute key to the values it takes: a choice, a number (empty) or any text (None)."""

# Read nowhere but at an NLB.
_NLB_ONLY = ("proxy_protocol_v2.enabled", "preserve_client_ip.enabled")


def read_boolean(text: str) -> bool | None:
    """Read ``true`` or ``false``; None for anything else."""
    return {"true": True, "false": False}.get(text)


def check_attributes(attributes: Mapping[str, str], where: str = "") -> None:
    """Refuse an attribute that AWS does not know, or a value it does not take.

    Raises
    ------
    InputError
        With the known keys, or the values.

    Examples
    --------
    >>> check_attributes({"routing.http2.enabled": "maybe"})
    Traceback (most recent call last):
    ...
    aws_lb_sim.errors.InputError: attribute routing.http2.enabled is 'maybe'; ...
    """
    for key, value in attributes.items():
        if key not in KNOWN_ATTRIBUTES:
            raise InputError(
                f"attribute {key!r} is not known",
                where=where,
                mend=f"use one of {', '.join(sorted(KNOWN_ATTRIBUTES))}",
            )
        allowed = KNOWN_ATTRIBUTES[key]
        if allowed is None:
            continue
        if (allowed and value not in allowed) or (not allowed and not value.isdigit()):
            mend = f"use {' or '.join(allowed)}" if allowed else "give a whole number"
            raise InputError(f"attribute {key} is {value!r}", where=where, mend=mend)


def with_target_attributes(group: TargetGroup, attributes: Mapping[str, str]) -> TargetGroup:
    """Return a target group with the attributes that the simulation reads, set.

    Attributes that do not concern it are left out; ``attributes`` have been checked.
    """
    proxy = read_boolean(attributes.get("proxy_protocol_v2.enabled", ""))
    preserve = read_boolean(attributes.get("preserve_client_ip.enabled", ""))
    if proxy is not None:
        group = replace(group, proxy_protocol=2 if proxy else 0)
    if preserve is not None:
        group = replace(group, preserve_client_ip=preserve)
    return group


def map_target_groups(
    load_balancer: LoadBalancer, change: Callable[[TargetGroup], TargetGroup]
) -> LoadBalancer:
    """Return a load balancer with ``change`` made to each of its target groups."""

    def act(action: ListenerAction) -> ListenerAction:
        if isinstance(action, ForwardAction):
            return ForwardAction(target_group=change(action.target_group))
        return action

    return replace(
        load_balancer,
        listeners=tuple(
            replace(
                listener,
                action=act(listener.action),
                rules=tuple(replace(rule, action=act(rule.action)) for rule in listener.rules),
            )
            for listener in load_balancer.listeners
        ),
    )


def set_by_hand(provisioned: Provisioned, attributes: Mapping[str, str]) -> Provisioned:
    """Return what AWS holds after a person set ``attributes`` by hand.

    Parameters
    ----------
    provisioned
        What the documents describe.
    attributes
        By AWS's own keys. Target group attributes are set on every target group.

    Raises
    ------
    InputError
        For an unknown key or value.
    """
    check_attributes(attributes, "--attribute")
    load_balancer = provisioned.load_balancer
    if load_balancer is None or not attributes:
        return provisioned
    findings = list(provisioned.findings)
    target = {key: value for key, value in attributes.items() if key in _TARGET_GROUP}
    if load_balancer.kind == "nlb":
        findings.extend(_how_long(load_balancer, target))
        load_balancer = map_target_groups(
            load_balancer, lambda group: with_target_attributes(group, target)
        )
    else:
        findings.extend(_not_supported(load_balancer, key) for key in target if key in _NLB_ONLY)
    if _CLASSIC_POLICY in attributes:
        if load_balancer.kind == "classic":
            version: Literal[0, 1] = 1 if attributes[_CLASSIC_POLICY] == "true" else 0
            load_balancer = map_target_groups(
                load_balancer, lambda group: replace(group, proxy_protocol=version)
            )
        else:
            findings.append(_not_supported(load_balancer, _CLASSIC_POLICY))
    others = {key: value for key, value in attributes.items() if key in _LOAD_BALANCER}
    if others:
        load_balancer = replace(load_balancer, attributes={**load_balancer.attributes, **others})
    return Provisioned(load_balancer=load_balancer, findings=tuple(findings))


def _how_long(load_balancer: LoadBalancer, target: Mapping[str, str]) -> list[Finding]:
    wanted = 2 if target.get("proxy_protocol_v2.enabled") == "true" else 0
    made = {
        listener.action.target_group.proxy_protocol
        for listener in load_balancer.listeners
        if isinstance(listener.action, ForwardAction)
    }
    # Nothing to lose where the documents ask for the same.
    if "proxy_protocol_v2.enabled" not in target or made == {wanted}:
        return []
    if load_balancer.provisioned_by == "aws-load-balancer-controller":
        return [
            warning(
                "manual-edit-reverted",
                "proxy_protocol_v2.enabled was set by hand, and the AWS Load Balancer Controller "
                "puts it back at its next reconcile: what is simulated here holds until then",
                fix='annotate the Service: aws-load-balancer-proxy-protocol: "*"',
                source=f"{CONTROLLER_SERVICE}; "
                "pkg/deploy/elbv2/target_group_attributes_reconciler.go",
                where="--attribute proxy_protocol_v2.enabled",
            )
        ]
    if load_balancer.provisioned_by == "cloud-provider-aws":
        return [
            info(
                "manual-edit-fragile",
                "proxy_protocol_v2.enabled was set by hand: it lasts until the target group is "
                "made anew (another port, NodePort, protocol or health check), which comes with "
                "PROXY protocol off",
                fix="annotate the Service: aws-load-balancer-target-group-attributes: "
                "proxy_protocol_v2.enabled=true",
                source=f"{PROVIDER} (buildTargetGroupName)",
                where="--attribute proxy_protocol_v2.enabled",
            )
        ]
    return []


_INSTEAD = {
    "alb": "use an NLB, or take the client's address from X-Forwarded-For",
    "nlb": "for PROXY protocol set proxy_protocol_v2.enabled",
    "classic": "for PROXY protocol set ProxyProtocol, the attribute of its policy",
}


def _not_supported(load_balancer: LoadBalancer, key: str) -> Finding:
    kind = {"alb": "an ALB", "nlb": "an NLB", "classic": "a Classic ELB"}[load_balancer.kind]
    return Finding(
        code="attribute-not-supported",
        severity="error",
        message=f"{kind} has no {key}: AWS refuses it, and it has no effect here",
        fix=_INSTEAD[load_balancer.kind],
        source=ELB_API,
        where=f"--attribute {key}",
    )
