"""The NLB of cloud-provider-aws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.certificate_ports import CertificatePorts
from aws_lb_sim.aws.load_balancer import ForwardAction, LoadBalancerListener, TargetGroup
from aws_lb_sim.aws.provisioned import Refused, info
from aws_lb_sim.aws.sources import PROVIDER
from aws_lb_sim.aws.target_attributes import read_boolean

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.aws.service import Service, ServicePort
    from aws_lb_sim.findings.finding import Finding

__all__ = ["nlb_listeners"]

_TARGET_GROUP_KEYS = ("preserve_client_ip.enabled", "proxy_protocol_v2.enabled")


def nlb_listeners(
    service: Service, annotations: Annotations, findings: list[Finding]
) -> tuple[LoadBalancerListener, ...]:
    """Return the listeners of the NLB that cloud-provider-aws makes.

    Parameters
    ----------
    service
        Of type LoadBalancer, its ports resolved.
    annotations
        Its load balancer annotations.
    findings
        What is ignored or assumed is added here.

    Raises
    ------
    Refused
        Where the controller reports an error and makes nothing.
    """
    _refuse_mixed(service)
    attributes = _target_group_attributes(annotations, findings)
    selected = CertificatePorts(annotations, lower=False)
    findings.extend(selected.findings(annotations, service))
    target_tls = annotations.get("backend-protocol") == "ssl"
    listeners = []
    for port in service.ports:
        if port.protocol != "TCP":
            findings.append(_not_tcp(service, port))
            continue
        tls = selected.selects(port)
        group = TargetGroup(
            protocol="TLS" if tls and target_tls else "TCP",
            pod_port=port.pod_port,
            node_port=port.node_port,
            proxy_protocol=2 if attributes["proxy_protocol_v2.enabled"] else 0,
            preserve_client_ip=attributes["preserve_client_ip.enabled"],
            external_traffic_policy=service.external_traffic_policy,
            health_check=_nlb_health(service, annotations),
        )
        listeners.append(
            LoadBalancerListener(
                port=port.port,
                protocol="TLS" if tls else "TCP",
                certificate=selected.certificate if tls else None,
                action=ForwardAction(target_group=group),
            )
        )
    return tuple(listeners)


def _not_tcp(service: Service, port: ServicePort) -> Finding:
    return info(
        "not-modelled",
        f"not modelled: port {port.port} is {port.protocol}: it is left out",
        source=PROVIDER,
        where=service.document.where("spec", "ports"),
    )


def _refuse_mixed(service: Service) -> None:
    if len({port.protocol for port in service.ports}) > 1:
        raise Refused.because(
            "the Service mixes protocols, and cloud-provider-aws takes one",
            fix="use one Service for each protocol",
            source=PROVIDER,
            where=service.document.where("spec", "ports"),
        )


def _nlb_health(service: Service, annotations: Annotations) -> dict[str, str]:
    local = service.external_traffic_policy == "Local"
    protocol = (annotations.get("healthcheck-protocol") or ("HTTP" if local else "TCP")).upper()
    port = annotations.get("healthcheck-port") or (
        str(service.health_check_node_port) if local else "traffic-port"
    )
    found = {"HealthCheckProtocol": protocol, "HealthCheckPort": port}
    if protocol != "TCP":
        found["HealthCheckPath"] = annotations.get("healthcheck-path") or (
            "/healthz" if local else "/"
        )
    return found


def _target_group_attributes(annotations: Annotations, findings: list[Finding]) -> dict[str, bool]:
    found = {"proxy_protocol_v2.enabled": False, "preserve_client_ip.enabled": True}
    if annotations.get("target-group-attributes") is None:
        return found
    where = annotations.where("target-group-attributes")
    pairs = annotations.pairs("target-group-attributes")
    for key, text in (pairs if pairs is not None else {"(not key=value)": ""}).items():
        value = read_boolean(text)
        if key not in _TARGET_GROUP_KEYS or value is None:
            raise Refused.because(
                f"aws-load-balancer-target-group-attributes has {key}={text}",
                fix=f"cloud-provider-aws takes {' and '.join(_TARGET_GROUP_KEYS)}, true or false",
                source=PROVIDER,
                where=where,
            )
        found[key] = value
    findings.append(
        info(
            "needs-controller-version",
            "aws-load-balancer-target-group-attributes is read by cloud-provider-aws from 1.34.0, "
            "1.33.3 and 1.32.6 on; older ones ignore it in silence",
            source="kubernetes/cloud-provider-aws@73428cd2 (2025-08-20)",
            where=where,
        )
    )
    return found
