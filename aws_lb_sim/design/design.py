"""A design: what a person chooses when they put an AWS load balancer in front of Emissary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "EXAMPLE_CERTIFICATE_ARN",
    "AlpnPolicy",
    "AlpnProtocols",
    "Controller",
    "Depth",
    "Design",
    "EmissaryProxyProtocol",
    "EmissaryVersion",
    "ExternalTrafficPolicy",
    "InFront",
    "InsecureAction",
    "LoadBalancerType",
    "ProxyProtocolBy",
    "Scheme",
    "TargetProtocolVersion",
    "TargetType",
    "TlsTermination",
    "XffMode",
]

LoadBalancerType = Literal["classic-tcp", "classic-http", "nlb", "alb"]
Controller = Literal["cloud-provider-aws", "aws-load-balancer-controller", "cloudformation"]
TlsTermination = Literal["load-balancer", "emissary", "both", "none"]
ProxyProtocolBy = Literal["annotation", "target-group-attributes", "by-hand"]
EmissaryProxyProtocol = Literal["protocolStack", "protocol", "use_proxy_proto", "none"]
TargetType = Literal["instance", "ip"]
ExternalTrafficPolicy = Literal["Cluster", "Local"]
InsecureAction = Literal["Redirect", "Route", "Reject"]
XffMode = Literal["append", "preserve", "remove"]
TargetProtocolVersion = Literal["HTTP1", "HTTP2", "GRPC"]
AlpnPolicy = Literal["None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred"]
AlpnProtocols = Literal["h2,http/1.1", "http/1.1"]
Scheme = Literal["internet-facing", "internal"]
EmissaryVersion = Literal["1.14", "2.5", "3.3", "3.10", "4.1"]
InFront = Literal["cloudfront"]
Depth = Literal[0, 1, 2, 3]

EXAMPLE_CERTIFICATE_ARN = (
    "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
)
"""A certificate that exists nowhere, with AWS's example account number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The choices, with names and values as AWS, Kubernetes and Emissary spell them.

    The defaults are a design to recommend: an NLB passes TLS through to Emissary
    and tells it the client's address by the PROXY protocol. A field that is None
    is left to what AWS or Emissary do by default, or to what fits the other
    choices. Any combination can be built; :func:`aws_lb_sim.design.problems.problems`
    says what is impossible about one. A design that can be deployed but works
    badly is not impossible: simulating it shows what comes of it.

    Parameters
    ----------
    load_balancer
        ``classic-tcp`` (a Classic Load Balancer on layer 4), ``classic-http``
        (on layer 7), ``nlb`` or ``alb``.
    controller
        Who makes it: ``cloud-provider-aws`` (the service controller, once
        in-tree), ``aws-load-balancer-controller``, or ``cloudformation``: made by
        hand in front of a NodePort Service.
    scheme
        ``internet-facing`` or ``internal``.
    cross_zone
        Whether each load balancer node sends to targets in all zones.
    tls_termination
        Where TLS ends: ``load-balancer``, ``emissary``, ``both`` (ended at the
        load balancer, and encrypted anew to Emissary) or ``none``.
    proxy_protocol
        Whether the load balancer sends PROXY headers: version 1 from a Classic
        Load Balancer, 2 from an NLB.
    proxy_protocol_by
        What turns them on; None is the way that the controller offers.
    emissary_proxy_protocol
        How Emissary is told to expect them: ``protocolStack`` or ``protocol`` of
        its Listeners, ``use_proxy_proto`` of its Module (which only 1.x obeys),
        or ``none``. None follows ``proxy_protocol``.
    preserve_client_ip
        Whether packets from an NLB keep the client's address; None is AWS's
        default: true for instances, false for IP targets.
    target_type
        ``instance`` (through a NodePort) or ``ip`` (straight to the pods).
    external_traffic_policy
        Of the Service: ``Cluster`` or ``Local``.
    target_protocol_version
        ALB: ``HTTP1``, ``HTTP2`` or ``GRPC`` to the targets.
    xff_mode
        ALB: what it does with X-Forwarded-For.
    alb_redirect
        ALB: whether its port 80 answers with a redirect to HTTPS by itself.
    alpn_policy
        NLB that ends TLS: the ALPN policy of its TLS listener.
    insecure_action
        Of the Host: what Emissary does with requests it takes for insecure.
    split_ports
        Layer 4 with TLS ended at the load balancer: whether ports 80 and 443
        lead to two Listeners, one INSECURE and one SECURE, so that Emissary can
        tell them apart by port.
    l7_depth
        Number of trusted proxies that Emissary counts in X-Forwarded-For; None
        is the number there are.
    use_remote_address
        Of the Module; None leaves it out (Emissary's default is true).
    alpn_protocols
        Of a Host that ends TLS; None negotiates nothing.
    websocket
        Whether the Mapping allows upgrades to WebSocket.
    in_front
        Layer 7 proxies between the client and the load balancer, outermost first.
    emissary_version
        Major and minor version of Emissary-ingress.
    hostname
        Name that clients request; ``*`` is any.
    namespace
        Where Emissary runs.
    certificate_arn
        ACM certificate for a load balancer that ends TLS.
    tls_secret
        Kubernetes Secret of type ``kubernetes.io/tls`` for an Emissary that does.
    backend
        The service behind Emissary, ``name:port`` in the namespace ``default``.

    Examples
    --------
    >>> Design().load_balancer, Design(load_balancer="alb").is_layer_7
    ('nlb', True)
    """

    load_balancer: LoadBalancerType = "nlb"
    controller: Controller = "aws-load-balancer-controller"
    scheme: Scheme = "internet-facing"
    cross_zone: bool = True
    tls_termination: TlsTermination = "emissary"
    proxy_protocol: bool = True
    proxy_protocol_by: ProxyProtocolBy | None = None
    emissary_proxy_protocol: EmissaryProxyProtocol | None = None
    preserve_client_ip: bool | None = None
    target_type: TargetType = "instance"
    external_traffic_policy: ExternalTrafficPolicy = "Cluster"
    target_protocol_version: TargetProtocolVersion = "HTTP1"
    xff_mode: XffMode = "append"
    alb_redirect: bool = False
    alpn_policy: AlpnPolicy = "None"
    insecure_action: InsecureAction = "Redirect"
    split_ports: bool = False
    l7_depth: Depth | None = None
    use_remote_address: bool | None = None
    alpn_protocols: AlpnProtocols | None = None
    websocket: bool = False
    in_front: tuple[InFront, ...] = ()
    emissary_version: EmissaryVersion = "3.10"
    hostname: str = "shop.example.com"
    namespace: str = "emissary"
    certificate_arn: str = EXAMPLE_CERTIFICATE_ARN
    tls_secret: str = "shop-example-com"  # noqa: S105  (the name of a Secret, not one)
    backend: str = "quote:80"

    @property
    def is_layer_7(self) -> bool:
        """Whether the load balancer reads HTTP."""
        return self.load_balancer in ("alb", "classic-http")

    @property
    def tls_at_load_balancer(self) -> bool:
        """Whether the load balancer ends TLS."""
        return self.tls_termination in ("load-balancer", "both")

    @property
    def tls_at_emissary(self) -> bool:
        """Whether Emissary ends TLS."""
        return self.tls_termination in ("emissary", "both")

    @property
    def has_listeners(self) -> bool:
        """Whether this Emissary has Listener resources (since 2.0)."""
        return self.emissary_version != "1.14"
