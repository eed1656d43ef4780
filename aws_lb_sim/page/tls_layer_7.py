"""What the page says of TLS that ends at a layer 7 load balancer."""

from __future__ import annotations

from aws_lb_sim.cluster import read_manifests
from aws_lb_sim.page.predicates import MOVED, redirects_once, true_client
from aws_lb_sim.page.setups import module, printed
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, HTTP, HTTPS, Shown, Statement, World
from aws_lb_sim.sweep import ClientRequest

__all__ = ["STATEMENTS"]

_L7 = "L7 load balancer (ELB or ALB)"
_TWICE_FORGED = ClientRequest(
    headers=(("X-Forwarded-For", "198.51.100.66"), ("X-Forwarded-For", "198.51.100.67"))
)
_ONE_HOP = printed("tls-at-l7-elb")
_DEPTH = (
    "Emissary-ingress source: since 2.0 only Listener.l7Depth sets xff_num_trusted_hops; observed "
    "with 3.3 and 4.1; 1.14: ir/irambassador.py"
)
_OTHER_CONTROLLER = (
    "kubernetes-sigs/aws-load-balancer-controller pkg/service/model_build_listener.go "
    "(backend-protocol: ssl alone is recognised)"
)


def _tells(shown: Shown) -> bool:
    plain, encrypted = shown.flows
    return plain.secure is False and encrypted.secure is True


def _hops_decide(shown: Shown) -> bool:
    """Whether a Module with 0 in place of 1 has another address believed."""
    version = shown.cluster.emissary_version
    one_hop = _TWICE_FORGED.send(read_manifests(_ONE_HOP(World(version))), findings=False)
    return shown.flow.emissary_client_ip != one_hop.emissary_client_ip


STATEMENTS = (
    Statement(
        id="l7-redirect",
        section=_L7,
        quote="The following Host configuration will tell Emissary-ingress to Redirect cleartext "
        "traffic that comes in from the load balancer",
        claim="http is redirected once, and answered.",
        setup=printed("tls-at-l7-elb"),
        requests=(HTTP,),
        holds=redirects_once,
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="The AWS Load Balancer Controller makes an NLB of the printed Service: no "
        "X-Forwarded-*, a redirect loop, and whatever a client claims is believed.",
        source=_OTHER_CONTROLLER,
    ),
    Statement(
        id="l7-trusts-one-proxy",
        section=_L7,
        quote="The following Module will configure Emissary-ingress to trust a single L7 proxy in "
        "front of Emissary-ingress",
        claim="The load balancer is believed, and nothing that a client sends besides.",
        setup=printed("tls-at-l7-elb"),
        requests=(HTTPS, _TWICE_FORGED),
        holds=true_client,
        verdict="holds since 2.0",
        today="By luck: xff_num_trusted_hops is ignored since 2.0. Before, it made Emissary take "
        "the entry that the client sent, and the node for the client where it sent none.",
        source=_DEPTH,
    ),
    Statement(
        id="module-trusted-hops",
        section=_L7,
        quote="xff_num_trusted_hops: 1",
        claim="The option decides: 0 in its place has another address believed.",
        setup=printed("tls-at-l7-elb", module(xff_num_trusted_hops=0)),
        requests=(_TWICE_FORGED,),
        holds=_hops_decide,
        verdict="held until 1.14",
        today="It has had no effect since 2.0, neither by itself nor as a default of l7Depth.",
        source=_DEPTH,
    ),
    Statement(
        id="scheme-by-header",
        section=_L7,
        quote="Emissary-ingress uses the value of X-Forwarded-Proto to know if the request "
        "originated as encrypted or cleartext.",
        claim="Emissary takes https for secure and http for insecure, both being cleartext to it.",
        setup=printed("tls-at-l7-elb"),
        requests=(HTTP, HTTPS),
        holds=_tells,
        verdict="holds",
        today="With securityModel XFP; SECURE and INSECURE Listeners do not look at it.",
    ),
    Statement(
        id="l7-redirect-alb",
        section=_L7,
        quote="L7 load balancers will set this header so HTTP -> HTTPS redirection is possible "
        "when terminating TLS at a L7 load balancer",
        claim="Behind an ALB made by hand http is redirected once by Emissary, and answered.",
        setup=printed("tls-at-l7-alb"),
        requests=(HTTP,),
        holds=lambda shown: (
            redirects_once(shown)
            and shown.flow.exchanges[0].answered_by == "emissary"
            and shown.flow.status == MOVED
        ),
        verdict="holds",
    ),
)
