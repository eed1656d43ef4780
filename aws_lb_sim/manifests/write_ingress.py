"""The Ingress from which the AWS Load Balancer Controller makes an ALB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.manifests.write_service import TLS_POLICY, service_name

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["READY_PATH", "health_check_codes", "ingress"]

_PREFIX = "alb.ingress.kubernetes.io/"

READY_PATH = "/ambassador/v0/check_ready"
"""Where Emissary says that it is ready, on each Host and on its port 8877."""

_DIAGNOSTICS_PORT = "8877"


def ingress(design: Design) -> dict[str, Any]:
    """Write the Ingress; its keys are those of the controller's docs/guide/ingress."""
    backend = {
        "service": {
            "name": service_name(design),
            "port": {"name": "https" if design.tls_at_emissary else "http"},
        }
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": service_name(design),
            "namespace": design.namespace,
            "annotations": _annotations(design),
        },
        "spec": {
            "ingressClassName": "alb",
            "rules": [
                {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
            ],
        },
    }


def health_check_codes(design: Design) -> str:
    """Return the answers to a health check on Emissary's main port that show it at work.

    The check carries the target's address for a host name and no
    X-Forwarded-Proto, so that a Host of a certain name answers 404, and one
    that any name reaches does what it does with insecure requests.
    """
    if design.target_protocol_version == "GRPC":
        # AWS, Matcher.GrpcCode: any gRPC status shows that Envoy answers.
        return "0-99"
    if design.tls_termination == "both":
        return "200"
    if design.hostname != "*" or design.insecure_action == "Reject":
        return "200,404"
    return "200" if design.insecure_action == "Route" else "200,301"


def _annotations(design: Design) -> dict[str, str]:
    tls = design.tls_at_load_balancer
    written = {
        f"{_PREFIX}scheme": design.scheme,
        f"{_PREFIX}target-type": design.target_type,
        f"{_PREFIX}listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]' if tls else '[{"HTTP": 80}]',
        f"{_PREFIX}backend-protocol": "HTTPS" if design.tls_at_emissary else "HTTP",
        f"{_PREFIX}backend-protocol-version": design.target_protocol_version,
    }
    if tls:
        written[f"{_PREFIX}certificate-arn"] = design.certificate_arn
        written[f"{_PREFIX}ssl-policy"] = TLS_POLICY
    if design.alb_redirect:
        written[f"{_PREFIX}ssl-redirect"] = "443"
    if design.xff_mode != "append":
        written[f"{_PREFIX}load-balancer-attributes"] = (
            f"routing.http.xff_header_processing.mode={design.xff_mode}"
        )
    _add_health_check(design, written)
    return written


def _add_health_check(design: Design, written: dict[str, str]) -> None:
    written[f"{_PREFIX}healthcheck-path"] = READY_PATH
    if design.target_type == "ip" and design.target_protocol_version == "HTTP1":
        # The pods' port 8877 answers 200 whatever Hosts and Listeners there are.
        written[f"{_PREFIX}healthcheck-port"] = _DIAGNOSTICS_PORT
        written[f"{_PREFIX}healthcheck-protocol"] = "HTTP"
        written[f"{_PREFIX}success-codes"] = "200"
    else:
        written[f"{_PREFIX}success-codes"] = health_check_codes(design)
