"""Which choices do not go together: one row each, with the reason and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.design import sources as src
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.design.design import Design

__all__ = ["CONSTRAINTS", "Constraint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One reason why choices do not go together.

    Parameters
    ----------
    rule
        The reason in words, and its source.
    fields
        Every field that ``broken`` reads: what a person may change to mend it.
    broken
        Whether a design breaks it.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> CONSTRAINTS[0].broken(Design(load_balancer="classic-tcp"))
    True
    """

    rule: Rule
    fields: tuple[str, ...]
    broken: Callable[[Design], bool]


def _row(
    name: str, names: str, broken: Callable[[Design], bool], text: str, source: str
) -> Constraint:
    return Constraint(
        rule=Rule(f"design.{name}", text, source), fields=tuple(names.split()), broken=broken
    )


_WHO_MAKES_WHAT = (
    _row(
        "no-classic-by-controller",
        "load_balancer controller",
        lambda d: (
            d.load_balancer in ("classic-tcp", "classic-http")
            and d.controller == "aws-load-balancer-controller"
        ),
        "the AWS Load Balancer Controller makes NLBs and ALBs, no Classic Load Balancers",
        src.CONTROLLER,
    ),
    _row(
        "no-alb-by-provider",
        "load_balancer controller",
        lambda d: d.load_balancer == "alb" and d.controller == "cloud-provider-aws",
        "cloud-provider-aws makes Classic Load Balancers and NLBs from Services, never an ALB",
        src.PROVIDER,
    ),
    _row(
        "ip-targets-need-controller",
        "target_type controller",
        lambda d: d.target_type == "ip" and d.controller != "aws-load-balancer-controller",
        "only the AWS Load Balancer Controller registers pod addresses as targets",
        f"{src.PROVIDER}; {src.CONTROLLER}",
    ),
    _row(
        "no-ip-targets-of-classic",
        "target_type load_balancer",
        lambda d: d.target_type == "ip" and d.load_balancer in ("classic-tcp", "classic-http"),
        "the targets of a Classic Load Balancer are EC2 instances, never IP addresses",
        src.CLASSIC_TARGETS,
    ),
    _row(
        "policy-needs-node-port",
        "external_traffic_policy target_type",
        lambda d: d.external_traffic_policy == "Local" and d.target_type == "ip",
        "externalTrafficPolicy has no effect on IP targets: kube-proxy is not on their path",
        src.KUBERNETES,
    ),
    _row(
        "alb-is-cross-zone",
        "cross_zone load_balancer",
        lambda d: not d.cross_zone and d.load_balancer == "alb",
        "cross-zone load balancing of an ALB is always on",
        src.HOW,
    ),
)

_TLS = (
    _row(
        "layer-7-ends-tls",
        "tls_termination load_balancer",
        lambda d: d.is_layer_7 and d.tls_termination == "emissary",
        "a load balancer on layer 7 cannot pass TLS through: it ends it, to read HTTP",
        f"{src.ALB_LISTENERS}; {src.CLASSIC_LISTENERS}",
    ),
    _row(
        "split-ports-needs-tls-at-load-balancer",
        "split_ports tls_termination",
        lambda d: d.split_ports and d.tls_termination != "load-balancer",
        "split ports tell ended TLS from cleartext, so TLS has to end at the load balancer alone",
        src.EMISSARY,
    ),
    _row(
        "split-ports-is-for-layer-4",
        "split_ports load_balancer",
        lambda d: d.split_ports and d.is_layer_7,
        "a load balancer on layer 7 tells http from https by X-Forwarded-Proto: "
        "there is nothing to split",
        src.EMISSARY,
    ),
    _row(
        "split-ports-needs-listeners",
        "split_ports emissary_version",
        lambda d: d.split_ports and not d.has_listeners,
        "Emissary 1.x has no Listeners, so none can be SECURE or INSECURE",
        src.EMISSARY_SPLIT,
    ),
    _row(
        "alb-redirect-needs-alb",
        "alb_redirect load_balancer",
        lambda d: d.alb_redirect and d.load_balancer != "alb",
        "only an ALB can answer with a redirect by itself",
        src.API,
    ),
    _row(
        "alb-redirect-needs-tls",
        "alb_redirect tls_termination",
        lambda d: d.alb_redirect and not d.tls_at_load_balancer,
        "a redirect to HTTPS needs an HTTPS listener on the ALB",
        src.CONTROLLER_INGRESS,
    ),
    _row(
        "alpn-policy-is-of-nlb",
        "alpn_policy load_balancer",
        lambda d: d.alpn_policy != "None" and d.load_balancer != "nlb",
        "an ALPN policy is a setting of an NLB's TLS listener; no other load balancer has one",
        src.API,
    ),
    _row(
        "alpn-policy-needs-tls-listener",
        "alpn_policy tls_termination",
        lambda d: d.alpn_policy != "None" and not d.tls_at_load_balancer,
        "an ALPN policy needs a TLS listener: where TLS passes through, Emissary negotiates",
        src.API,
    ),
    _row(
        "no-alpn-policy-by-provider",
        "alpn_policy controller",
        lambda d: d.alpn_policy != "None" and d.controller == "cloud-provider-aws",
        "cloud-provider-aws cannot set an ALPN policy",
        src.PROVIDER,
    ),
    _row(
        "alpn-needs-tls-at-emissary",
        "alpn_protocols tls_termination",
        lambda d: d.alpn_protocols is not None and not d.tls_at_emissary,
        "Emissary negotiates ALPN only where it ends TLS",
        src.EMISSARY,
    ),
)

