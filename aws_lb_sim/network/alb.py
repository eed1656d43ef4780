"""An Application Load Balancer: HTTP and HTTPS listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import FixedResponseAction, RedirectAction
from aws_lb_sim.aws.sources import ALB_GUIDE, ALB_TROUBLESHOOTING, ELB_HOW, NO_SNI_REPORTS
from aws_lb_sim.network.alb_actions import (
    MATCHED,
    SERVER,
    bad_request,
    choose_action,
    fixed_response,
    mismatch,
    redirect,
)
from aws_lb_sim.network.alb_headers import HeaderSettings, rewrite_headers
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.connection import ClientHello, Connection
from aws_lb_sim.network.request import Request
from aws_lb_sim.network.tls import NO_PREFACE, TLS_TO_CLEARTEXT, end_tls, offer
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lb_sim.aws.load_balancer import LoadBalancerListener, TargetGroup
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["BACKEND_TLS", "SOURCE", "TLS_ENDED", "box"]

SOURCE = Rule(
    "alb.source",
    "An ALB opens its own connections: the target sees a private address of the ALB.",
    ALB_GUIDE,
)
TLS_ENDED = Rule(
    "alb.tls-ended",
    "An HTTPS listener ends TLS; it agrees on h2 by ALPN unless routing.http2.enabled is false.",
    ELB_HOW,
)
BACKEND_TLS = Rule(
    "alb.backend-tls",
    "To an HTTPS target group a new TLS session is opened; the target's certificate is not "
    "validated and no server name is taken to be sent.",
    f"{ALB_GUIDE}, target groups; server name: {NO_SNI_REPORTS}",
)
_SILENT = Rule(
    "alb.request-timeout",
    "A client that sends nothing before the idle timeout is answered with 408.",
    f"{ALB_TROUBLESHOOTING} (HTTP 408)",
)
_ENDED = Step("decrypted", "TLS", None, None, TLS_ENDED)
_BEGUN = Step("encrypted", "TLS", None, None, BACKEND_TLS)
_PLAIN_AT_HTTPS = bad_request("a plain HTTP request was sent to the HTTPS listener")
_NOT_HTTP = bad_request("the bytes that came are no HTTP request")
_PROXY = bad_request("an ALB does not understand the PROXY protocol")
_CLEARTEXT_H2 = bad_request("HTTP/2 is understood on HTTPS listeners only")
_NO_HOST = bad_request("the request has no Host header")
_408 = Answer(
    result="response",
    status=408,
    headers=(SERVER,),
    reason="nothing was sent",
    steps=(Step("refused", "request", None, None, _SILENT),),
)
_HELLO = ClientHello(server_name=None, alpn=())
_HELLO_H2 = ClientHello(server_name=None, alpn=("h2",))


def box(
    listener: LoadBalancerListener,
    attributes: Mapping[str, str],
    addresses: Addresses,
    target: Callable[[TargetGroup], tuple[str, int]],
    *,
    own: str | None = None,
) -> Box:
    """Make the box of one listener of an ALB.

    Parameters
    ----------
    listener
        HTTP or HTTPS.
    attributes
        Of the load balancer, by AWS's own keys.
    addresses
        Of the load balancer.
    target
        Tells address and port of a target group's target.
    own
        The ALB's address, where it is not the outermost load balancer.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> listener = LoadBalancerListener(
    ...     port=80, protocol="HTTP", action=RedirectAction(protocol="HTTPS", port="443")
    ... )
    >>> arriving = Connection(
    ...     source_ip="203.0.113.7", destination_ip="10.0.1.10", destination_port=80
    ... )
    >>> answer = box(listener, {}, Addresses(), lambda group: ("10.0.2.20", 31080))(
    ...     arriving, Request(authority="shop.example.com", path="/cart")
    ... )
    >>> answer.status, answer.location
    (301, 'https://shop.example.com:443/cart')
    """
    scheme = "https" if listener.protocol == "HTTPS" else "http"
    accept = _accept(listener, attributes)
    forward = _forward(listener, attributes, addresses, target, own)

    def handle(connection: Connection, payload: Payload) -> Forward | Answer:
        request = accept(connection, payload)
        if isinstance(request, Answer):
            return request
        action = choose_action(listener, request)
        if isinstance(action, RedirectAction):
            return redirect(action, request, scheme, listener.port)
        if isinstance(action, FixedResponseAction):
            return fixed_response(action)
        group = action.target_group
        return mismatch(group, request) or forward(connection, request, group)

    return handle


def _accept(
    listener: LoadBalancerListener, attributes: Mapping[str, str]
) -> Callable[[Connection, Payload], Request | Answer]:
    """Return what reads a request, or answers where there is none to read."""
    secure = listener.protocol == "HTTPS"
    http2 = attributes.get("routing.http2.enabled", "true") == "true"
    select = offer("h2", "http/1.1") if http2 else offer("http/1.1")

    def accept(connection: Connection, payload: Payload) -> Request | Answer:
        if secure:
            inside = end_tls(connection, payload, select, _PLAIN_AT_HTTPS)
            if isinstance(inside, Answer):
                return inside
            payload = inside
        elif connection.tls is not None:
            return TLS_TO_CLEARTEXT
        if not isinstance(payload, Request):
            return _408 if payload is None and not connection.proxy else _NOT_HTTP
        return _refuse(connection, payload, secure=secure) or payload

    return accept


def _forward(
    listener: LoadBalancerListener,
    attributes: Mapping[str, str],
    addresses: Addresses,
    target: Callable[[TargetGroup], tuple[str, int]],
    own: str | None,
) -> Callable[[Connection, Request, TargetGroup], Forward | Answer]:
    """Return what sends a request on to a target group."""
    secure = listener.protocol == "HTTPS"
    settings = HeaderSettings.read(attributes, "https" if secure else "http", listener.port)
    matched = Step("matched", "listener rule", None, f"port {listener.port}", MATCHED)

    def forward(connection: Connection, arrived: Request, group: TargetGroup) -> Forward | Answer:
        ip, port = target(group)
        source = own or addresses.exit(ip)
        client = connection.source_ip
        steps = [matched] if listener.rules else []
        if secure:
            steps.append(_ENDED)
        steps.append(Step("rewritten", "source address", client, source, SOURCE))
        http = "1.1" if group.protocol_version == "HTTP1" else "2"
        request = rewrite_headers(arrived, settings, client, connection.source_port, http, steps)
        if isinstance(request, Answer):
            return request
        hello = None
        if group.protocol == "HTTPS":
            hello = _HELLO_H2 if http == "2" else _HELLO
            steps.append(_BEGUN)
        return Forward(
            connection=Connection(
                source_ip=source,
                source_port=connection.source_port,
                destination_ip=ip,
                destination_port=port,
                tls=hello,
            ),
            payload=request,
            steps=tuple(steps),
        )

    return forward


def _refuse(connection: Connection, request: Request, *, secure: bool) -> Answer | None:
    if connection.proxy_in_tls and request.http == "2":
        return NO_PREFACE
    if connection.proxy or connection.proxy_in_tls:
        return _PROXY
    if request.http == "2" and not secure:
        return _CLEARTEXT_H2
    if request.authority is None and request.http != "1.0":
        return _NO_HOST
    return None
