"""Which Service annotations each controller reads, and which it passes over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.provisioned import info, warning
from aws_lb_sim.aws.sources import CONTROLLER_SERVICE, PROVIDER

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.findings.finding import Finding

__all__ = ["ignored_annotations"]

_BOTH = frozenset(
    [
        "type",
        "internal",
        "ssl-cert",
        "ssl-ports",
        "ssl-negotiation-policy",
        "backend-protocol",
        "cross-zone-load-balancing-enabled",
        "additional-resource-tags",
        "target-node-labels",
        "subnets",
        "healthcheck-protocol",
        "healthcheck-port",
        "healthcheck-path",
        "healthcheck-interval",
        "healthcheck-timeout",
        "healthcheck-healthy-threshold",
        "healthcheck-unhealthy-threshold",
        "access-log-enabled",
        "access-log-emit-interval",
        "access-log-s3-bucket-name",
        "access-log-s3-bucket-prefix",
        "security-groups",
    ]
)
_CLASSIC = _BOTH | frozenset(
    [
        "proxy-protocol",
        "connection-idle-timeout",
        "connection-draining-enabled",
        "connection-draining-timeout",
        "extra-security-groups",
        "target-group-attributes",
    ]
)
_PROVIDER_NLB = _BOTH | frozenset(
    ["target-group-attributes", "eip-allocations", "private-ipv4-addresses"]
)
_CONTROLLER_NLB = _BOTH | frozenset(
    [
        "scheme",
        "nlb-target-type",
        "proxy-protocol",
        "proxy-protocol-per-target-group",
        "target-group-attributes",
        "alpn-policy",
        "attributes",
        "eip-allocations",
        "private-ipv4-addresses",
        "ipv6-addresses",
        "name",
        "ip-address-type",
        "healthcheck-success-codes",
        "manage-backend-security-group-rules",
        "inbound-sg-rules-on-private-link-traffic",
        "security-group-prefix-lists",
        "multi-cluster-target-group",
        "enable-prefix-for-ipv6-source-nat",
        "source-nat-ipv6-prefixes",
        "minimum-load-balancer-capacity",
        "enable-tcp-udp-listener",
        "enable-icmp-for-path-mtu-discovery",
        "disable-nlb-sg",
        "quic-enabled-ports",
    ]
)
_READ = {
    ("cloud-provider-aws", "classic"): (_CLASSIC, PROVIDER),
    ("cloud-provider-aws", "nlb"): (_PROVIDER_NLB, PROVIDER),
    ("aws-load-balancer-controller", "nlb"): (_CONTROLLER_NLB, CONTROLLER_SERVICE),
}
# Passing these over changes what travels: addresses, TLS, PROXY headers, who can connect.
_DECISIVE = frozenset(
    [
        "proxy-protocol",
        "proxy-protocol-per-target-group",
        "scheme",
        "nlb-target-type",
        "alpn-policy",
        "attributes",
        "target-group-attributes",
    ]
)
_KNOWN = _CLASSIC | _PROVIDER_NLB | _CONTROLLER_NLB
# These carry a port or protocol after a dot.
_WITH_PORT = ("target-group-attributes.", "listener-attributes.", "conditions.", "actions.")


def ignored_annotations(
    annotations: Annotations, controller: str, kind: str
) -> tuple[Finding, ...]:
    """Return a finding for each annotation without effect under this controller and kind.

    Parameters
    ----------
    annotations
        Of a Service.
    controller
        ``cloud-provider-aws`` or ``aws-load-balancer-controller``.
    kind
        ``classic`` or ``nlb``.
    """
    read, source = _READ[controller, kind]
    found = []
    for suffix in annotations.values:
        if suffix in read:
            continue
        if suffix.startswith(_WITH_PORT):
            if controller == "aws-load-balancer-controller":
                continue
        elif suffix not in _KNOWN:
            found.append(_unknown(annotations, suffix, source))
            continue
        make = warning if suffix.partition(".")[0] in _DECISIVE else info
        found.append(
            make(
                "annotation-ignored",
                f"{annotations.name(suffix)} has no effect: {controller} does not read it for "
                f"{'a Classic ELB' if kind == 'classic' else 'an NLB'}",
                fix=_FIXES.get(suffix, "remove it"),
                source=source,
                where=annotations.where(suffix),
            )
        )
    if kind == "nlb" and annotations.get("backend-protocol") in ("http", "https"):
        found.append(_backend_protocol(annotations, source))
    return tuple(found)


_FIXES = {
    "proxy-protocol": "for an NLB of cloud-provider-aws 1.34.0, 1.33.3, 1.32.6 or later use "
    "aws-load-balancer-target-group-attributes: proxy_protocol_v2.enabled=true; else set "
    "proxy_protocol_v2.enabled on each target group by hand, or use the AWS Load Balancer "
    "Controller",
    "scheme": 'use aws-load-balancer-internal: "true" for an internal one',
}


def _unknown(annotations: Annotations, suffix: str, source: str) -> Finding:
    return warning(
        "annotation-unknown",
        f"{annotations.name(suffix)} is an annotation that no controller known here reads",
        fix="check its spelling",
        source=source,
        where=annotations.where(suffix),
    )


def _backend_protocol(annotations: Annotations, source: str) -> Finding:
    value = annotations.get("backend-protocol")
    return warning(
        "annotation-ignored",
        f"{annotations.name('backend-protocol')}: {value} has no effect on an NLB: it works at "
        "layer 4, adds no X-Forwarded-* headers, and only the value ssl changes anything",
        fix="trust no X-Forwarded-* header here; use PROXY protocol for the client's address",
        source=source,
        where=annotations.where("backend-protocol"),
    )
