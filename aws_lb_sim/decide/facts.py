"""What no request can show: a small table, one row for each kind of load balancer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.decide import sources as src
from aws_lb_sim.decide.requirement import Verdict

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster

__all__ = ["CAPABILITIES", "Capability", "capability", "of_entrance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Whether a kind of load balancer can do something.

    Parameters
    ----------
    holds
        Whether it can.
    text
        In words that stand alone.
    source
        Where that is documented.
    """

    holds: bool
    text: str
    source: str


def _row(*, holds: bool, text: str, source: str) -> Capability:
    return Capability(holds=holds, text=text, source=source)


CAPABILITIES: dict[str, dict[str, Capability]] = {
    "waf": {
        "alb": _row(holds=True, text="an ALB takes a web ACL of AWS WAF", source=src.WAF),
        "nlb": _row(
            holds=False,
            text="AWS WAF protects ALBs and CloudFront, not NLBs, which read no HTTP",
            source=src.WAF,
        ),
        "classic": _row(
            holds=False,
            text="AWS WAF protects ALBs and CloudFront, not Classic Load Balancers",
            source=src.WAF,
        ),
        "cloudfront": _row(
            holds=True, text="CloudFront in front takes a web ACL of AWS WAF", source=src.WAF
        ),
    },
    "static-ip": {
        "nlb": _row(
            holds=True,
            text="an NLB has one fixed address in each zone, an Elastic IP if wanted",
            source=src.NLB_GUIDE,
        ),
        "alb": _row(
            holds=False,
            text="an ALB's addresses change; only an NLB in front of it would fix them",
            source=src.NLB_GUIDE,
        ),
        "classic": _row(
            holds=False,
            text="a Classic Load Balancer's addresses change, and it takes no Elastic IP",
            source=src.PROVIDER,
        ),
        "cloudfront": _row(
            holds=False,
            text="clients connect to CloudFront's addresses, not to the load balancer's",
            source=src.CLOUDFRONT_TLS,
        ),
    },
    "millions-of-connections": {
        "nlb": _row(
            holds=True,
            text="an NLB balances connections, millions of requests a second",
            source=src.PAGE,
        ),
        "alb": _row(
            holds=False,
            text="an ALB balances requests: it reads each one, where an NLB only passes bytes",
            source=src.PAGE,
        ),
        "classic": _row(
            holds=False,
            text="a Classic Load Balancer is of the first generation; the NLB is the one for "
            "millions of connections",
            source=src.PAGE,
        ),
    },
    "outside-kubernetes": {
        "alb": _row(
            holds=True,
            text="an ALB's rules send a path or a host to targets outside the cluster",
            source=f"{src.PAGE}; {src.ALB_GUIDE}",
        ),
        "nlb": _row(
            holds=False,
            text="an NLB's listener sends every connection to one target group",
            source=src.ELB_HOW,
        ),
        "classic": _row(
            holds=False,
            text="a Classic Load Balancer has no rules: each port leads to the same instances",
            source=src.CLASSIC_GUIDE,
        ),
    },
    "current-generation": {
        "alb": _row(holds=True, text="the ALB is of the second generation", source=src.PAGE),
        "nlb": _row(holds=True, text="the NLB is of the second generation", source=src.PAGE),
        "classic": _row(
            holds=False,
            text="the Classic Load Balancer has been superseded by NLB and ALB",
            source=src.PAGE,
        ),
    },
    "acm-certificates": {
        "alb": _row(holds=True, text="an ALB shows an ACM certificate", source=src.ALB_TLS),
        "nlb": _row(holds=True, text="an NLB shows an ACM certificate", source=src.NLB_TLS),
        "classic": _row(
            holds=True,
            text="a Classic Load Balancer shows an ACM certificate",
            source=src.CLASSIC_GUIDE,
        ),
        "cloudfront": _row(
            holds=True, text="CloudFront shows an ACM certificate", source=src.CLOUDFRONT_TLS
        ),
    },
}
"""By requirement, then by kind of box: what it can do, and where that is written."""

_NONE = Verdict(holds=False, reason="there is no load balancer")


def capability(requirement: str, kind: str) -> Verdict:
    """Return what a kind of box can do.

    Parameters
    ----------
    requirement
        A key of :data:`CAPABILITIES`.
    kind
        ``alb``, ``nlb``, ``classic`` or ``cloudfront``.

    Examples
    --------
    >>> capability("waf", "alb").holds, capability("waf", "nlb").holds
    (True, False)
    """
    row = CAPABILITIES[requirement][kind]
    return Verdict(holds=row.holds, reason=row.text, source=row.source)


def of_entrance(requirement: str, cluster: Cluster) -> Verdict:
    """Return what the box that clients connect to can do, where it matters which one it is."""
    if cluster.load_balancer is None:
        return _NONE
    front = cluster.in_front[0] if cluster.in_front else cluster.load_balancer.kind
    rows = CAPABILITIES[requirement]
    return capability(requirement, front if front in rows else cluster.load_balancer.kind)
