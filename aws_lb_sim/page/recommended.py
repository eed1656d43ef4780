"""What the page says under "Recommended configuration"."""

from __future__ import annotations

from aws_lb_sim.page.predicates import OK, cross_zone, redirects_once, speaks_h2, true_client
from aws_lb_sim.page.setups import behind, corrected, module, printed, tls_host, without
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, HTTP, HTTPS, Shown, Statement
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_SECTION = "Recommended configuration"
_MODULE = (
    "Emissary-ingress source, ir/irambassador.py and irlistener.py (1.14: use_proxy_proto puts the "
    "PROXY filter on every listener; since 2.0 only Listener.protocolStack does); observed with "
    "3.3 and 4.1; reports emissary-ingress/emissary#3100, #3979"
)
_BY_ANNOTATION = (
    "kubernetes/cloud-provider-aws@73428cd2 (target-group-attributes since 1.34.0, 1.33.3, "
    "1.32.6); kubernetes-sigs/aws-load-balancer-controller docs/guide/service/annotations.md"
)


def _tls_at_emissary(shown: Shown) -> str:
    chain = shown.cluster.compiled.config.listeners[8443].tls_chain("shop.example.com")
    return chain.tls.min_version if chain is not None and chain.tls is not None else ""


STATEMENTS = (
    Statement(
        id="tls-versions-at-emissary",
        section=_SECTION,
        quote="terminate TLS at Emissary-ingress so you can take advantage of all the TLS "
        "configuration options available in Emissary-ingress including setting the allowed TLS "
        "versions",
        claim="min_tls_version of the Host is the lowest version that its TLS accepts.",
        setup=behind({"type": "nlb"}, tls_host(min_tls_version="v1.3")),
        holds=lambda shown: _tls_at_emissary(shown) == "1.3" and shown.flow.status == OK,
        verdict="holds",
    ),
    Statement(
        id="alpn-at-emissary",
        section=_SECTION,
        quote="setting alpn_protocol options",
        claim="With alpn_protocols h2 a client speaks HTTP/2 to Emissary.",
        setup=behind({"type": "nlb"}, tls_host(alpn_protocols="h2,http/1.1")),
        requests=(ClientRequest(http="2"),),
        holds=speaks_h2,
        verdict="holds",
        today="Without alpn_protocols nothing is negotiated, and browsers stay with HTTP/1.1.",
    ),
    Statement(
        id="redirect-at-emissary",
        section=_SECTION,
        quote="enforcing HTTP -> HTTPS redirection",
        claim="http is answered 301, and the redirect 200.",
        setup=behind({"type": "nlb"}),
        requests=(HTTP,),
        holds=redirects_once,
        verdict="holds",
        controllers=BOTH_CONTROLLERS,
    ),
    Statement(
        id="automatic-certificates",
        section=_SECTION,
        quote="automatic certificate management in the Emissary-ingress",
        claim="Emissary gets and renews certificates by ACME.",
        verdict="not testable by simulation",
        today="Certificates are not issued in a simulation. The open-source build does not do it "
        "either: acmeProvider is Ambassador Edge Stack's; cert-manager is used beside it.",
        source="emissary-ingress python/ambassador/ir/irhost.py@3.3.0",
    ),
    Statement(
        id="recommended-works",
        section=_SECTION,
        quote="you should deploy a L4 Network Load Balancer (NLB) with the proxy protocol enabled "
        "to get the best performance out of your load balancer while still preserving the client "
        "IP address",
        claim="The recipe as printed, proxy protocol enabled by hand, answers http and https in "
        "the end with 200, and takes the true client for the client.",
        setup=printed("recommended-nlb"),
        requests=(HTTP, HTTPS),
        holds=true_client,
        verdict="held until 1.14",
        today="Since 2.0 the Module option has no effect: port 80 answers 400, and the TLS "
        "handshake on port 443 fails. Corrected: protocolStack [PROXY, TLS, HTTP, TCP].",
        source=_MODULE,
    ),
    Statement(
        id="recommended-idea",
        section=_SECTION,
        quote="a L4 Network Load Balancer (NLB) with the proxy protocol enabled",
        claim="The same idea, written for today's Emissary, does what the page promises.",
        setup=corrected("recommended-nlb"),
        requests=(HTTP, HTTPS, ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66"),))),
        holds=true_client,
        verdict="holds",
        versions=("1.14", "2.5", "3.3", "3.10", "4.1"),
    ),
    Statement(
        id="recommended-any-traffic-policy",
        section=_SECTION,
        quote="deploy a L4 Network Load Balancer (NLB) with the proxy protocol enabled",
        claim="It also goes with externalTrafficPolicy: Local, of which the page says nothing.",
        setup=behind(
            {"type": "nlb", "target-group-attributes": "proxy_protocol_v2.enabled=true"},
            externalTrafficPolicy="Local",
        ),
        holds=lambda shown: "health-check-proxy-header" not in shown.codes,
        verdict="does not hold",
        versions=("1.14", "3.3", "4.1"),
        today="kube-proxy's health check port cannot read the PROXY header that the NLB sends with "
        "its health checks: every node is unhealthy. Cluster, or ip targets, are fine.",
        source="kubernetes-sigs/aws-load-balancer-controller docs/guide/service/nlb.md; "
        "kubernetes/kubernetes#57250; cilium/cilium#26274; haproxytech/kubernetes-ingress#463",
    ),
    Statement(
        id="recommended-nlb-cross-zone",
        section=_SECTION,
        quote="The following Service should be configured to deploy an NLB with cross zone load "
        "balancing enabled",
        claim="The printed Service makes an NLB with load_balancing.cross_zone.enabled.",
        setup=printed("recommended-nlb"),
        holds=lambda shown: shown.kind == "nlb" and cross_zone(shown),
        verdict="holds",
        controllers=BOTH_CONTROLLERS,
    ),
    Statement(
        id="service-port-names",
        section=_SECTION,
        quote="name: HTTP",
        claim="The API server takes the printed Service.",
        setup=printed("recommended-nlb"),
        holds=lambda shown: "port-name-invalid" not in shown.codes,
        verdict="does not hold",
        today="A port name is an RFC 1123 label: lower case. The API server refuses HTTP and "
        "HTTPS.",
        source="Kubernetes API validation (validateServicePort); datawire/ambassador-docs#436",
    ),
    Statement(
        id="proxy-protocol-by-hand",
        section=_SECTION,
        quote="You will need to configure the proxy protocol in the NLB manually in the AWS "
        "Console.",
        claim="No annotation turns the proxy protocol of an NLB on.",
        setup=behind({"type": "nlb", "target-group-attributes": "proxy_protocol_v2.enabled=true"}),
        holds=lambda shown: shown.group(443).proxy_protocol == 0,
        verdict="does not hold",
        controllers=BOTH_CONTROLLERS,
        today="The annotation target-group-attributes does it; with the AWS Load Balancer "
        'Controller proxy-protocol: "*" as well, and what is set by hand there is undone.',
        source=_BY_ANNOTATION,
    ),
    Statement(
        id="module-expects-proxy",
        section=_SECTION,
        quote="Emissary-ingress will now expect traffic from the load balancer to be wrapped with "
        "the proxy protocol so it can read the client IP address.",
        claim="With use_proxy_proto in the Module a connection without the header is closed.",
        setup=behind({"type": "nlb"}, module(use_proxy_proto=True)),
        holds=lambda shown: shown.flow.result in ("connection-closed", "tls-error"),
        verdict="held until 1.14",
        today="Since 2.0 the option does nothing; the PROXY element of a Listener's protocolStack "
        "does, on that Listener.",
        source=_MODULE,
    ),
    Statement(
        id="restart",
        section=_SECTION,
        quote="restart Emissary-ingress for the configuration to take effect",
        claim="A change of the Module is taken up by a restart only.",
        verdict="not testable by simulation",
        today="A simulation starts from the configuration that is in force.",
    ),
    Statement(
        id="listeners-are-assumed",
        section=_SECTION,
        quote="After deploying the Service above and manually enabling the proxy protocol you will "
        "need to deploy the following Ambassador Module",
        claim="Service, Module, Host and Mapping suffice for an answer of 200 over https.",
        setup=printed("recommended-nlb", without("Listener"), without("Module"), attributes={}),
        holds=lambda shown: shown.flow.status == OK,
        verdict="held until 1.14",
        today="Since 2.0 Emissary opens no port without a Listener, which the page never mentions; "
        "elsewhere here the default Listeners are added to its recipes.",
        source="Emissary-ingress documentation, Listener reference; observed with 3.3 and 4.1",
    ),
)
