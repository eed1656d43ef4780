"""The AWS Load Balancer Controller: a Service becomes an NLB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from aws_lb_sim.aws.ignored import ignored_annotations
from aws_lb_sim.aws.load_balancer import (
    AlpnPolicy,
    ForwardAction,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.aws.provisioned import Provisioned, Refused, info
from aws_lb_sim.aws.sources import CONTROLLER_SERVICE, NLB_TARGET_GROUP
from aws_lb_sim.aws.target_attributes import read_boolean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.aws.service import Service, ServicePort
    from aws_lb_sim.findings.finding import Finding

__all__ = ["provision"]

_NAME = "aws-load-balancer-controller"
Scheme = Literal["internet-facing", "internal"]
TargetType = Literal["instance", "ip"]


def provision(service: Service, annotations: Annotations) -> Provisioned:
    """Make the NLB that the AWS Load Balancer Controller makes of a Service.

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
    findings = [*service.findings, *ignored_annotations(annotations, _NAME, "nlb")]
    target_type = _target_type(annotations)
    certificates = annotations.items("ssl-cert")
    tls_ports = _tls_ports(service, annotations)
    policy = _alpn_policy(annotations)
    listeners = []
    for port in service.ports:
        if port.protocol != "TCP":
            findings.append(_not_tcp(service, port))
            continue
        tls = bool(certificates) and (
            not tls_ports or str(port.port) in tls_ports or port.name in tls_ports
        )
        listeners.append(
            LoadBalancerListener(
                port=port.port,
                protocol="TLS" if tls else "TCP",
                certificate=certificates[0] if tls else None,
                alpn_policy=policy if tls else "None",
                action=ForwardAction(
                    target_group=_target_group(service, annotations, port, target_type, tls=tls)
                ),
            )
        )
    return Provisioned(
        load_balancer=LoadBalancer(
            kind="nlb",
            scheme=_scheme(annotations),
            listeners=tuple(listeners),
            attributes=_attributes(annotations),
            provisioned_by=_NAME,
            where=service.document.where(),
        ),
        findings=tuple(findings),
    )


def _target_group(
    service: Service,
    annotations: Annotations,
    port: ServicePort,
    target_type: TargetType,
    *,
    tls: bool,
) -> TargetGroup:
    attributes = _target_group_attributes(annotations, port)
    # AWS preserves the client's address by default for instance targets, not for ip targets.
    preserve = attributes.get("preserve_client_ip.enabled")
    instance = target_type == "instance"
    return TargetGroup(
        protocol="TLS" if tls and annotations.get("backend-protocol") == "ssl" else "TCP",
        target_type=target_type,
        pod_port=port.pod_port,
        node_port=port.node_port if instance else None,
        proxy_protocol=2 if _proxy_protocol(annotations, port, attributes) else 0,
        preserve_client_ip=instance if preserve is None else preserve == "true",
        external_traffic_policy=service.external_traffic_policy,
        health_check=_health_check(service, annotations, target_type),
    )


def _refused(annotations: Annotations, suffix: str, message: str, fix: str) -> Refused:
    return Refused.because(
        message, fix=fix, source=CONTROLLER_SERVICE, where=annotations.where(suffix)
    )


def _target_type(annotations: Annotations) -> TargetType:
    if annotations.get("type") == "nlb-ip":
        return "ip"
    value = annotations.get("nlb-target-type", "instance")
    if value == "instance":
        return "instance"
    if value == "ip":
        return "ip"
    raise _refused(
        annotations,
        "nlb-target-type",
        f"aws-load-balancer-nlb-target-type is {value!r}",
        "use instance or ip",
    )


def _scheme(annotations: Annotations) -> Scheme:
    value = annotations.get("scheme")
    if value == "internet-facing":
        return "internet-facing"
    if value not in (None, "internal"):
        raise _refused(
            annotations,
            "scheme",
            f"aws-load-balancer-scheme is {value!r}",
            "use internal or internet-facing",
        )
    # The old annotation counts only where scheme is absent; internal is the default.
    if value is None and annotations.get("internal") == "false":
        return "internet-facing"
    return "internal"


