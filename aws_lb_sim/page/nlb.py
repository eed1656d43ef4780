"""What the page says about the Network Load Balancer."""

from __future__ import annotations

from aws_lb_sim.page.predicates import FORGED, OK, SWITCHING, protocols, speaks_h2, unmodified
from aws_lb_sim.page.setups import CERTIFICATE, behind, insecure, mapping, tls_host
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, Statement
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_NLB = "Network Load Balancer (NLB)"
_WEBSOCKET = ClientRequest(url="wss://shop.example.com/")
_HTTP_2 = ClientRequest(http="2")
_FORGING = ClientRequest(headers=(("X-Forwarded-For", FORGED),))
_UPGRADES = mapping(allow_upgrade=["websocket"])
_H2 = tls_host(alpn_protocols="h2,http/1.1")
_GUIDE = "AWS, Network Load Balancer guide, TLS listeners: the default ALPN policy is None"
_CONTROLLER = (
    "kubernetes-sigs/aws-load-balancer-controller docs/guide/ingress/annotations.md, "
    "docs/guide/service/annotations.md and webhooks/core/service_mutator.go"
)

STATEMENTS = (
    Statement(
        id="nlb-by-annotation",
        section=_NLB,
        quote="It can be ensure by a type: LoadBalancer Service using an annotation.",
        claim="aws-load-balancer-type: nlb makes an NLB.",
        setup=behind({"type": "nlb"}),
        holds=lambda shown: shown.kind == "nlb",
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
        today="With the AWS Load Balancer Controller it is internal unless scheme says otherwise.",
        source=_CONTROLLER,
    ),
    Statement(
        id="nlb-layer-4-only",
        section=_NLB,
        quote="It can only run at layer 4 of the OSI model",
        claim="backend-protocol http makes no HTTP listener of an NLB.",
        setup=behind({"type": "nlb", "backend-protocol": "http", **CERTIFICATE}),
        holds=lambda shown: protocols(shown) == {"TCP", "TLS"},
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="nlb-websockets",
        section=_NLB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets",
        claim="A WebSocket is opened through an NLB.",
        setup=behind({"type": "nlb"}, _UPGRADES),
        requests=(_WEBSOCKET,),
        holds=lambda shown: shown.flow.status == SWITCHING,
        verdict="holds",
    ),
    Statement(
        id="nlb-http2",
        section=_NLB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets HTTP/2",
        claim="A browser speaks HTTP/2 through a TCP listener, TLS ended at Emissary.",
        setup=behind({"type": "nlb"}, _H2),
        requests=(_HTTP_2,),
        holds=speaks_h2,
        verdict="holds",
    ),
    Statement(
        id="nlb-tls-http2",
        section=_NLB,
        quote="Layer 4: TCP, TCP/SSL Protocol support HTTP(S) Websockets HTTP/2",
        claim="A browser speaks HTTP/2 where a TLS listener ends TLS, the ALPN policy annotated.",
        setup=behind(
            {"type": "nlb", "alpn-policy": "HTTP2Preferred", **CERTIFICATE},
            insecure("Route"),
            targets=(8080, 8080),
        ),
        requests=(_HTTP_2,),
        holds=speaks_h2,
        controllers=BOTH_CONTROLLERS,
        verdict="holds with aws-load-balancer-controller only",
        today="The ALPN policy is None by default, and cloud-provider-aws cannot change it.",
        source=_GUIDE,
    ),
    Statement(
        id="nlb-cannot-modify",
        section=_NLB,
        quote="Cannot modify the request",
        claim="The headers that reach Emissary are those that the client sent, TLS ended or not.",
        setup=behind({"type": "nlb", **CERTIFICATE}, targets=(8080, 8080)),
        requests=(_FORGING,),
        holds=unmodified,
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="nlb-ends-tls",
        section=_NLB,
        quote="Can perform TLS termination",
        claim="TLS ends at the NLB, and https is answered 200.",
        setup=behind({"type": "nlb", **CERTIFICATE}, insecure("Route"), targets=(8080, 8080)),
        holds=lambda shown: (
            shown.flow.status == OK and shown.flow.tls_terminated_at == ("load-balancer",)
        ),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="nlb-most-efficient",
        section=_NLB,
        quote="The NLB is the most efficient load balancer capable of handling millions of "
        "requests per second.",
        claim="It outperforms the others.",
        verdict="not testable by simulation",
        today="Load is not simulated.",
    ),
    Statement(
        id="nlb-streaming",
        section=_NLB,
        quote="It is recommended for streaming connections since it will maintain the connection "
        "stream between the client and Emissary-ingress.",
        claim="A long connection is kept.",
        verdict="not testable by simulation",
        today="Time is not simulated. Idle connections are dropped after 350 seconds by default.",
        source="AWS, Update the TCP idle timeout for your Network Load Balancer listener",
    ),
    Statement(
        id="nlb-tell-emissary",
        section=_NLB,
        quote="Since it operates at L4 and cannot modify the request, you will need to tell "
        "Emissary-ingress if it is terminating TLS or not",
        claim="Where the NLB ends TLS, Emissary by itself takes https for insecure.",
        setup=behind({"type": "nlb", **CERTIFICATE}, insecure("Route"), targets=(8080, 8080)),
        holds=lambda shown: shown.flow.secure is False,
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
)
