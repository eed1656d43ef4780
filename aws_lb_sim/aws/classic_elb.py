"""Classic ELBs from AWS's own JSON shapes, whoever printed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    ListenerProtocol,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.aws.values import number, text
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lb_sim.aws.node_ports import NodePorts
    from aws_lb_sim.findings.finding import Finding

__all__ = ["build_classic"]

_LAYER_4 = ("TCP", "SSL")
_LAYER_7 = ("HTTP", "HTTPS")


def build_classic(  # noqa: PLR0913  (each is one part of AWS's answer)
    listeners: Sequence[Mapping[str, Any]],
    *,
    proxy_ports: frozenset[int],
    health_target: str,
    scheme: str,
    node_ports: NodePorts,
    where: str,
    provisioned_by: str,
    findings: list[Finding],
    attributes: Mapping[str, str],
) -> LoadBalancer:
    """Build a Classic ELB.

    Parameters
    ----------
    listeners
        In the fields of ``Listener``: ``Protocol``, ``LoadBalancerPort``,
        ``InstanceProtocol``, ``InstancePort``, ``SSLCertificateId``.
    proxy_ports
        Instance ports whose back end has a ProxyProtocol policy.
    health_target
        ``TCP:31080`` or ``HTTP:8877/path``; empty where it is not given.
    scheme
        ``internal`` or anything else.
    node_ports
        Where instance ports lead.
    where, provisioned_by, findings, attributes
        Kept, or added to.

    Raises
    ------
    InputError
        Where a pair of protocols is one that AWS refuses.
    """
    found = tuple(
        _listener(each, proxy_ports, health_target, node_ports, where, findings)
        for each in listeners
    )
    return LoadBalancer(
        kind="classic",
        scheme="internal" if scheme == "internal" else "internet-facing",
        listeners=tuple(sorted(found, key=lambda each: each.port)),
        attributes=attributes,
        provisioned_by=provisioned_by,
        where=where,
    )


def _listener(
    raw: Mapping[str, Any],
    proxy_ports: frozenset[int],
    health_target: str,
    node_ports: NodePorts,
    where: str,
    findings: list[Finding],
) -> LoadBalancerListener:
    front = text(raw, "Protocol", where).upper()
    back_default = front if front in ("TCP", "HTTP") else {"SSL": "TCP", "HTTPS": "HTTP"}.get(front)
    back = text(raw, "InstanceProtocol", where, default=back_default or "TCP").upper()
    families = (_LAYER_4, _LAYER_7)
    if not any(front in family and back in family for family in families):
        raise InputError(
            f"a Classic ELB cannot listen with {front} and send with {back}",
            where=where,
            mend="pair TCP or SSL with TCP or SSL, HTTP or HTTPS with HTTP or HTTPS",
        )
    port = number(raw, "LoadBalancerPort", where)
    instance_port = number(raw, "InstancePort", where)
    reached = node_ports.reach(instance_port, where, findings)
    certificate = raw.get("SSLCertificateId")
    return LoadBalancerListener(
        port=port,
        protocol=cast("ListenerProtocol", front),
        certificate=_named(certificate) if front in ("SSL", "HTTPS") else None,
        action=ForwardAction(
            target_group=TargetGroup(
                protocol=cast("ListenerProtocol", back),
                pod_port=reached.pod_port,
                node_port=reached.node_port,
                proxy_protocol=1 if instance_port in proxy_ports else 0,
                external_traffic_policy=reached.external_traffic_policy,
                health_check=_health(health_target),
            )
        ),
    )


def _named(certificate: object) -> str:
    return certificate if isinstance(certificate, str) else "(certificate)"


def _health(target: str) -> dict[str, str]:
    protocol, colon, rest = target.partition(":")
    if not colon:
        return {}
    port, slash, path = rest.partition("/")
    found = {"HealthCheckProtocol": protocol, "HealthCheckPort": port}
    if slash:
        found["HealthCheckPath"] = f"/{path}"
    return found
