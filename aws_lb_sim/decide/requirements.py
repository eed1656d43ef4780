"""Everything that one can ask of a design, in the order in which one would be asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aws_lb_sim.decide import client_checks, encryption_checks, operation_checks, protocol_checks
from aws_lb_sim.decide import sources as src
from aws_lb_sim.decide.cost import cost
from aws_lb_sim.decide.requirement import Requirement, Verdict

if TYPE_CHECKING:
    from aws_lb_sim.decide.candidate import Candidate
    from aws_lb_sim.decide.cost import Load

__all__ = ["SERVES", "requirements"]

_H2 = {"alpn_protocols": "h2,http/1.1"}

SERVES = Requirement(
    id="serves",
    question="Requests over https are answered by the service",
    help="Asked of every design: one that answers nothing is no design.",
    label="serves",
    source=src.PAGE,
    basis="simulated",
    check=protocol_checks.serves,
)
"""What nobody has to ask for."""

_TLS = (
    Requirement(
        id="acm-certificates",
        question="Certificates come from AWS Certificate Manager",
        help="AWS issues and renews them; they are shown by the box where the client's TLS ends.",
        label="ACM",
        source=src.PAGE,
        basis="simulated",
        check=encryption_checks.acm_certificates,
    ),
    Requirement(
        id="tls-options",
        question="Emissary's TLS options bind the client",
        help="Lowest TLS version, ALPN, a certificate for each host name: what a Host says.",
        label="TLS options",
        source=src.PAGE,
        basis="simulated",
        check=encryption_checks.tls_options,
    ),
    Requirement(
        id="end-to-end-encryption",
        question="Nothing travels in cleartext between client and Emissary",
        help="Every connection on the way is TLS, whoever ends it.",
        label="encrypted",
        source=src.PAGE,
        basis="simulated",
        check=encryption_checks.end_to_end,
    ),
    Requirement(
        id="mtls",
        question="Clients show certificates, and Emissary checks them (mTLS)",
        help="Needs the client's own TLS session to reach Emissary.",
        label="mTLS",
        source=src.EMISSARY_HOST,
        basis="simulated",
        check=encryption_checks.client_certificates,
    ),
    Requirement(
        id="redirect",
        question="http is redirected to https",
        help="A client that asks over http ends up at https, and not in a loop.",
        label="redirect",
        source=src.PAGE,
        basis="simulated",
        check=protocol_checks.redirects,
    ),
    Requirement(
        id="forwarded-proto",
        question="The app sees X-Forwarded-Proto: https, and only when it is true",
        help="Apps build links and mark cookies by it; a client must not be able to claim it.",
        label="X-F-Proto",
        source=src.PAGE,
        basis="simulated",
        check=client_checks.forwarded_proto,
    ),
)

_CLIENT = (
    Requirement(
        id="real-client-ip",
        question="Emissary knows the client's real IP address",
        help="In logs, IP filters, rate limits and X-Envoy-External-Address.",
        label="client IP",
        source=src.PAGE,
        basis="simulated",
        check=client_checks.real_client_ip,
    ),
    Requirement(
        id="unforgeable-client-ip",
        question="No client can forge its IP address",
        help="By X-Forwarded-For or PROXY headers of its own, over http or https.",
        label="unforgeable",
        source=src.PAGE,
        basis="simulated",
        check=client_checks.unforgeable_client_ip,
    ),
)

_PROTOCOLS = (
    Requirement(
        id="websocket",
        question="WebSocket works",
        help="A handshake over wss is answered 101.",
        label="WebSocket",
        source=src.WEBSOCKET,
        basis="simulated",
        check=protocol_checks.websocket,
        settings={"websocket": True},
    ),
    Requirement(
        id="http2",
        question="Clients can speak HTTP/2",
        help="A client that speaks nothing else is served.",
        label="HTTP/2",
        source=src.PAGE,
        basis="simulated",
        check=protocol_checks.http2,
        settings=_H2,
    ),
    Requirement(
        id="grpc",
        question="gRPC works",
        help="A call comes to Emissary as HTTP/2, trailers and all.",
        label="gRPC",
        source=src.GRPC,
        basis="simulated",
        check=protocol_checks.grpc,
        settings=_H2,
    ),
)

_AWS = (
    Requirement(
        id="millions-of-connections",
        question="Millions of connections, spread over every node",
        help="A load balancer that balances connections, and no node that takes none of them.",
        label="millions",
        source=src.PAGE,
        basis="simulated",
        check=operation_checks.millions_of_connections,
    ),
    Requirement(
        id="waf",
        question="AWS WAF in front",
        help="A web ACL on the box that clients connect to.",
        label="WAF",
        source=src.WAF,
        basis="documented",
        check=operation_checks.by_kind("waf"),
    ),
    Requirement(
        id="static-ip",
        question="Fixed addresses (Elastic IP)",
        help="For clients that open their firewalls for addresses, not names.",
        label="static IP",
        source=src.NLB_GUIDE,
        basis="documented",
        check=operation_checks.by_kind("static-ip"),
    ),
    Requirement(
        id="outside-kubernetes",
        question="The same load balancer also routes to things outside Kubernetes",
        help="A path or a host of it leads to instances or functions that are no pods.",
        label="outside K8s",
        source=src.PAGE,
        basis="documented",
        check=operation_checks.by_kind("outside-kubernetes"),
    ),
    Requirement(
        id="current-generation",
        question="A load balancer of the current generation",
        help="One that AWS still develops.",
        label="current gen",
        source=src.PAGE,
        basis="documented",
        check=operation_checks.by_kind("current-generation"),
    ),
)

_OPERATION = (
    Requirement(
        id="healthy-targets",
        question="The load balancer finds its targets healthy",
        help="Its health checks, as the manifests set them up, are answered as it expects.",
        label="healthy",
        source=src.NLB_HEALTH,
        basis="simulated",
        check=operation_checks.healthy,
    ),
    Requirement(
        id="no-manual-steps",
        question="No manual steps in AWS",
        help="kubectl apply is all there is to do.",
        label="no manual",
        source=src.PAGE,
        basis="manifests",
        check=operation_checks.no_manual_steps,
    ),
    Requirement(
        id="survives-reconcile",
        question="Survives the controller's next reconcile",
        help="Nothing is set on AWS's side that the manifests know nothing of.",
        label="reconcile",
        source=src.CONTROLLER_RECONCILER,
        basis="manifests",
        check=operation_checks.survives_reconcile,
    ),
    Requirement(
        id="no-controller",
        question="Works without the AWS Load Balancer Controller",
        help="cloud-provider-aws, or a template, makes the load balancer.",
        label="no LBC",
        source=src.PROVIDER,
        basis="manifests",
        check=operation_checks.no_controller,
    ),
)


def requirements(load: Load | None = None) -> tuple[Requirement, ...]:
    """Return everything that one can ask for.

    Parameters
    ----------
    load
        What is to be carried; with a monthly budget, ``within-budget`` can be
        asked for as well.

    Returns
    -------
    tuple of Requirement
        In the order in which one would be asked.

    Examples
    --------
    >>> [each.id for each in requirements()][-1]
    'no-controller'
    """
    asked = (*_TLS, *_CLIENT, *_PROTOCOLS, *_AWS, *_OPERATION)
    if load is None or load.monthly_budget is None:
        return asked
    return (*asked, _within_budget(load))


def _within_budget(load: Load) -> Requirement:
    return Requirement(
        id="within-budget",
        question=f"Costs at most ${load.monthly_budget:,.2f} a month at this load",
        help="By AWS's list prices; data transfer and what runs in the cluster not counted.",
        label="budget",
        source=src.PRICES,
        basis="documented",
        check=partial(_is_within_budget, load=load),
    )


def _is_within_budget(candidate: Candidate, load: Load) -> Verdict:
    load_balancer = candidate.behaviour.cluster.load_balancer
    if load_balancer is None or load.monthly_budget is None:
        return Verdict(holds=False, reason="there is no load balancer")
    bill = cost(load_balancer, load)
    holds = bill.dollars <= load.monthly_budget
    why = (
        f"${bill.dollars:,.2f} a month ({bill.largest} decide), "
        f"{'within' if holds else 'over'} ${load.monthly_budget:,.2f}"
    )
    return Verdict(holds=holds, reason=why, source=bill.lines[0].source)
