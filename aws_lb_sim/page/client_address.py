"""What the page says under "Preserving the client IP address"."""

from __future__ import annotations

from aws_lb_sim.network.request import Request
from aws_lb_sim.page.predicates import CLIENT, NODE, answers, true_client
from aws_lb_sim.page.setups import behind, corrected, designed, module, printed
from aws_lb_sim.page.statement import HTTP, HTTPS, Shown, Statement
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_SECTION = "Preserving the client IP address"
_L7 = "Use a L7 Load Balancer that sets X-Forwarded-For"
_PROXY = "Use the proxy protocol"
_VERSIONS = ("1.14", "2.5", "3.3", "3.10", "4.1")
_MODULE = (
    "Emissary-ingress source, ir/irambassador.py; since 2.0 neither use_proxy_proto nor "
    "xff_num_trusted_hops of the Module has an effect: observed with 3.3 and 4.1"
)


def _forwarded_for(shown: Shown, target: str) -> str | None:
    payload = next(hop.payload for hop in shown.flow.hops if hop.target == target)
    return payload.header("x-forwarded-for") if isinstance(payload, Request) else None


def _header_inside_tls(shown: Shown) -> bool:
    """Whether the PROXY header wraps the HTTP request: then it would be inside TLS."""
    arriving = next(hop.connection for hop in shown.flow.hops if hop.target == "node")
    return bool(arriving.proxy_in_tls) and not arriving.proxy


def _listed(shown: Shown) -> bool:
    arriving = next(hop.connection for hop in shown.flow.hops if hop.target == "node")
    return [header.source_ip for header in arriving.proxy] == [CLIENT]


