"""The Service in front of Emissary, with the annotations that shape its load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.derived import CLEARTEXT_PORT, TLS_PORT, proxy_protocol_by

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["NODE_PORTS", "pod_ports", "service", "service_name"]

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"

NODE_PORTS = {CLEARTEXT_PORT: 30080, TLS_PORT: 30443}
"""NodePorts that a hand-made load balancer is told of, by port of the pod."""

# AWS, Security policies: TLS 1.2 and 1.3 for NLB and ALB; TLS 1.2 alone for Classic.
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
CLASSIC_TLS_POLICY = "ELBSecurityPolicy-TLS-1-2-2017-01"


def service_name(design: Design) -> str:
    """Return the name of Emissary's Service (Ambassador's, before 2.0)."""
    return "emissary-ingress" if design.has_listeners else "ambassador"


def pod_ports(design: Design) -> tuple[tuple[str, int, int], ...]:
    """Return (name, port, port of the pod) for each port of the load balancer.

    Port names are lower-case: the API server takes nothing else (RFC 6335 labels).

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> pod_ports(Design(tls_termination="load-balancer"))
    (('http', 80, 8080), ('https', 443, 8080))
    """
    http = ("http", 80, CLEARTEXT_PORT)
    if design.tls_termination == "none":
        return (http,)
    # Ended at the load balancer, TLS reaches the cleartext port, unless the ports are split.
    to_tls_port = design.tls_at_emissary or design.split_ports
    return (http, ("https", 443, TLS_PORT if to_tls_port else CLEARTEXT_PORT))


def service(design: Design) -> dict[str, Any]:
    """Write the Service: of type LoadBalancer, or behind an ALB or a template without one."""
    metadata: dict[str, Any] = {"name": service_name(design), "namespace": design.namespace}
    spec: dict[str, Any]
    if design.controller == "cloudformation":
        spec = {"type": "NodePort"}
    elif design.load_balancer == "alb":
        # The controller sends to pods directly, or to the nodes that lead to them.
        spec = {"type": "ClusterIP" if design.target_type == "ip" else "NodePort"}
    else:
        metadata["annotations"] = _annotations(design)
        spec = {"type": "LoadBalancer"}
    if design.target_type == "instance":
        spec["externalTrafficPolicy"] = design.external_traffic_policy
    spec["ports"] = _ports(design)
    spec["selector"] = (
        {"app.kubernetes.io/name": "emissary-ingress"}
        if design.has_listeners
        else {"service": "ambassador"}
    )
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _ports(design: Design) -> list[dict[str, Any]]:
    ports = pod_ports(design)
    if design.controller == "cloudformation":
        return _node_ports(design, ports)
    if design.load_balancer == "alb":
        # An Ingress names one port of the Service, for all that it listens on.
        ports = ports[-1:] if design.tls_at_emissary else ports[:1]
    return [{"name": name, "port": port, "targetPort": pod} for name, port, pod in ports]


def _node_ports(design: Design, ports: tuple[tuple[str, int, int], ...]) -> list[dict[str, Any]]:
    """Return one port for each port of the pod, with the NodePort that the template names."""
    if design.load_balancer == "alb":
        ports = ports[-1:] if design.tls_at_emissary else ports[:1]
    written: dict[int, dict[str, Any]] = {}
    for name, port, pod in ports:
        if pod not in written:
            written[pod] = {
                "name": name,
                "port": port,
                "targetPort": pod,
                "nodePort": NODE_PORTS[pod],
            }
    return list(written.values())


def _annotations(design: Design) -> dict[str, str]:
    if design.controller == "aws-load-balancer-controller":
        written = _for_controller(design)
    elif design.load_balancer == "nlb":
        written = {f"{_PREFIX}type": "nlb", **_for_provider(design)}
    else:
        written = _for_provider(design)
    if design.tls_at_load_balancer:
        _add_tls(design, written)
    _add_proxy_protocol(design, written)
    _add_health_check(design, written)
    return written


def _for_controller(design: Design) -> dict[str, str]:
    """Return what only the AWS Load Balancer Controller reads (docs/guide/service)."""
    # "external" makes cloud-provider-aws leave the Service alone.
    written = {
        f"{_PREFIX}type": "external",
        f"{_PREFIX}nlb-target-type": design.target_type,
        f"{_PREFIX}scheme": design.scheme,
        f"{_PREFIX}attributes": (
            "load_balancing.cross_zone.enabled=true"
            if design.cross_zone
            else "load_balancing.cross_zone.enabled=false"
        ),
    }
    if design.alpn_policy != "None":
        written[f"{_PREFIX}alpn-policy"] = design.alpn_policy
    return written


def _for_provider(design: Design) -> dict[str, str]:
    """Return what cloud-provider-aws reads (docs/service_controller.md)."""
    written = {}
    if design.scheme == "internal":
        written[f"{_PREFIX}internal"] = "true"
    if design.cross_zone:
        written[f"{_PREFIX}cross-zone-load-balancing-enabled"] = "true"
    if design.load_balancer == "classic-http" and design.tls_termination != "both":
        written[f"{_PREFIX}backend-protocol"] = "http"
    return written


def _add_tls(design: Design, written: dict[str, str]) -> None:
    classic = design.load_balancer != "nlb"
    written[f"{_PREFIX}ssl-cert"] = design.certificate_arn
    # Never "*": the AWS Load Balancer Controller takes it for a port that does not exist.
    written[f"{_PREFIX}ssl-ports"] = "443"
    written[f"{_PREFIX}ssl-negotiation-policy"] = CLASSIC_TLS_POLICY if classic else TLS_POLICY
    if design.tls_termination == "both":
        layer_7 = design.load_balancer == "classic-http"
        written[f"{_PREFIX}backend-protocol"] = "https" if layer_7 else "ssl"
    elif design.load_balancer == "classic-tcp":
        written[f"{_PREFIX}backend-protocol"] = "tcp"


def _add_proxy_protocol(design: Design, written: dict[str, str]) -> None:
    """Add what says whose address the targets see, save what is done by hand."""
    way = proxy_protocol_by(design)
    if way == "by-hand":
        return
    if way == "annotation":
        written[f"{_PREFIX}proxy-protocol"] = "*"
    attributes = []
    if way == "target-group-attributes":
        attributes.append("proxy_protocol_v2.enabled=true")
    if design.preserve_client_ip is not None:
        attributes.append(f"preserve_client_ip.enabled={str(design.preserve_client_ip).lower()}")
    if attributes:
        written[f"{_PREFIX}target-group-attributes"] = ",".join(attributes)


def _add_health_check(design: Design, written: dict[str, str]) -> None:
    """Add a health check where the controller's own would fail.

    kube-proxy's health port, which is checked under Local, takes no PROXY header
    (aws-load-balancer-controller docs/guide/service/nlb.md); a node without a pod
    refuses connections to the NodePort, so a TCP check serves as well. And under
    backend-protocol ssl or https, cloud-provider-aws would send TLS to the first
    port, which is the cleartext one (Kong/kong#6399).
    """
    if design.load_balancer == "nlb":
        if design.proxy_protocol and design.external_traffic_policy == "Local":
            written[f"{_PREFIX}healthcheck-protocol"] = "TCP"
            written[f"{_PREFIX}healthcheck-port"] = "traffic-port"
    elif design.tls_termination == "both" and design.external_traffic_policy == "Cluster":
        written[f"{_PREFIX}healthcheck-protocol"] = "TCP"
