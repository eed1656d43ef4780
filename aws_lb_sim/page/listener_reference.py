"""What the Listener reference says about what stands in front of Emissary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.page.predicates import NOT_FOUND, OK, true_client
from aws_lb_sim.page.setups import behind, insecure
from aws_lb_sim.page.statement import HTTP, HTTPS, Statement

if TYPE_CHECKING:
    from aws_lb_sim.page.setups import Documents, Edit

__all__ = ["STATEMENTS"]

_PAGE = "https://archive.getambassador.io/docs/emissary/3.3/topics/running/listener"
_SECTION = "Listener reference"
_SINCE_2_0 = (
    "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6",
    "3.7", "3.8", "3.9", "3.10", "4.1",
)  # fmt: skip
_NLB = {"type": "nlb", "target-group-attributes": "proxy_protocol_v2.enabled=true"}


def _listeners(**fields: Any) -> Edit:
    def edit(documents: Documents) -> Documents:
        return tuple(
            {**each, "spec": {**each["spec"], **fields}} if each["kind"] == "Listener" else each
            for each in documents
        )

    return edit


STATEMENTS = (
    Statement(
        id="httpsproxy-cleartext",
        section=_SECTION,
        page=_PAGE,
        quote="HTTPSPROXY",
        claim="A Listener with protocol HTTPSPROXY takes cleartext HTTP behind a PROXY header.",
        setup=behind(_NLB, _listeners(protocol="HTTPSPROXY"), insecure("Route")),
        requests=(HTTP,),
        holds=true_client,
        versions=_SINCE_2_0,
        verdict="holds",
    ),
    Statement(
        id="httpsproxy-tls",
        section=_SECTION,
        page=_PAGE,
        quote="HTTPSPROXY",
        claim="A Listener with protocol HTTPSPROXY takes TLS behind a PROXY header.",
        setup=behind(_NLB, _listeners(protocol="HTTPSPROXY"), insecure("Route")),
        requests=(HTTPS,),
        holds=true_client,
        versions=_SINCE_2_0,
        verdict="does not hold",
        today="It expands to TLS before PROXY, the order that no AWS load balancer sends: the "
        "handshake fails. Write protocolStack: [PROXY, TLS, HTTP, TCP].",
        source="emissary-ingress python/ambassador/ir/irlistener.py@3.3.0 and @3ebe0f468; "
        "emissary-ingress/emissary#4153, #3979; observed with 3.3 and 4.1",
    ),
    Statement(
        id="secure-rejects",
        section=_SECTION,
        page=_PAGE,
        quote="securityModel: SECURE",
        claim="Under SECURE a Host with action Reject still refuses cleartext requests.",
        setup=behind({"type": "nlb"}, _listeners(securityModel="SECURE"), insecure("Reject")),
        requests=(HTTP,),
        holds=lambda shown: shown.flow.status == NOT_FOUND,
        versions=_SINCE_2_0,
        verdict="does not hold",
        today="SECURE takes every request for a secure one, cleartext as well; the Host's insecure "
        "action is never considered.",
        source="emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0 (compute_routes); "
        "observed with 3.3 and 4.1",
    ),
    Statement(
        id="protocol-stack-for-aws",
        section=_SECTION,
        page=_PAGE,
        quote="protocolStack",
        claim="[PROXY, TLS, HTTP, TCP] takes cleartext and TLS behind the PROXY header of an NLB.",
        setup=behind(_NLB, _listeners(protocolStack=["PROXY", "TLS", "HTTP", "TCP"])),
        requests=(HTTP, HTTPS),
        holds=lambda shown: true_client(shown) and shown.flows[1].status == OK,
        versions=_SINCE_2_0,
        verdict="holds",
    ),
)
