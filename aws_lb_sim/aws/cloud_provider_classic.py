"""The Classic ELB of cloud-provider-aws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.certificate_ports import CertificatePorts
from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    ListenerProtocol,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.aws.provisioned import Refused, warning
from aws_lb_sim.aws.sources import CLASSIC_LISTENERS, PROVIDER, PROVIDER_LISTENER

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.aws.service import Service, ServicePort
    from aws_lb_sim.findings.finding import Finding

__all__ = ["classic_listeners"]

# buildListener: backend-protocol → (front, back), where the port has the certificate.
_WITH_CERTIFICATE: dict[str | None, tuple[ListenerProtocol, ListenerProtocol]] = {
    None: ("SSL", "TCP"),
    "tcp": ("SSL", "TCP"),
    "ssl": ("SSL", "SSL"),
    "http": ("HTTPS", "HTTP"),
    "https": ("HTTPS", "HTTPS"),
}


def classic_listeners(
    service: Service, annotations: Annotations, findings: list[Finding]
) -> tuple[LoadBalancerListener, ...]:
    """Return the listeners of the Classic ELB that cloud-provider-aws makes.

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
    proxy = _proxy_protocol(annotations)
    _refuse_target_group_attributes(annotations)
    selected = CertificatePorts(annotations, lower=True)
    findings.extend(selected.findings(annotations, service))
    backend = annotations.get("backend-protocol") or None
    listeners = []
    for port in service.ports:
        if port.protocol != "TCP":
            raise Refused.because(
                f"port {port.port} is {port.protocol}, and a Classic ELB takes TCP only",
                fix="use TCP, or an NLB",
                source=PROVIDER,
                where=service.document.where("spec", "ports"),
            )
        front, back = _classic_protocols(selected.selects(port), backend, annotations)
        listeners.append(
            LoadBalancerListener(
                port=port.port,
                protocol=front,
                certificate=selected.certificate if front in ("SSL", "HTTPS") else None,
                action=ForwardAction(
                    target_group=_classic_target(service, port, back, backend, proxy=proxy)
                ),
            )
        )
        if proxy and front == "SSL" and back == "SSL":
            findings.append(_no_proxy(service, port))
    if selected.certificate is None and backend in ("https", "ssl"):
        findings.append(_plain_backend(annotations, backend))
    return tuple(listeners)


def _classic_protocols(
    selected: bool,  # noqa: FBT001  (the first column of the controller's own table)
    backend: str | None,
    annotations: Annotations,
) -> tuple[ListenerProtocol, ListenerProtocol]:
    if not selected:
        # https, ssl, tcp and anything else give TCP, without a complaint.
        return ("HTTP", "HTTP") if backend == "http" else ("TCP", "TCP")
    found = _WITH_CERTIFICATE.get(backend)
    if found is None:
        raise Refused.because(
            f"aws-load-balancer-backend-protocol {backend!r} is not known",
            fix="use tcp, ssl, http or https",
            source=PROVIDER_LISTENER,
            where=annotations.where("backend-protocol"),
        )
    return found


def _classic_target(
    service: Service,
    port: ServicePort,
    protocol: ListenerProtocol,
    backend: str | None,
    *,
    proxy: bool,
) -> TargetGroup:
    if service.external_traffic_policy == "Local":
        health = {
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPort": str(service.health_check_node_port),
            "HealthCheckPath": "/healthz",
        }
    else:
        # One health check for the whole load balancer, at the first listener's port.
        health = {
            "HealthCheckProtocol": "SSL" if backend in ("https", "ssl") else "TCP",
            "HealthCheckPort": str(service.ports[0].node_port),
        }
    return TargetGroup(
        protocol=protocol,
        pod_port=port.pod_port,
        node_port=port.node_port,
        proxy_protocol=1 if proxy else 0,
        external_traffic_policy=service.external_traffic_policy,
        health_check=health,
    )


def _proxy_protocol(annotations: Annotations) -> bool:
    value = annotations.get("proxy-protocol")
    if value not in (None, "*"):
        raise Refused.because(
            f"aws-load-balancer-proxy-protocol is {value!r}",
            fix='the only value is "*"',
            source=PROVIDER,
            where=annotations.where("proxy-protocol"),
        )
    return value == "*"


def _refuse_target_group_attributes(annotations: Annotations) -> None:
    if annotations.get("target-group-attributes") is not None:
        raise Refused.because(
            "aws-load-balancer-target-group-attributes is set, and a Classic ELB has no target "
            "groups",
            fix='remove it, or use aws-load-balancer-type: "nlb"',
            source=PROVIDER,
            where=annotations.where("target-group-attributes"),
        )


def _no_proxy(service: Service, port: ServicePort) -> Finding:
    return warning(
        "proxy-protocol-not-sent",
        f"PROXY protocol is asked for, but AWS does not support it from an SSL listener to an SSL "
        f"back end: no header is sent on port {port.port}",
        fix="use backend-protocol: tcp",
        source=CLASSIC_LISTENERS,
        where=service.document.where("spec", "ports"),
    )


def _plain_backend(annotations: Annotations, backend: str) -> Finding:
    return warning(
        "listener-not-tls",
        f"backend-protocol {backend} without ssl-cert gives plain TCP listeners",
        fix="set aws-load-balancer-ssl-cert to end TLS at the load balancer",
        source=PROVIDER_LISTENER,
        where=annotations.where("backend-protocol"),
    )