def _tls_ports(service: Service, annotations: Annotations) -> frozenset[str]:
    found = frozenset(annotations.items("ssl-ports"))
    known = {str(port.port) for port in service.ports} | {port.name for port in service.ports}
    unmatched = sorted(found - known)
    if unmatched:
        hint = ' ("*" is no wildcard for this controller)' if "*" in unmatched else ""
        raise _refused(
            annotations,
            "ssl-ports",
            f"ssl-ports {', '.join(map(repr, unmatched))} match no port of the Service{hint}",
            "name ports of the Service, or remove the annotation: then all ports count",
        )
    return found


def _alpn_policy(annotations: Annotations) -> AlpnPolicy:
    value = annotations.get("alpn-policy", "None")
    if value not in get_args(AlpnPolicy):
        raise _refused(
            annotations,
            "alpn-policy",
            f"aws-load-balancer-alpn-policy is {value!r}",
            f"use one of {', '.join(get_args(AlpnPolicy))}",
        )
    return cast("AlpnPolicy", value)


def _target_group_attributes(annotations: Annotations, port: ServicePort) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for suffix in ("target-group-attributes", f"target-group-attributes.{port.port}"):
        pairs = annotations.pairs(suffix)
        bad = pairs is None or any(
            key in ("proxy_protocol_v2.enabled", "preserve_client_ip.enabled")
            and read_boolean(value) is None
            for key, value in pairs.items()
        )
        if pairs is None or bad:
            raise _refused(
                annotations,
                suffix,
                f"{annotations.name(suffix)} is {annotations.get(suffix)!r}",
                "write key=value pairs separated by commas (preserve_client_ip.enabled=true)",
            )
        found.update(pairs)
    return found


def _proxy_protocol(
    annotations: Annotations, port: ServicePort, attributes: Mapping[str, str]
) -> bool:
    value = annotations.get("proxy-protocol")
    if value == "*":
        return True
    if value is not None:
        raise _refused(
            annotations,
            "proxy-protocol",
            f"aws-load-balancer-proxy-protocol is {value!r}",
            'the only value is "*"',
        )
    if annotations.get("proxy-protocol-per-target-group") is not None:
        return str(port.port) in annotations.items("proxy-protocol-per-target-group")
    # The controller always writes the attribute: false where nobody asks for it.
    return attributes.get("proxy_protocol_v2.enabled") == "true"


def _health_check(
    service: Service, annotations: Annotations, target_type: TargetType
) -> dict[str, str]:
    local = target_type == "instance" and service.external_traffic_policy == "Local"
    protocol = (annotations.get("healthcheck-protocol") or ("HTTP" if local else "TCP")).upper()
    if protocol not in ("TCP", "HTTP", "HTTPS"):
        raise _refused(
            annotations,
            "healthcheck-protocol",
            f"aws-load-balancer-healthcheck-protocol is {protocol!r}",
            "use tcp, http or https",
        )
    found = {
        "HealthCheckProtocol": protocol,
        "HealthCheckPort": annotations.get("healthcheck-port")
        or (str(service.health_check_node_port) if local else "traffic-port"),
    }
    if protocol != "TCP":
        found["HealthCheckPath"] = annotations.get("healthcheck-path") or (
            "/healthz" if local else "/"
        )
        found["Matcher"] = annotations.get("healthcheck-success-codes") or "200-399"
    return found


def _attributes(annotations: Annotations) -> dict[str, str]:
    pairs = annotations.pairs("attributes")
    if pairs is None:
        raise _refused(
            annotations,
            "attributes",
            f"aws-load-balancer-attributes is {annotations.get('attributes')!r}",
            "write key=value pairs separated by commas",
        )
    cross_zone = annotations.get("cross-zone-load-balancing-enabled")
    if cross_zone is not None:
        pairs.setdefault("load_balancing.cross_zone.enabled", cross_zone)
    return pairs


def _not_tcp(service: Service, port: ServicePort) -> Finding:
    return info(
        "not-modelled",
        f"not modelled: port {port.port} is {port.protocol}: it is left out",
        source=NLB_TARGET_GROUP,
        where=service.document.where("spec", "ports"),
    )
