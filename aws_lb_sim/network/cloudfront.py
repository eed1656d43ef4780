"""CloudFront: one more HTTP proxy in front of the load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import CLOUDFRONT_ORIGIN
from aws_lb_sim.network.alb_actions import split_host
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.connection import ClientHello, Connection
from aws_lb_sim.network.forwarded import append_address, split_headers, write_step
from aws_lb_sim.network.request import Request
from aws_lb_sim.network.tls import NO_PREFACE, TLS_TO_CLEARTEXT, end_tls, offer
from aws_lb_sim.rules import Rule

__all__ = ["EXAMPLE_ID", "EXAMPLE_VIA", "FORWARDED_FOR", "FORWARDED_PROTO", "PORTS", "box"]

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Headers

PORTS = (80, 443)
"""The ports that viewers can reach."""

SOURCE = Rule(
    "cloudfront.source",
    "CloudFront opens its own connection to the origin, over IPv4.",
    CLOUDFRONT_ORIGIN,
)
TLS_ENDED = Rule(
    "cloudfront.tls-ended", "CloudFront ends the viewer's TLS; it agrees on h2.", CLOUDFRONT_ORIGIN
)
ORIGIN_TLS = Rule(
    "cloudfront.origin-tls",
    "With the origin protocol policy match-viewer (assumed here) a request that came by HTTPS goes "
    "to the origin by HTTPS, others by HTTP; the server name is the forwarded Host (inferred).",
    CLOUDFRONT_ORIGIN,
)
HTTP_1_1 = Rule(
    "cloudfront.http-version", "CloudFront speaks HTTP/1.1 to the origin.", CLOUDFRONT_ORIGIN
)
FORWARDED_FOR = Rule(
    "cloudfront.x-forwarded-for",
    "CloudFront appends the viewer's address to X-Forwarded-For; what a viewer sends stays to the "
    "left of it.",
    CLOUDFRONT_ORIGIN,
)
FORWARDED_PROTO = Rule(
    "cloudfront.x-forwarded-proto",
    "CloudFront removes X-Forwarded-Proto and sends none; CloudFront-Forwarded-Proto only where "
    "that is configured.",
    CLOUDFRONT_ORIGIN,
)
REMOVED = Rule(
    "cloudfront.removed",
    "CloudFront removes X-Real-IP, Expect, TE, Trailer, Proxy-* and X-Edge-* headers, and Upgrade "
    "unless it is for WebSocket; the other headers and Host are taken to be forwarded (origin "
    "request policy AllViewer).",
    CLOUDFRONT_ORIGIN,
)
ADDED = Rule("cloudfront.added", "CloudFront adds Via and X-Amz-Cf-Id.", CLOUDFRONT_ORIGIN)
_BAD_REQUEST = Rule(
    "cloudfront.bad-request",
    "What is no HTTP request, and HTTP/2 without TLS, is answered with 400.",
    f"{CLOUDFRONT_ORIGIN}; inferred",
)
_NO_PORT = Rule(
    "cloudfront.ports", "CloudFront takes connections on ports 80 and 443 only.", CLOUDFRONT_ORIGIN
)
_TAKEN = frozenset(
    (
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-real-ip",
        "expect",
        "te",
        "trailer",
        "via",
        "x-amz-cf-id",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
    )
)
_FOR_WEBSOCKET = frozenset(("upgrade", "connection"))
_KEPT_ELSEWHERE = ("x-forwarded-for", "x-forwarded-proto", "via", "x-amz-cf-id")
EXAMPLE_VIA = "1.1 d111111abcdef8.cloudfront.net (CloudFront)"
EXAMPLE_ID = "example-cloudfront-request-id"  # the real one is encrypted and different each time
_FIXED = (
    Step("added", "Via", None, EXAMPLE_VIA, ADDED),
    Step("added", "X-Amz-Cf-Id", None, EXAMPLE_ID, ADDED),
)
_ENDED = Step("decrypted", "TLS", None, None, TLS_ENDED)
_400 = Answer(
    result="response",
    status=400,
    headers=(("server", "CloudFront"),),
    reason="CloudFront cannot read this request",
    steps=(Step("refused", "request", None, None, _BAD_REQUEST),),
)
_NOTHING_LISTENS = Answer(
    result="timeout",
    reason="CloudFront takes connections on ports 80 and 443 only",
    steps=(Step("refused", "connection", None, None, _NO_PORT),),
)
_SELECT = offer("h2", "http/1.1")


def box(own: str, origin: str) -> Box:
    """Make the box of a CloudFront distribution.

    Parameters
    ----------
    own
        Address that it connects from.
    origin
        Address that it connects to, on the port the viewer used.

    Examples
    --------
    >>> arriving = Connection(
    ...     source_ip="203.0.113.7", destination_ip="130.176.0.10", destination_port=80
    ... )
    >>> sent = box("130.176.0.10", "10.0.1.10")(arriving, Request(authority="shop.example.com"))
    >>> sent.payload.header("x-forwarded-for"), sent.connection.source_ip
    ('203.0.113.7', '130.176.0.10')
    """

    def forward(connection: Connection, payload: Payload) -> Forward | Answer:
        secure = connection.destination_port == PORTS[1]
        if connection.destination_port not in PORTS:
            return _NOTHING_LISTENS
        if secure:
            inside = end_tls(connection, payload, _SELECT, _400)
            if isinstance(inside, Answer):
                return inside
            payload = inside
        elif connection.tls is not None:
            return TLS_TO_CLEARTEXT
        refused = _refuse(connection, payload, secure=secure)
        if refused is not None or not isinstance(payload, Request):
            return refused or _400
        client = connection.source_ip
        steps = [Step("rewritten", "source address", client, own, SOURCE)]
        hello = None
        if secure:
            name = split_host(payload.authority or "")[0]
            hello = ClientHello(server_name=name or None)
            steps.extend((_ENDED, Step("encrypted", "TLS", None, name, ORIGIN_TLS)))
        if payload.http == "2":
            steps.append(Step("rewritten", "HTTP version", "2", "1.1", HTTP_1_1))
        request = Request(
            method=payload.method,
            authority=payload.authority,
            path=payload.path,
            http="1.1",
            headers=_headers(payload, client, steps),
        )
        return Forward(
            connection=Connection(
                source_ip=own,
                source_port=connection.source_port,
                destination_ip=origin,
                destination_port=connection.destination_port,
                tls=hello,
            ),
            payload=request,
            steps=tuple(steps),
        )

    return forward


def _refuse(connection: Connection, payload: Payload, *, secure: bool) -> Answer | None:
    if not isinstance(payload, Request) or connection.proxy:
        return _400
    if payload.http == "2" and connection.proxy_in_tls:
        return NO_PREFACE
    return _400 if connection.proxy_in_tls or (payload.http == "2" and not secure) else None


def _headers(request: Request, client: str, steps: list[Step]) -> Headers:
    taken = _TAKEN if request.is_websocket else _TAKEN | _FOR_WEBSOCKET
    others, found = split_headers(request.headers, taken)
    edge = [pair for pair in others if pair[0].lower().startswith("x-edge-")]
    if edge:
        others = [pair for pair in others if pair not in edge]
        steps.extend(Step("removed", name, value, None, REMOVED) for name, value in edge)
    before = found.get("x-forwarded-for")
    after = append_address(before, client)
    steps.append(write_step("X-Forwarded-For", before, after, FORWARDED_FOR))
    proto = found.get("x-forwarded-proto")
    if proto is not None:
        steps.append(Step("removed", "X-Forwarded-Proto", proto, None, FORWARDED_PROTO))
    for name, value in found.items():
        if name not in _KEPT_ELSEWHERE:
            steps.append(Step("removed", name, value, None, REMOVED))
    steps.extend(_FIXED)
    via = f"{found['via']}, {EXAMPLE_VIA}" if "via" in found else EXAMPLE_VIA
    return (("X-Forwarded-For", after), ("Via", via), ("X-Amz-Cf-Id", EXAMPLE_ID), *others)
