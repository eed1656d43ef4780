"""What to call a design, and how it differs from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.design.derived import resolved

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["Family", "details", "differences", "family", "name"]

_LOAD_BALANCERS = {
    "classic-tcp": "Classic ELB L4",
    "classic-http": "Classic ELB L7",
    "nlb": "NLB",
    "alb": "ALB",
}
_TLS = {
    "load-balancer": "TLS at the load balancer",
    "emissary": "TLS at Emissary",
    "both": "TLS at both",
    "none": "no TLS",
}

Family = tuple[str, str, str]
"""Load balancer, where TLS ends, how the client's address travels."""


def family(design: Design) -> Family:
    """Return what kind of design it is, in the three choices that people talk about.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> family(Design())
    ('NLB', 'TLS at Emissary', 'PROXY protocol')
    """
    way = "X-Forwarded-For" if design.is_layer_7 else "no PROXY"
    return (
        _LOAD_BALANCERS[design.load_balancer],
        _TLS[design.tls_termination],
        "PROXY protocol" if design.proxy_protocol else way,
    )


def name(design: Design) -> str:
    """Name a design by its family.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> name(Design(load_balancer="alb", tls_termination="both", proxy_protocol=False))
    'ALB, TLS at both, X-Forwarded-For'
    """
    return ", ".join(family(design))


def details(design: Design) -> str:
    """Say how a design is made and how it reaches the pods; defaults are left unsaid.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> details(Design())
    'by aws-load-balancer-controller, instance targets'
    """
    parts = [f"by {design.controller}", f"{design.target_type} targets"]
    if design.external_traffic_policy != "Cluster":
        parts.append(f"externalTrafficPolicy {design.external_traffic_policy}")
    if design.proxy_protocol_by is not None:
        parts.append(f"PROXY protocol {design.proxy_protocol_by.replace('-', ' ')}")
    if design.preserve_client_ip is not None:
        kept = "preserved" if design.preserve_client_ip else "not preserved"
        parts.append(f"client IP {kept}")
    if design.split_ports:
        parts.append("a Listener for each port")
    if design.alb_redirect:
        parts.append("redirect by the ALB")
    if design.alpn_policy != "None":
        parts.append(f"ALPN {design.alpn_policy}")
    if design.target_protocol_version != "HTTP1":
        parts.append(f"{design.target_protocol_version} to the targets")
    if design.xff_mode != "append":
        parts.append(f"X-Forwarded-For {design.xff_mode}")
    if design.insecure_action != "Redirect":
        parts.append(f"insecure {design.insecure_action}")
    return ", ".join(parts)


def differences(design: Design, other: Design) -> tuple[tuple[str, str, str], ...]:
    """Return the fields in which two designs differ, as (field, value, other's value).

    Fields that are left open count as what they come to.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> differences(Design(), Design(external_traffic_policy="Local"))
    (('external_traffic_policy', 'Cluster', 'Local'),)
    """
    one, two = resolved(design), resolved(other)
    return tuple(
        (field, str(getattr(one, field)), str(getattr(two, field)))
        for field in design.__dataclass_fields__
        if getattr(one, field) != getattr(two, field)
    )
