"""What an ALB does by itself: rule matching, redirects, fixed responses, and its own errors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import ALB_GUIDE, ALB_TROUBLESHOOTING
from aws_lb_sim.network.box import Answer, Step
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import (
        FixedResponseAction,
        ListenerAction,
        LoadBalancerListener,
        RedirectAction,
        TargetGroup,
    )
    from aws_lb_sim.network.request import Request

__all__ = ["bad_request", "choose_action", "fixed_response", "mismatch", "redirect", "split_host"]

SERVER = ("server", "awselb/2.0")
REDIRECT = Rule(
    "alb.redirect",
    "A redirect action answers with 301 or 302; the Location names the port even where it is the "
    "scheme's default.",
    f"{ALB_GUIDE}, redirect actions; explicit port: observed by users",
)
FIXED = Rule(
    "alb.fixed-response",
    "A fixed-response action answers by itself.",
    f"{ALB_GUIDE}, fixed responses",
)
MATCHED = Rule(
    "alb.rule",
    "Rules are tried in order of priority, then the default action; host patterns are compared "
    "without case, path patterns with case and without the query.",
    f"{ALB_GUIDE}, listener rules",
)
MISMATCH = Rule(
    "alb.464",
    "A request whose HTTP version does not fit the target group's protocol version is answered "
    "with 464: HTTP1 takes HTTP/1 and HTTP/2 but no gRPC, HTTP2 takes HTTP/2 only, GRPC takes gRPC "
    "or HTTP/2 POST.",
    f"{ALB_TROUBLESHOOTING} (HTTP 464)",
)
BAD_REQUEST = Rule(
    "alb.bad-request",
    "What is no request that the listener understands (a PROXY header, cleartext HTTP/2, HTTP at "
    "an HTTPS port, other bytes) is answered with 400.",
    f"{ALB_TROUBLESHOOTING} (HTTP 400); for HTTP at an HTTPS port inferred, not documented",
)


def bad_request(reason: str) -> Answer:
    """Return an answer 400 by the ALB itself."""
    return Answer(
        result="response",
        status=400,
        headers=(SERVER,),
        reason=reason,
        steps=(Step("refused", "request", None, None, BAD_REQUEST),),
    )


def choose_action(listener: LoadBalancerListener, request: Request) -> ListenerAction:
    """Return the action of the first rule that matches, else the default action.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import (
    ...     FixedResponseAction, ListenerRule, LoadBalancerListener, RedirectAction)
    >>> from aws_lb_sim.network.request import Request
    >>> rule = ListenerRule(paths=("/old/*",), action=RedirectAction())
    >>> listener = LoadBalancerListener(
    ...     port=80, protocol="HTTP", action=FixedResponseAction(), rules=(rule,))
    >>> choose_action(listener, Request(path="/old/page?x=1")).status
    301
    """
    if not listener.rules:
        return listener.action
    host = split_host(request.authority or "")[0].lower()
    path = request.path.partition("?")[0]
    for rule in listener.rules:
        if rule.hosts and not any(_pattern(each.lower()).match(host) for each in rule.hosts):
            continue
        if rule.paths and not any(_pattern(each).match(path) for each in rule.paths):
            continue
        return rule.action
    return listener.action


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    # * is any number of characters, ? exactly one; nothing else is special.
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in text)
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def split_host(authority: str) -> tuple[str, str | None]:
    """Split ``host:port``; the port is None where there is none.

    Examples
    --------
    >>> split_host("[2001:db8::1]:8443")
    ('[2001:db8::1]', '8443')
    """
    host, colon, port = authority.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return host, port
    return authority, None


def redirect(action: RedirectAction, request: Request, scheme: str, port: int) -> Answer:
    """Answer with a redirect, its reserved words replaced by the request's own values.

    Parameters
    ----------
    action
        AWS's RedirectConfig.
    request, scheme, port
        What came, by which scheme, to which port of the listener.
    """
    path, _, query = request.path.partition("?")
    values = {
        "protocol": scheme,
        "host": split_host(request.authority or "")[0].lower(),
        "port": str(port),
        "path": path.lstrip("/"),
        "query": query,
    }

    def fill(text: str) -> str:
        return re.sub(r"#\{(protocol|host|port|path|query)\}", lambda m: values[m[1]], text)

    location = (
        f"{fill(action.protocol).lower()}://{fill(action.host)}:{fill(action.port)}"
        f"{fill(action.path)}"
    )
    filled = fill(action.query)
    if filled:
        location += f"?{filled}"
    return Answer(
        result="response",
        status=action.status,
        headers=(SERVER, ("location", location)),
        reason="the load balancer redirects",
        steps=(Step("answered", "redirect", None, location, REDIRECT),),
    )


def fixed_response(action: FixedResponseAction) -> Answer:
    """Answer with the fixed status."""
    return Answer(
        result="response",
        status=action.status,
        headers=(SERVER,),
        reason="no rule forwards this request: the load balancer answers by itself",
        steps=(Step("answered", "fixed response", None, str(action.status), FIXED),),
    )


def mismatch(group: TargetGroup, request: Request) -> Answer | None:
    """Return the answer 464 where request and target group do not fit, else None."""
    version = group.protocol_version
    h2 = request.http == "2"
    if version == "HTTP1":
        if not request.is_grpc:
            return None
        why = "the request is gRPC and the target group's protocol version HTTP1"
    elif version == "HTTP2":
        if h2:
            return None
        why = "the request is HTTP/1 and the target group's protocol version HTTP2"
    else:
        if h2 and (request.is_grpc or request.method == "POST"):
            return None
        why = "the request is neither gRPC nor an HTTP/2 POST, and the target group is for gRPC"
    return Answer(
        result="response",
        status=464,
        headers=(SERVER,),
        reason=why,
        steps=(Step("refused", "request", f"HTTP/{request.http}", version, MISMATCH),),
    )
