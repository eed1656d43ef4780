"""What a load balancer has that the simulation leaves out, said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.provisioned import info
from aws_lb_sim.aws.sources import CLASSIC_GUIDE, ELB_HOW, NLB_TARGET_GROUP, NO_SNI_REPORTS

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancer
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["client_family", "not_modelled"]


def not_modelled(load_balancer: LoadBalancer, document: Document) -> tuple[Finding, ...]:
    """Return the findings that say what is left out, or taken on weak evidence.

    Parameters
    ----------
    load_balancer
        The load balancer followed.
    document
        Where it is described.
    """
    found = []
    spec: Any = document.data.get("spec")
    if isinstance(spec, dict) and spec.get("loadBalancerSourceRanges"):
        found.append(
            info(
                "not-modelled",
                "not modelled: loadBalancerSourceRanges: every client is let in",
                where=document.where("spec", "loadBalancerSourceRanges"),
            )
        )
    if _encrypts(load_balancer):
        found.append(
            info(
                "no-server-name",
                "the load balancer opens TLS to Emissary without a server name (SNI): only a Host "
                'with hostname "*" and TLS takes such a connection',
                fix='use a Host with hostname: "*", or end TLS at the load balancer',
                source=CLASSIC_GUIDE if load_balancer.kind == "classic" else NO_SNI_REPORTS,
                where=load_balancer.where,
            )
        )
    protocols = {each.protocol for each in load_balancer.listeners}
    if load_balancer.kind == "classic" and protocols & {"HTTP", "HTTPS"}:
        found.append(
            info(
                "connections-shared",
                "an HTTP listener keeps connections to its targets open and sends the requests of "
                "many clients through them; each request is simulated on a connection of its own",
                source=ELB_HOW,
                where=load_balancer.where,
            )
        )
    return tuple(found)


def client_family(load_balancer: LoadBalancer, client: str) -> tuple[Finding, ...]:
    """Return a finding where an IPv6 client may not reach this load balancer at all.

    Parameters
    ----------
    load_balancer
        The load balancer followed.
    client
        The client's address.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancer
    >>> made = LoadBalancer(kind="nlb", listeners=(), provisioned_by="aws")
    >>> [each.code for each in client_family(made, "2001:db8::7")]
    ['ipv6-needs-dualstack']
    """
    if ":" not in client:
        return ()
    classic = load_balancer.kind == "classic"
    return (
        info(
            "ipv6-needs-dualstack",
            "an IPv6 client reaches "
            + ("no Classic ELB in a VPC" if classic else "a dualstack load balancer only")
            + "; it is simulated as if it did"
            + (
                ""
                if classic
                else "; what a PROXY header then holds is not documented where the "
                "targets are IPv4: the client's IPv6 address is assumed"
            ),
            fix="use an NLB or ALB with IP address type dualstack"
            if classic
            else "set the load balancer's IP address type to dualstack",
            source=NLB_TARGET_GROUP,
            where=load_balancer.where,
        ),
    )


def _encrypts(load_balancer: LoadBalancer) -> bool:
    actions = [
        action
        for listener in load_balancer.listeners
        if listener.protocol in ("SSL", "TLS", "HTTP", "HTTPS")
        for action in (listener.action, *(rule.action for rule in listener.rules))
    ]
    return any(
        group is not None and group.protocol in ("SSL", "TLS", "HTTPS")
        for group in (getattr(action, "target_group", None) for action in actions)
    )
