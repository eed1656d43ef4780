"""The HTTP and HTTPS listeners of a Classic ELB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.aws.sources import CLASSIC_ERRORS, CLASSIC_GUIDE, CLASSIC_PROXY, ELB_HOW
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.connection import ClientHello, Connection
from aws_lb_sim.network.forwarded import append_address, split_headers, write_step
from aws_lb_sim.network.request import Request
from aws_lb_sim.network.tls import TLS_TO_CLEARTEXT, end_tls, offer
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancerListener
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["FORWARDED_FOR", "FORWARDED_PORT", "FORWARDED_PROTO", "http_box"]

FORWARDED_FOR = Rule(
    "classic.x-forwarded-for",
    "An HTTP or HTTPS listener appends the client's address to X-Forwarded-For; what a client "
    "sends stays to the left of it.",
    f"{CLASSIC_GUIDE}, x-forwarded-headers",
)
FORWARDED_PROTO = Rule(
    "classic.x-forwarded-proto",
    "X-Forwarded-Proto is set to http or https, as the client connected; an incoming one is "
    "replaced.",
    f"{CLASSIC_GUIDE}, x-forwarded-headers; replacing: AWS support in ring-clojure/ring-ssl#3",
)
FORWARDED_PORT = Rule(
    "classic.x-forwarded-port",
    "X-Forwarded-Port is set to the port the client connected to; an incoming one is replaced.",
    FORWARDED_PROTO.source,
)
TLS_ENDED = Rule(
    "classic.https-ended",
    "An HTTPS listener ends TLS and speaks HTTP/1 only: no h2 by ALPN.",
    ELB_HOW,
)
_NO_UPGRADE = Rule(
    "classic.no-websocket",
    "HTTP listeners do not take part in the WebSocket upgrade: it is not passed on.",
    "AWS, Elastic Load Balancing features (comparison); inferred that the header is dropped",
)
_EXPECT = Rule(
    "classic.expect", "Expect: 100-continue is answered by the load balancer and removed.", ELB_HOW
)
_INVENTED_HOST = Rule(
    "classic.invented-host",
    "An HTTP/1.0 request without Host gets the address of the load balancer's node.",
    ELB_HOW,
)
_BAD_REQUEST = Rule(
    "classic.bad-request",
    "What is no HTTP/1 request (a PROXY header, HTTP/2, other bytes) is answered with 400.",
    f"{CLASSIC_ERRORS} (400: malformed request)",
)
_NO_PROXY_SENT = Rule(
    "classic.no-proxy-on-http",
    "The ProxyProtocol policy acts on TCP and SSL listeners only: nothing is added here.",
    f"{CLASSIC_PROXY}; emissary-ingress/emissary#1571",
)
_SILENT = Rule(
    "classic.request-timeout",
    "A client that sends nothing is answered with 408.",
    CLASSIC_ERRORS,
)
_REPLACED = frozenset(("x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "expect"))
_WITH_UPGRADE = _REPLACED | {"upgrade", "connection"}
_ENDED = Step("decrypted", "TLS", None, None, TLS_ENDED)
_NOT_SENT = Step("ignored", "PROXY header", None, None, _NO_PROXY_SENT)
_NO_ALPN = offer()
_400 = Answer(
    result="response",
    status=400,
    reason="the load balancer speaks HTTP/1 here and cannot read this request",
    steps=(Step("refused", "request", None, None, _BAD_REQUEST),),
)
_408 = Answer(
    result="response",
    status=408,
    reason="nothing was sent",
    steps=(Step("refused", "request", None, None, _SILENT),),
)


def http_box(
    listener: LoadBalancerListener,
    addresses: Addresses,
    target: tuple[str, int],
    backend_hello: ClientHello,
    encrypted: Step,
    source_rule: Rule,
) -> Box:
    """Make the box of an HTTP or HTTPS listener.

    Parameters
    ----------
    listener, addresses, target
        As for ``classic.box``.
    backend_hello, encrypted
        How TLS is opened to an HTTPS back end, and the step that says so.
    source_rule
        Why the target sees the load balancer's address.
    """
    action = listener.action
    if not isinstance(action, ForwardAction):
        raise TypeError("a Classic ELB only forwards")
    secure = listener.protocol == "HTTPS"
    proto, port = ("https" if secure else "http"), str(listener.port)
    hello = backend_hello if action.target_group.protocol == "HTTPS" else None
    own = addresses.exit(target[0])
    target_ip, target_port = target
    fixed = (
        *((_ENDED,) if secure else ()),
        *((encrypted,) if hello else ()),
        *((_NOT_SENT,) if action.target_group.proxy_protocol else ()),
    )

    def forward(connection: Connection, payload: Payload) -> Forward | Answer:
        if secure:
            inside = end_tls(connection, payload, _NO_ALPN)
            if isinstance(inside, Answer):
                return inside
            payload = inside
        elif connection.tls is not None:
            return TLS_TO_CLEARTEXT
        refused = _refuse(connection, payload)
        if refused is not None or not isinstance(payload, Request):
            return refused or _400
        source = connection.source_ip
        steps = [Step("rewritten", "source address", source, own, source_rule), *fixed]
        request = _rewrite(payload, source, proto, port, own, steps)
        return Forward(
            connection=Connection(
                source_ip=own,
                source_port=connection.source_port,
                destination_ip=target_ip,
                destination_port=target_port,
                tls=hello,
            ),
            payload=request,
            steps=tuple(steps),
        )

    return forward


def _refuse(connection: Connection, payload: Payload) -> Answer | None:
    if connection.proxy or connection.proxy_in_tls:
        return _400
    if payload is None:
        return _408
    if isinstance(payload, bytes) or payload.http == "2" or payload.method == "CONNECT":
        return _400
    return None


def _rewrite(
    request: Request, client: str, proto: str, port: str, own: str, steps: list[Step]
) -> Request:
    upgrade = request.is_websocket
    others, found = split_headers(request.headers, _WITH_UPGRADE if upgrade else _REPLACED)
    before = found.get("x-forwarded-for")
    forwarded_for = append_address(before, client)
    steps.append(write_step("X-Forwarded-For", before, forwarded_for, FORWARDED_FOR))
    steps.append(
        write_step("X-Forwarded-Proto", found.get("x-forwarded-proto"), proto, FORWARDED_PROTO)
    )
    before = found.get("x-forwarded-port")
    steps.append(write_step("X-Forwarded-Port", before, port, FORWARDED_PORT))
    if upgrade:
        steps.append(Step("removed", "Upgrade", found["upgrade"], None, _NO_UPGRADE))
    if "expect" in found:
        steps.append(Step("removed", "Expect", found["expect"], None, _EXPECT))
    authority = request.authority
    if authority is None and request.http == "1.0":
        authority = own
        steps.append(Step("added", "Host", None, own, _INVENTED_HOST))
    return Request(
        method=request.method,
        authority=authority,
        path=request.path,
        http="1.1",
        headers=(
            ("X-Forwarded-For", forwarded_for),
            ("X-Forwarded-Proto", proto),
            ("X-Forwarded-Port", port),
            *others,
        ),
    )
