"""The way back: what a client sees of an answer that was given further on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import ALB_TROUBLESHOOTING, CLASSIC_ERRORS, CLASSIC_GUIDE, NLB_TLS
from aws_lb_sim.network.box import Answer, Step
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancerKind, LoadBalancerListener

__all__ = ["Return", "return_through", "through_cloudfront", "unchanged"]

Return = Callable[[Answer], Answer]
"""What a box makes of an answer that comes back to it."""

ALB_ERRORS = Rule(
    "alb.target-errors",
    "A target that cannot be connected to, fails the TLS handshake, or closes without an answer "
    "gives 502; one that does not answer in time gives 504.",
    f"{ALB_TROUBLESHOOTING} (HTTP 502, 504)",
)
CLASSIC_TARGET_ERRORS = Rule(
    "classic.target-errors",
    "An instance that closes the connection or does not answer gives 504, one that cannot be used "
    "503; a failed TLS handshake is taken to give 502.",
    f"{CLASSIC_ERRORS}; 502 inferred",
)
CLOUDFRONT_ERRORS = Rule(
    "cloudfront.origin-errors",
    "An origin that cannot be connected to or fails the TLS handshake gives 502, one that does not "
    "answer in time 504.",
    "AWS, CloudFront: troubleshooting error responses from your origin (HTTP 502, 504)",
)
STREAM_CLOSED = Rule(
    "load-balancer.stream-closed",
    "A load balancer that opens its own connection has already taken the client's: what fails "
    "behind it is a closed connection in front of it.",
    f"{CLASSIC_GUIDE}; {NLB_TLS}; inferred",
)

_ALB = {"connection-refused": 502, "connection-closed": 502, "tls-error": 502, "timeout": 504}
_CLASSIC = {"connection-refused": 503, "connection-closed": 504, "tls-error": 502, "timeout": 504}


def unchanged(answer: Answer) -> Answer:
    """Pass an answer back as it is: packets and bytes are only passed on."""
    return answer


def return_through(kind: LoadBalancerKind, listener: LoadBalancerListener) -> Return:
    """Tell what a load balancer makes of an answer from behind it.

    Parameters
    ----------
    kind
        Of the load balancer.
    listener
        That the client connected to.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import FixedResponseAction, LoadBalancerListener
    >>> listener = LoadBalancerListener(port=80, protocol="HTTP", action=FixedResponseAction())
    >>> return_through("alb", listener)(Answer(result="connection-closed")).status
    502
    """
    if kind == "alb":
        return _through_http(_ALB, ALB_ERRORS, "awselb/2.0")
    if listener.protocol in ("HTTP", "HTTPS"):
        return _through_http(_CLASSIC, CLASSIC_TARGET_ERRORS, "")
    if kind == "nlb" and listener.protocol == "TCP":
        return unchanged  # packets pass: a reset or silence is the target's own
    if listener.protocol == "TCP":
        return _through_full_proxy(frozenset(("connection-refused", "timeout")))
    return _through_full_proxy(frozenset(("connection-refused", "timeout", "tls-error")))


def through_cloudfront() -> Return:
    """Tell what CloudFront makes of an answer from its origin."""
    return _through_http(_ALB, CLOUDFRONT_ERRORS, "CloudFront")


def _through_http(statuses: dict[str, int], rule: Rule, server: str) -> Return:
    def back(answer: Answer) -> Answer:
        status = statuses.get(answer.result)
        if status is None:
            return answer
        return Answer(
            result="response",
            status=status,
            headers=(("server", server),) if server else (),
            reason=answer.reason,
            steps=(Step("answered", "status", answer.result, str(status), rule),),
        )

    return back


def _through_full_proxy(failures: frozenset[str]) -> Return:
    def back(answer: Answer) -> Answer:
        if answer.result not in failures:
            return answer
        return Answer(
            result="connection-closed",
            reason=answer.reason,
            steps=(Step("answered", "connection", answer.result, "closed", STREAM_CLOSED),),
        )

    return back
