"""What follows from a design where it leaves a choice open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Depth, Design, EmissaryProxyProtocol, ProxyProtocolBy

__all__ = [
    "CLEARTEXT_PORT",
    "TLS_PORT",
    "emissary_proxy_protocol",
    "l7_depth",
    "preserve_client_ip",
    "proxy_protocol_by",
    "resolved",
]

# Emissary-ingress, charts/emissary-ingress/values.yaml: the container ports.
CLEARTEXT_PORT = 8080
TLS_PORT = 8443


def proxy_protocol_by(design: Design) -> ProxyProtocolBy | None:
    """Return what turns the PROXY protocol on; None where nothing does, or a template.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> proxy_protocol_by(Design(controller="cloud-provider-aws"))
    'target-group-attributes'
    """
    if not design.proxy_protocol or design.controller == "cloudformation":
        return None
    if design.proxy_protocol_by is not None:
        return design.proxy_protocol_by
    # cloud-provider-aws reads the proxy-protocol annotation for Classic Load Balancers only.
    if design.controller == "cloud-provider-aws" and design.load_balancer == "nlb":
        return "target-group-attributes"
    return "annotation"


def emissary_proxy_protocol(design: Design) -> EmissaryProxyProtocol:
    """Return how Emissary is told to expect PROXY headers.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> emissary_proxy_protocol(Design()), emissary_proxy_protocol(Design(emissary_version="1.14"))
    ('protocolStack', 'use_proxy_proto')
    """
    if design.emissary_proxy_protocol is not None:
        return design.emissary_proxy_protocol
    if not design.proxy_protocol:
        return "none"
    return "protocolStack" if design.has_listeners else "use_proxy_proto"


def preserve_client_ip(design: Design) -> bool | None:
    """Return whether an NLB keeps the client's address in packets; None for the others.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> preserve_client_ip(Design(target_type="ip"))
    False
    """
    if design.load_balancer != "nlb":
        return None
    # AWS, Edit target group attributes for your Network Load Balancer: the defaults.
    default = design.target_type == "instance"
    return default if design.preserve_client_ip is None else design.preserve_client_ip


def l7_depth(design: Design, port: int = CLEARTEXT_PORT) -> int:
    """Return how many proxies Emissary is to trust on one of its ports.

    That is how many of them append to X-Forwarded-For, but at least one where
    the load balancer is to be believed about X-Forwarded-Proto.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> l7_depth(Design(load_balancer="alb", in_front=("cloudfront",)))
    2
    """
    if design.l7_depth is not None:
        return design.l7_depth
    proxies = len(design.in_front)
    if not design.is_layer_7 or _is_plain_tcp(design, port):
        return proxies
    if design.xff_mode == "preserve":
        return max(1, proxies)
    return proxies + 1


def _is_plain_tcp(design: Design, port: int) -> bool:
    """Whether a port of a layer 7 Classic Load Balancer is a TCP listener all the same.

    With backend-protocol https, a port outside ssl-ports becomes TCP to TCP
    (cloud-provider-aws pkg/providers/v1/aws_loadbalancer.go, buildListener, @63ec440c).
    """
    return (
        port == CLEARTEXT_PORT
        and design.load_balancer == "classic-http"
        and design.tls_termination == "both"
        and design.controller == "cloud-provider-aws"
    )


def resolved(design: Design) -> Design:
    """Return the design with every open choice closed as it would be.

    Two designs that are equal when resolved are written out alike, save that an
    attribute at its default may be spelled out.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> resolved(Design()).preserve_client_ip
    True
    """
    port = TLS_PORT if design.tls_at_emissary else CLEARTEXT_PORT
    return replace(
        design,
        proxy_protocol_by=proxy_protocol_by(design),
        emissary_proxy_protocol=emissary_proxy_protocol(design),
        preserve_client_ip=preserve_client_ip(design),
        l7_depth=cast("Depth", l7_depth(design, port)),
        use_remote_address=design.use_remote_address is not False,
    )
