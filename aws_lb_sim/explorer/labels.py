"""What the values of a choice are called: in plain words, where the field's own are none."""

from __future__ import annotations

from typing import Any

__all__ = ["label_of"]

_WORDS: dict[str, dict[Any, str]] = {
    "load_balancer": {
        "classic-tcp": "Classic, layer 4",
        "classic-http": "Classic, layer 7",
        "nlb": "NLB",
        "alb": "ALB",
    },
    "controller": {
        "cloud-provider-aws": "cloud-provider-aws",
        "aws-load-balancer-controller": "AWS Load Balancer Controller",
        "cloudformation": "by hand (CloudFormation)",
    },
    "target_type": {"instance": "nodes (instance)", "ip": "pods (ip)"},
    "tls_termination": {
        "load-balancer": "load balancer",
        "emissary": "Emissary",
        "both": "both, encrypted anew",
        "none": "no TLS at all",
    },
    "proxy_protocol_by": {
        "annotation": "annotation",
        "target-group-attributes": "target group attributes",
        "by-hand": "by hand in AWS",
    },
    "emissary_proxy_protocol": {
        None: "what is sent",
        "protocolStack": "Listener protocolStack",
        "protocol": "Listener protocol",
        "use_proxy_proto": "Module use_proxy_proto",
        "none": "nothing",
    },
    "target_protocol_version": {"HTTP1": "HTTP/1.1", "HTTP2": "HTTP/2", "GRPC": "gRPC"},
    "alpn_policy": {"None": "none"},
    "alpn_protocols": {None: "not set", "h2,http/1.1": "h2 and http/1.1", "http/1.1": "http/1.1"},
    "in_front": {(): "nothing", ("cloudfront",): "CloudFront"},
    "l7_depth": {None: "as many as there are"},
    "insecure_action": {
        "Redirect": "redirect to https",
        "Route": "route them",
        "Reject": "reject them",
    },
    "use_remote_address": {None: "not set"},
    "kind": {"page": "page", "websocket": "WebSocket", "grpc": "gRPC"},
    "http": {"1.1": "HTTP/1.1", "2": "HTTP/2"},
    "forged_proxy": {"none": "no", "v1": "version 1", "v2": "version 2"},
}
_BY_DEFAULT = "default"


def label_of(name: str, value: Any) -> str:
    """Return what a value of a field is called on the screen.

    Examples
    --------
    >>> label_of("tls_termination", "emissary"), label_of("hostname", "a.example")
    ('Emissary', 'a.example')
    """
    words = _WORDS.get(name, {})
    if value in words:
        return words[value]
    if isinstance(value, bool):
        return "on" if value else "off"
    return _BY_DEFAULT if value is None else str(value)