STATEMENTS = (
    Statement(
        id="obscured-by-the-node",
        section=_SECTION,
        quote="In Kubernetes, this IP address is often obscured by the IP address of the Node that "
        "is forwarding the request to Emissary-ingress",
        claim="With the default ports and nothing else, Emissary takes the node for the client.",
        setup=printed("tls-at-emissary-nlb"),
        holds=lambda shown: shown.flow.emissary_client_ip == NODE,
        verdict="holds",
    ),
    Statement(
        id="two-options",
        section=_SECTION,
        quote="In AWS, there are two options for preserving the client IP address.",
        claim="Without X-Forwarded-For and without the PROXY protocol it is not preserved.",
        setup=behind({"type": "nlb"}, externalTrafficPolicy="Local"),
        requests=(HTTP, HTTPS),
        holds=lambda shown: not true_client(shown),
        verdict="does not hold",
        today="An NLB keeps the client's address in its packets: with instance targets by default "
        "(externalTrafficPolicy Local keeps kube-proxy from replacing it), with ip targets by "
        "preserve_client_ip.enabled.",
        source="AWS, Edit target group attributes for your Network Load Balancer; Kubernetes, "
        "Using Source IP",
    ),
    Statement(
        id="two-options-ip-targets",
        section=_SECTION,
        quote="In AWS, there are two options for preserving the client IP address.",
        claim="With ip targets and client IP preservation, without either, it is not preserved.",
        setup=designed(
            controller="aws-load-balancer-controller", target_type="ip", preserve_client_ip=True
        ),
        holds=lambda shown: not true_client(shown),
        versions=_VERSIONS,
        verdict="does not hold",
        today="The packets keep the client's address, and no node stands in between.",
        source="AWS, Edit target group attributes for your Network Load Balancer",
    ),
    Statement(
        id="l7-populates",
        section=_L7,
        quote="A L7 load balancer will populate the X-Forwarded-For header with the IP address of "
        "the downstream connecting client.",
        claim="The client's address reaches Emissary in X-Forwarded-For.",
        setup=printed("client-ip-l7"),
        holds=lambda shown: _forwarded_for(shown, "emissary") == CLIENT,
        verdict="holds",
    ),
    Statement(
        id="l7-module-gives-the-client",
        section=_L7,
        quote="you must configure Emissary-ingress to trust the value of X-Forwarded-For and not "
        "append its own IP address to it by setting xff_num_trusted_hops and use_remote_address: "
        "false in the Ambassador Module",
        claim="With the printed Module the true client is taken for the client.",
        setup=printed("client-ip-l7"),
        requests=(HTTP, HTTPS),
        holds=true_client,
        verdict="holds since 2.0",
        today="With 1.14 one trusted hop without use_remote_address takes the second entry from "
        "the right, which is not there: the node is taken for the client. Since 2.0 the hops are "
        "ignored, and the last entry is taken.",
        source=_MODULE,
    ),
    Statement(
        id="l7-module-forged",
        section=_L7,
        quote="trust the value of X-Forwarded-For",
        claim="With the printed Module a forged X-Forwarded-For is not believed.",
        setup=printed("client-ip-l7"),
        requests=(ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66"),)),),
        holds=true_client,
        verdict="holds since 2.0",
        today="With 1.14 the forged address wins.",
        source=_MODULE,
    ),
    Statement(
        id="l7-module-required",
        section=_L7,
        quote="When using L7 load balancers, you must configure Emissary-ingress [...] by setting "
        "xff_num_trusted_hops and use_remote_address: false",
        claim="Without use_remote_address: false the true client is not found.",
        setup=corrected("client-ip-l7"),
        requests=(HTTP, HTTPS),
        holds=lambda shown: not true_client(shown),
        versions=_VERSIONS,
        verdict="does not hold",
        today="Since 2.0 l7Depth: 1 on the Listener does it; with 1.14 xff_num_trusted_hops: 1 "
        "alone does.",
        source=_MODULE,
    ),
    Statement(
        id="l7-not-appended",
        section=_L7,
        quote="and not append its own IP address to it by setting xff_num_trusted_hops and "
        "use_remote_address: false",
        claim="The service gets X-Forwarded-For as it came from the load balancer.",
        setup=printed("client-ip-l7"),
        holds=lambda shown: _forwarded_for(shown, "service") == CLIENT,
        verdict="holds",
    ),
    Statement(
        id="proxy-is-a-wrapper",
        section=_PROXY,
        quote="The proxy protocol is a wrapper around an HTTP request",
        claim="The header stands around the HTTP request, inside TLS.",
        setup=corrected("recommended-nlb"),
        holds=_header_inside_tls,
        versions=_VERSIONS,
        verdict="does not hold",
        today="It is sent once for each connection, before any TLS or HTTP, and not for each "
        "request.",
        source="HAProxy, The PROXY protocol, section 2; aws/elastic-load-balancing-tools, proprot",
    ),
    Statement(
        id="proxy-lists-the-client",
        section=_PROXY,
        quote="lists the IP address of the downstream connecting client but is able to be set by "
        "L4 load balancers as well",
        claim="An NLB's PROXY header gives the client's address.",
        setup=corrected("recommended-nlb"),
        holds=_listed,
        versions=_VERSIONS,
        verdict="holds",
    ),
    Statement(
        id="proxy-elb-annotation",
        section=_PROXY,
        quote="you can configure ELBs to use the proxy protocol by setting the "
        'service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: "*" annotation',
        claim="An ELB's PROXY header gives the client's address.",
        setup=behind({"proxy-protocol": "*"}),
        holds=_listed,
        verdict="holds",
    ),
    Statement(
        id="proxy-on-albs",
        section=_PROXY,
        quote="You must manually configure this on ALBs and NLBs.",
        claim="Set by hand on an ALB's target groups, a PROXY header is sent.",
        setup=printed("tls-at-l7-alb", attributes={"proxy_protocol_v2.enabled": "true"}),
        holds=_listed,
        verdict="does not hold",
        today="An ALB has no PROXY protocol. (Emissary itself could take one from an L7 proxy, "
        "with l7Depth counted on X-Forwarded-For alone.)",
        source="AWS, Elastic Load Balancing API (proxy_protocol_v2.enabled: Network Load Balancers "
        "only); observed with 3.3 and 4.1",
    ),
    Statement(
        id="proxy-module",
        section=_PROXY,
        quote="After configuring the load balancer to use the proxy protocol, you need to tell "
        "Emissary-ingress to expect it on the request.",
        claim="The printed Module behind an ELB with the annotation: http and https are answered, "
        "and the true client is taken for the client.",
        setup=printed("client-ip-proxy-protocol"),
        requests=(HTTP, HTTPS),
        holds=lambda shown: answers(shown) and true_client(shown),
        verdict="held until 1.14",
        today="Since 2.0 the Module option has no effect; the Listeners' protocolStack needs "
        "PROXY.",
        source=_MODULE,
    ),
    Statement(
        id="proxy-needs-telling",
        section=_PROXY,
        quote="you need to tell Emissary-ingress to expect it on the request",
        claim="An Emissary that is not told answers neither http nor https.",
        setup=behind({"proxy-protocol": "*"}),
        requests=(HTTP, HTTPS),
        holds=lambda shown: all(flow.final_status != 200 for flow in shown.flows),  # noqa: PLR2004
        verdict="holds",
        today="With 400, or a TLS handshake that fails.",
    ),
    Statement(
        id="module-restart",
        section=_SECTION,
        quote="After configuring the above Module, you will need to restart Emissary-ingress for "
        "the changes to take effect.",
        claim="A running Emissary does not take up a change of its Module.",
        verdict="not testable by simulation",
        today="A simulation starts from the configuration that is in force.",
    ),
    Statement(
        id="module-remote-address",
        section=_L7,
        quote="use_remote_address: false",
        claim="Alone it has Emissary believe the load balancer's X-Forwarded-For.",
        setup=printed("client-ip-l7", module(xff_num_trusted_hops=0)),
        requests=(HTTPS, ClientRequest(headers=(("X-Forwarded-For", "198.51.100.66"),))),
        holds=true_client,
        verdict="holds",
    ),
)
