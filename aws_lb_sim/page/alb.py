"""What the page says about the Application Load Balancer."""

from __future__ import annotations

from aws_lb_sim.page.predicates import (
    FORGED,
    MOVED,
    OK,
    SWITCHING,
    appends,
    protocols,
    scheme_at_emissary,
    through_a_node,
)
from aws_lb_sim.page.setups import (
    CERTIFICATE,
    behind,
    corrected,
    designed,
    insecure,
    mapping,
    printed,
)
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, HTTP, HTTPS, Statement
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_ALB = "Application Load Balancer (ALB)"
_DESIGNS = ("2.5", "3.3", "3.10", "4.1")
_WEBSOCKET = ClientRequest(url="wss://shop.example.com/")
_HTTP_2 = ClientRequest(http="2")
_FORGING = ClientRequest(headers=(("X-Forwarded-For", FORGED),))
_UPGRADES = mapping(allow_upgrade=["websocket"])
_CONTROLLER = (
    "kubernetes-sigs/aws-load-balancer-controller docs/guide/ingress/annotations.md, "
    "docs/guide/service/annotations.md and webhooks/core/service_mutator.go"
)

STATEMENTS = (
    Statement(
        id="alb-by-hand-only",
        section=_ALB,
        quote="It cannot be ensured by a type: LoadBalancer Service and must be deployed and "
        "configured manually.",
        claim="No Kubernetes manifest makes an ALB.",
        setup=corrected("tls-at-l7-alb"),
        holds=lambda shown: shown.kind != "alb",
        versions=("1.14", *_DESIGNS),
        verdict="does not hold",
        today="The AWS Load Balancer Controller makes ALBs of Ingresses (not of Services).",
        source=_CONTROLLER,
    ),
    Statement(
        id="alb-not-by-service",
        section=_ALB,
        quote="Cannot be configured by a type: LoadBalancer Service",
        claim="Neither controller makes an ALB of a Service, whatever its annotations say.",
        setup=behind({"backend-protocol": "http", **CERTIFICATE}, targets=(8080, 8080)),
        holds=lambda shown: shown.kind in ("classic", "nlb"),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="alb-layer-7-only",
        section=_ALB,
        quote="It can only run at layer 7 of the OSI model",
        claim="The listeners are HTTP and HTTPS.",
        setup=printed("tls-at-l7-alb"),
        holds=lambda shown: protocols(shown) == {"HTTP", "HTTPS"},
        verdict="holds",
    ),
    Statement(
        id="alb-http-only",
        section=_ALB,
        quote="Layer 7: HTTP, HTTPS Protocol support HTTP(S)",
        claim="HTTP(S) is all: a WebSocket is not opened, HTTP/2 not spoken.",
        setup=printed("tls-at-l7-alb", _UPGRADES, insecure("Route")),
        requests=(_WEBSOCKET, _HTTP_2),
        holds=lambda shown: shown.flow.status != SWITCHING and shown.flows[1].status != OK,
        verdict="does not hold",
        today="WebSocket, HTTP/2 and gRPC are supported as well.",
        source="AWS, Application Load Balancer guide, listeners and target groups",
    ),
    Statement(
        id="alb-appends",
        section=_ALB,
        quote="Can modify the request (append to X-Forwarded-* headers)",
        claim="The client's address is appended to an X-Forwarded-For that it sent.",
        setup=printed("tls-at-l7-alb"),
        requests=(_FORGING,),
        holds=appends,
        verdict="holds",
        today="By default; routing.http.xff_header_processing.mode can be preserve or remove.",
    ),
    Statement(
        id="alb-ends-tls",
        section=_ALB,
        quote="Can perform TLS termination",
        claim="TLS ends at the ALB, and https is answered 200.",
        setup=printed("tls-at-l7-alb"),
        holds=lambda shown: (
            shown.flow.status == OK and shown.flow.tls_terminated_at == ("load-balancer",)
        ),
        verdict="holds",
    ),
    Statement(
        id="alb-routing",
        section=_ALB,
        quote="The ALB can perform routing based on the path, headers, host, etc..",
        claim="Rules by host and path are followed.",
        verdict="not testable by simulation",
        today="Rules by host and path are simulated, but the page has no manifest with any; those "
        "by header, method, query and source address are reported as not modelled.",
    ),
    Statement(
        id="alb-overhead",
        section=_ALB,
        quote="the overhead of provisioning an ALB is often not worth the benefits",
        claim="An ALB is not worth its while.",
        verdict="not testable by simulation",
        today="An opinion.",
    ),
    Statement(
        id="alb-needs-node-port",
        section=_ALB,
        quote="you will need to expose Emissary-ingress with a type: NodePort service and manually "
        "configure the ALB to forward to the correct ports",
        claim="Every way from an ALB to Emissary leads through a node.",
        setup=corrected("tls-at-l7-alb"),
        requests=(HTTPS,),
        holds=through_a_node,
        versions=("1.14", *_DESIGNS),
        verdict="does not hold",
        today="With target-type ip the ALB sends straight to the pods.",
        source=_CONTROLLER,
    ),
    Statement(
        id="alb-no-annotations",
        section=_ALB,
        quote="None of the load balancer annotations are respected by the ALB. You will need to "
        "manually configure all options.",
        claim="No annotation changes what an ALB does: ssl-redirect on its Ingress has no effect.",
        setup=designed(
            load_balancer="alb",
            controller="aws-load-balancer-controller",
            tls_termination="load-balancer",
            insecure_action="Route",
            alb_redirect=True,
        ),
        requests=(HTTP,),
        holds=lambda shown: shown.flow.status != MOVED,
        versions=_DESIGNS,
        verdict="does not hold",
        today="Those of a Service are not; alb.ingress.kubernetes.io/* of an Ingress set them all.",
        source=_CONTROLLER,
    ),
    Statement(
        id="alb-sets-scheme",
        section=_ALB,
        quote="The ALB will properly set the X-Forward-Proto header if terminating TLS.",
        claim="X-Forwarded-Proto: https reaches Emissary, whatever the client claims.",
        setup=printed("tls-at-l7-alb"),
        requests=(ClientRequest(headers=(("X-Forwarded-Proto", "http"),)),),
        holds=lambda shown: scheme_at_emissary(shown) == "https",
        verdict="holds",
        today="The header is X-Forwarded-Proto.",
    ),
)
