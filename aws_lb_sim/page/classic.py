"""What the page says about the Classic Elastic Load Balancer."""

from __future__ import annotations

from aws_lb_sim.page.predicates import (
    FORGED,
    OK,
    SWITCHING,
    appends,
    protocols,
    scheme_at_emissary,
    speaks_h2,
    through_a_node,
    unmodified,
)
from aws_lb_sim.page.setups import behind, mapping, printed, tls_host
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, Statement
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_ELB = "Classic Elastic Load Balancer (ELB)"
_WEBSOCKET = ClientRequest(url="wss://shop.example.com/")
_HTTP_2 = ClientRequest(http="2")
_FORGING = ClientRequest(headers=(("X-Forwarded-For", FORGED),))
_UPGRADES = mapping(allow_upgrade=["websocket"])
_H2 = tls_host(alpn_protocols="h2,http/1.1")
_CONTROLLER = (
    "kubernetes-sigs/aws-load-balancer-controller docs/guide/ingress/annotations.md, "
    "docs/guide/service/annotations.md and webhooks/core/service_mutator.go"
)

STATEMENTS = (
    Statement(
        id="three-types",
        section="AWS load balancer notes",
        quote="AWS provides three types of load balancers",
        claim="There are no others.",
        verdict="not testable by simulation",
        today="What AWS sells is no matter of simulation: since 2020 there is a fourth, the "
        "Gateway Load Balancer, which passes packets to appliances and does not lead to Emissary.",
        source="AWS, Elastic Load Balancing API (Type: application | network | gateway)",
    ),
    Statement(
        id="elb-is-the-default",
        section=_ELB,
        quote="It is the default type of load balancer ensured by a type: LoadBalancer Service",
        claim="A Service of type LoadBalancer without annotations makes an internet-facing ELB.",
        setup=behind({}),
        holds=lambda shown: shown.kind == "classic",
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="With the AWS Load Balancer Controller (Helm defaults) it is an internal NLB.",
        source=_CONTROLLER,
    ),
    Statement(
        id="elb-to-instances",
        section=_ELB,
        quote="routes directly to individual EC2 instances",
        claim="Requests reach Emissary by way of a node.",
        setup=behind({}),
        holds=through_a_node,
        verdict="holds",
    ),
    Statement(
        id="elb-layer-4-or-7",
        section=_ELB,
        quote="It can be configured to run at layer 4 or layer 7 of the OSI model.",
        claim="backend-protocol http makes HTTP and HTTPS listeners.",
        setup=printed("tls-at-l7-elb"),
        holds=lambda shown: protocols(shown) == {"HTTP", "HTTPS"},
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="The AWS Load Balancer Controller makes an NLB of the Service and ignores http: "
        "nothing adds X-Forwarded-*.",
        source=_CONTROLLER,
    ),
    Statement(
        id="elb-layer-4-websockets",
        section=_ELB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets",
        claim="A WebSocket is opened through a layer 4 ELB.",
        setup=behind({}, _UPGRADES),
        requests=(_WEBSOCKET,),
        holds=lambda shown: shown.flow.status == SWITCHING,
        verdict="holds",
        today="The Mapping has to have allow_upgrade, or Emissary answers 403.",
    ),
    Statement(
        id="elb-layer-4-http2",
        section=_ELB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets HTTP/2",
        claim="A browser speaks HTTP/2 through a TCP listener, TLS ended at Emissary.",
        setup=behind({}, _H2),
        requests=(_HTTP_2,),
        holds=speaks_h2,
        verdict="holds",
    ),
    Statement(
        id="elb-ssl-http2",
        section=_ELB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets HTTP/2",
        claim="A browser speaks HTTP/2 where an SSL listener ends TLS.",
        setup=printed("tls-at-l4-elb"),
        requests=(_HTTP_2,),
        holds=speaks_h2,
        verdict="does not hold",
        today="An SSL listener takes no part in ALPN: browsers stay with HTTP/1.1.",
        source="AWS, Classic Load Balancer guide; HTTP/2 is listed for the other types only "
        "(Elastic Load Balancing features, product comparison)",
    ),
    Statement(
        id="elb-layer-4-connections",
        section=_ELB,
        quote="Connection based load balancing",
        claim="All requests of one connection reach one target.",
        verdict="not testable by simulation",
        today="One request is simulated at a time; how load is spread is not.",
    ),
    Statement(
        id="elb-layer-4-cannot-modify",
        section=_ELB,
        quote="Layer 4: TCP, TCP/SSL Cannot modify the request",
        claim="The headers that reach Emissary are those that the client sent.",
        setup=printed("tls-at-l4-elb"),
        requests=(_FORGING,),
        holds=unmodified,
        verdict="holds",
    ),
    Statement(
        id="elb-layer-7-appends",
        section=_ELB,
        quote="Layer 7: HTTP, HTTPS Can modify the request (append to X-Forwarded-* headers)",
        claim="The client's address is appended to an X-Forwarded-For that it sent.",
        setup=printed("tls-at-l7-elb"),
        requests=(_FORGING,),
        holds=appends,
        verdict="holds",
        today="X-Forwarded-Proto is set, not appended to.",
    ),
    Statement(
        id="elb-ends-tls",
        section=_ELB,
        quote="Can perform TLS termination",
        claim="TLS ends at the ELB, and https is answered 200.",
        setup=printed("tls-at-l4-elb"),
        holds=lambda shown: (
            shown.flow.status == OK and shown.flow.tls_terminated_at == ("load-balancer",)
        ),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="elb-simplest",
        section=_ELB,
        quote="the ELB offers the simplest way of provisioning an L4 or L7 load balancer in "
        "Kubernetes",
        claim="Nothing is simpler.",
        verdict="not testable by simulation",
        today="An opinion.",
    ),
    Statement(
        id="elb-all-annotations",
        section=_ELB,
        quote="All of the load balancer annotations are respected by the ELB.",
        claim="aws-load-balancer-scheme: internal makes an internal ELB.",
        setup=behind({"scheme": "internal"}),
        holds=lambda shown: (
            shown.cluster.load_balancer is not None
            and shown.cluster.load_balancer.scheme == "internal"
        ),
        verdict="does not hold",
        today="scheme, nlb-target-type, alpn-policy and eip-allocations do nothing on an ELB; "
        "target-group-attributes is an error.",
        source="kubernetes/cloud-provider-aws@63ec440c pkg/providers/v1/aws.go",
    ),
    Statement(
        id="elb-layer-7-for-tls",
        section=_ELB,
        quote="If using the ELB for TLS termination, it is recommended to run in L7 mode so it can "
        "modify X-Forwarded-Proto correctly.",
        claim="In L7 mode X-Forwarded-Proto: https reaches Emissary with an https request.",
        setup=printed("tls-at-l7-elb"),
        holds=lambda shown: scheme_at_emissary(shown) == "https",
        verdict="holds",
    ),
)