_CLIENT_ADDRESS = (
    _row(
        "no-proxy-protocol-on-alb",
        "load_balancer proxy_protocol",
        lambda d: d.proxy_protocol and d.load_balancer == "alb",
        "an ALB has no PROXY protocol; it tells the client's address in X-Forwarded-For",
        src.API,
    ),
    _row(
        "no-proxy-protocol-on-layer-7-classic",
        "load_balancer proxy_protocol",
        lambda d: d.proxy_protocol and d.load_balancer == "classic-http",
        "the PROXY protocol of a Classic Load Balancer acts on TCP and SSL listeners only",
        src.CLASSIC_PROXY,
    ),
    _row(
        "no-proxy-protocol-on-ssl-to-ssl",
        "load_balancer tls_termination proxy_protocol",
        lambda d: (
            d.proxy_protocol and d.load_balancer == "classic-tcp" and d.tls_termination == "both"
        ),
        "a Classic Load Balancer does not support the PROXY protocol from SSL to SSL",
        src.CLASSIC_LISTENERS,
    ),
    _row(
        "nothing-to-turn-on",
        "proxy_protocol_by proxy_protocol",
        lambda d: d.proxy_protocol_by is not None and not d.proxy_protocol,
        "the PROXY protocol is off: there is nothing to turn on",
        src.NLB_TARGETS,
    ),
    _row(
        "annotation-is-not-for-provider-nlb",
        "proxy_protocol_by load_balancer controller",
        lambda d: (
            d.proxy_protocol_by == "annotation"
            and d.load_balancer == "nlb"
            and d.controller == "cloud-provider-aws"
        ),
        "cloud-provider-aws reads the proxy-protocol annotation for Classic Load Balancers only",
        src.PROVIDER_NLB,
    ),
    _row(
        "classic-has-no-target-groups",
        "proxy_protocol_by load_balancer",
        lambda d: d.proxy_protocol_by == "target-group-attributes" and d.load_balancer != "nlb",
        "a Classic Load Balancer has no target groups, so they have no attributes",
        src.PROVIDER,
    ),
    _row(
        "by-hand-is-reverted",
        "proxy_protocol_by controller",
        lambda d: (
            d.proxy_protocol_by == "by-hand" and d.controller == "aws-load-balancer-controller"
        ),
        "the AWS Load Balancer Controller undoes target group attributes that are set by hand",
        src.CONTROLLER_TARGETS,
    ),
    _row(
        "template-states-it",
        "proxy_protocol_by controller",
        lambda d: d.proxy_protocol_by is not None and d.controller == "cloudformation",
        "the CloudFormation template states the PROXY protocol itself",
        src.TEMPLATE,
    ),
    _row(
        "preserve-is-of-nlb",
        "preserve_client_ip load_balancer",
        lambda d: d.preserve_client_ip is not None and d.load_balancer != "nlb",
        "only an NLB can keep the client's address in packets; the others open connections of "
        "their own",
        src.NLB_TARGETS,
    ),
    _row(
        "xff-mode-is-of-alb",
        "xff_mode load_balancer",
        lambda d: d.xff_mode != "append" and d.load_balancer != "alb",
        "only an ALB has a choice of what to do with X-Forwarded-For",
        src.ALB_HEADERS,
    ),
    _row(
        "stacks-need-listeners",
        "emissary_proxy_protocol emissary_version",
        lambda d: (
            d.emissary_proxy_protocol in ("protocolStack", "protocol") and not d.has_listeners
        ),
        "Emissary 1.x has no Listeners: its Module turns the PROXY protocol on",
        src.EMISSARY_1,
    ),
)

_TARGETS = (
    _row(
        "protocol-version-is-of-alb",
        "target_protocol_version load_balancer",
        lambda d: d.target_protocol_version != "HTTP1" and d.load_balancer != "alb",
        "a protocol version is a setting of an ALB's target group",
        src.ALB_TARGETS,
    ),
    _row(
        "protocol-version-needs-https-listener",
        "target_protocol_version tls_termination",
        lambda d: d.target_protocol_version != "HTTP1" and not d.tls_at_load_balancer,
        "an ALB speaks HTTP/2 or gRPC to targets only behind an HTTPS listener",
        src.ALB_TARGETS,
    ),
    _row(
        "protocol-version-needs-redirect",
        "target_protocol_version alb_redirect",
        lambda d: d.target_protocol_version != "HTTP1" and not d.alb_redirect,
        "an HTTP listener cannot forward to HTTP/2 or gRPC targets, so port 80 has to redirect",
        src.ALB_TARGETS,
    ),
)

CONSTRAINTS: tuple[Constraint, ...] = (*_WHO_MAKES_WHAT, *_TLS, *_CLIENT_ADDRESS, *_TARGETS)
"""Every reason; a design that breaks none of them can be deployed."""
