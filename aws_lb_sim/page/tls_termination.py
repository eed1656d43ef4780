"""What the page says under "TLS termination"."""

from __future__ import annotations

from aws_lb_sim.page.predicates import NOT_FOUND, OK, answers, redirects_once
from aws_lb_sim.page.setups import (
    CERTIFICATE,
    behind,
    corrected,
    designed,
    insecure,
    printed,
    without,
)
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, HTTP, HTTPS, Shown, Statement

__all__ = ["STATEMENTS"]

_SECTION = "TLS termination"
_AT_EMISSARY = "TLS termination at Emissary-ingress"
_AT_BALANCER = "TLS termination at the load balancer"
_L4 = "L4 load balancer (default ELB or NLB)"
_DESIGNS = ("2.5", "3.3", "3.10", "4.1")


def _cannot_tell(shown: Shown) -> bool:
    """Whether http and https look the same to Emissary."""
    plain, encrypted = shown.flows
    return plain.secure == encrypted.secure and answers(shown)


STATEMENTS = (
    Statement(
        id="choice-of-termination",
        section=_SECTION,
        quote="you have the choice between terminating TLS at the load balancer using a "
        "certificate from the ACM or at Emissary-ingress using a certificate stored as a Secret "
        "in your cluster",
        claim="The recipe for the load balancer answers https.",
        setup=printed("tls-at-l4-elb"),
        holds=lambda shown: (
            shown.flow.status == OK and shown.flow.tls_terminated_at == ("load-balancer",)
        ),
        verdict="holds",
    ),
    Statement(
        id="default-ports-layer-4",
        section=_AT_EMISSARY,
        quote="If terminating TLS at Emissary-ingress, you can provision any AWS load balancer "
        "that you want with the following (default) port assignments",
        claim="With a layer 4 ELB http is redirected, and TLS ends at Emissary.",
        setup=printed("tls-at-emissary-elb"),
        requests=(HTTPS, HTTP),
        holds=lambda shown: shown.flow.tls_terminated_at == ("emissary",) and answers(shown),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="default-ports-nlb",
        section=_AT_EMISSARY,
        quote="you can provision any AWS load balancer that you want",
        claim="With an NLB http is redirected, and TLS ends at Emissary.",
        setup=printed("tls-at-emissary-nlb"),
        requests=(HTTPS, HTTP),
        holds=lambda shown: shown.flow.tls_terminated_at == ("emissary",) and answers(shown),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="default-ports-alb",
        section=_AT_EMISSARY,
        quote="you can provision any AWS load balancer that you want",
        claim="With an ALB before port 8443 the client's TLS ends at Emissary.",
        setup=designed(
            load_balancer="alb",
            controller="aws-load-balancer-controller",
            tls_termination="both",
            hostname="*",
        ),
        holds=lambda shown: shown.flow.tls_terminated_at == ("emissary",),
        versions=_DESIGNS,
        verdict="does not hold",
        today="An ALB always ends TLS itself; to Emissary it can open another session.",
        source="AWS, Application Load Balancer guide, HTTPS listeners",
    ),
    Statement(
        id="no-acm-at-emissary",
        section=_AT_EMISSARY,
        quote="it does have the drawback of not being able to use the ACM to manage certificates",
        claim="Emissary cannot use certificates of ACM.",
        verdict="not testable by simulation",
        today="Where certificates come from is not simulated.",
    ),
    Statement(
        id="all-cleartext",
        section=_AT_BALANCER,
        quote="Terminating TLS at the load balancer means that Emissary-ingress will be receiving "
        "all traffic as un-encrypted cleartext traffic.",
        claim="With the page's recipe no TLS reaches Emissary.",
        setup=printed("tls-at-l4-elb"),
        requests=(HTTPS, HTTP),
        holds=lambda shown: all(flow.hops[-2].connection.tls is None for flow in shown.flows),
        verdict="holds",
        today="With backend-protocol ssl or https it is encrypted anew.",
    ),
    Statement(
        id="l4-both-to-8080",
        section=_L4,
        quote="both the HTTP and HTTPS ports forward to the cleartext port 8080 on "
        "Emissary-ingress",
        claim="Both target groups lead to 8080.",
        setup=printed("tls-at-l4-elb"),
        holds=lambda shown: shown.group(80).pod_port == shown.group(443).pod_port == 8080,  # noqa: PLR2004
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="l4-route",
        section=_L4,
        quote="The following Host configuration will tell Emissary-ingress to Route cleartext "
        "traffic that comes in from the load balancer",
        claim="http and https are answered 200.",
        setup=printed("tls-at-l4-elb"),
        requests=(HTTP, HTTPS),
        holds=lambda shown: all(flow.status == OK for flow in shown.flows),
        verdict="holds",
        today="If the Mappings carry the label hostname: wildcard, which was added here.",
    ),
    Statement(
        id="l4-route-unlabelled",
        section=_L4,
        quote="selector: matchLabels: hostname: wildcard",
        claim='The printed Host serves a Mapping with hostname "*" and no labels.',
        setup=printed("tls-at-l4-elb", without("labels")),
        holds=lambda shown: shown.flow.status != NOT_FOUND,
        verdict="held until 3.1",
        today="Since 3.2 (and in 2.4, 2.5) a Host with a selector takes only Mappings that have "
        "all its labels; others are answered 404.",
        source="Emissary-ingress release notes of 3.2.0; ir/irutils.py@3.3.0; observed with 3.3, "
        "4.1",
    ),
    Statement(
        id="l4-indistinguishable",
        section=_L4,
        quote="Because L4 load balancers do not set X-Forwarded headers, Emissary-ingress will not "
        "be able to distinguish between traffic that came in to the load balancer as encrypted or "
        "cleartext.",
        claim="With the printed manifests http and https look the same to Emissary.",
        setup=printed("tls-at-l4-elb"),
        requests=(HTTP, HTTPS),
        holds=_cannot_tell,
        verdict="holds",
    ),
    Statement(
        id="l4-redirect-loops",
        section=_L4,
        quote="Because of this, HTTP -> HTTPS redirection is not possible when terminating TLS at "
        "a L4 load balancer.",
        claim="With the printed manifests and action Redirect, clients are redirected for ever.",
        setup=printed("tls-at-l4-elb", insecure("Redirect")),
        requests=(HTTP, HTTPS),
        holds=lambda shown: all(flow.redirect_loop for flow in shown.flows),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="l4-redirect-impossible",
        section=_L4,
        quote="HTTP -> HTTPS redirection is not possible when terminating TLS at a L4 load "
        "balancer",
        claim="There are no manifests with which it is possible.",
        setup=corrected("tls-at-l4-elb"),
        requests=(HTTP,),
        holds=lambda shown: not redirects_once(shown),
        versions=_DESIGNS,
        verdict="does not hold",
        today="Since 2.0 the Service's ports can lead to two Listeners, one INSECURE and one "
        "SECURE: the load balancer's port decides.",
        source="Emissary-ingress documentation, Listener reference (securityModel); observed with "
        "3.3 and 4.1",
    ),
    Statement(
        id="l4-redirect-nlb",
        section=_L4,
        quote="L4 load balancer (default ELB or NLB)",
        claim="What is printed for an ELB goes for an NLB as well: 200, and a loop under Redirect.",
        setup=behind({"type": "nlb", **CERTIFICATE}, insecure("Redirect"), targets=(8080, 8080)),
        requests=(HTTP, HTTPS),
        holds=lambda shown: all(flow.redirect_loop for flow in shown.flows),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
)
