"""Where a box ends TLS: what can go wrong, and which HTTP version comes of ALPN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.box import Answer, Payload, Step
from aws_lb_sim.network.request import Request
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.network.connection import Connection

__all__ = [
    "NOT_TLS_BUT_HTTP",
    "NO_PREFACE",
    "TLS_TO_CLEARTEXT",
    "Select",
    "end_tls",
    "offer",
    "tls_step",
]

Select = "Callable[[tuple[str, ...]], str | None]"

_CLEARTEXT_LISTENER = Rule(
    "tls.cleartext-listener",
    "A listener that expects HTTP reads a TLS handshake as a bad request and answers in "
    "cleartext, which a TLS client takes for a failed handshake.",
    "RFC 9110, section 15.5.1 (400 for what is no request); the error is the client's own",
)
_PROXY_BEFORE_TLS = Rule(
    "tls.proxy-before-tls",
    "A listener that ends TLS takes the first bytes for a TLS handshake: a PROXY header there is "
    "none.",
    "AWS, Edit target group attributes for your Network Load Balancer (PROXY headers from clients "
    "are not supported on TLS listeners); RFC 8446, section 4.1.2",
)
_CLEARTEXT_TO_TLS = Rule(
    "tls.cleartext-to-tls",
    "A listener that ends TLS closes a connection that does not begin with a TLS handshake.",
    "RFC 8446, section 6 (unexpected_message); inferred for AWS's load balancers",
)
_INSISTS = Rule(
    "tls.alpn-insists",
    "A client that offers only h2 gives up where h2 is not agreed on.",
    "RFC 7301, section 3.2; RFC 9113, section 3.2; gRPC clients require h2",
)
_NO_OVERLAP = Rule(
    "tls.alpn-none-fits",
    "A server that knows none of the protocols offered ends the handshake.",
    "RFC 7301, section 3.2 (no_application_protocol); inferred for AWS's load balancers",
)

TLS_TO_CLEARTEXT = Answer(
    result="tls-error",
    reason="the listener does not speak TLS: it answers in cleartext",
    steps=(Step("refused", "TLS", None, None, _CLEARTEXT_LISTENER),),
)
"""The answer to a TLS handshake at a listener that expects HTTP."""

_PROXY_REFUSED = Answer(
    result="tls-error",
    reason="a PROXY header came before the TLS handshake, and this listener ends TLS",
    steps=(Step("refused", "PROXY header", None, None, _PROXY_BEFORE_TLS),),
)
_NO_PREFACE = Rule(
    "tls.no-http2-preface",
    "Where HTTP/2 was agreed on, anything before the client's connection preface ends the "
    "connection: there is no request that could be answered.",
    "RFC 9113, section 3.4",
)
NO_PREFACE = Answer(
    result="connection-closed",
    reason="HTTP/2 was agreed on, and what came first is not its preface",
    steps=(Step("refused", "connection", None, None, _NO_PREFACE),),
)
"""The answer to bytes before the preface of HTTP/2."""

NOT_TLS_BUT_HTTP = Answer(
    result="connection-closed",
    reason="the listener expects TLS, and the client does not speak it",
    steps=(Step("refused", "TLS", None, None, _CLEARTEXT_TO_TLS),),
)
"""The answer to cleartext at a listener that ends TLS."""

_NO_H2 = Answer(
    result="tls-error",
    reason="the client accepts HTTP/2 only, and the load balancer did not agree on h2 (ALPN)",
    steps=(Step("refused", "ALPN", "h2", None, _INSISTS),),
)
_NOTHING_FITS = Answer(
    result="tls-error",
    reason="the load balancer's ALPN policy knows none of the protocols that the client offers",
    steps=(Step("refused", "ALPN", None, None, _NO_OVERLAP),),
)
_REFUSE = "!"


def offer(*protocols: str, strict: bool = False) -> Callable[[tuple[str, ...]], str | None]:
    """Return what a TLS server selects from a client's ALPN offer.

    Parameters
    ----------
    protocols
        Known to the server, most wanted first; none means it takes no part in ALPN.
    strict
        Whether an offer without a known protocol ends the handshake.

    Examples
    --------
    >>> offer("h2", "http/1.1")(("http/1.1", "h2"))
    'h2'
    >>> offer()(("h2",)) is None
    True
    """

    def select(offered: tuple[str, ...]) -> str | None:
        for protocol in protocols:
            if protocol in offered:
                return protocol
        return _REFUSE if strict and offered else None

    return select


def end_tls(
    connection: Connection,
    payload: Payload,
    select: Callable[[tuple[str, ...]], str | None],
    cleartext: Answer = NOT_TLS_BUT_HTTP,
) -> Payload | Answer:
    """End a TLS session and return what was in it, or the answer where that fails.

    Parameters
    ----------
    connection, payload
        What arrived.
    select
        What the server selects by ALPN.
    cleartext
        The answer to a client that does not speak TLS.

    Returns
    -------
    Payload or Answer
        A request in the HTTP version that client and server agreed on.
    """
    hello = connection.tls
    if hello is None:
        return cleartext
    if connection.proxy:
        return _PROXY_REFUSED
    if not isinstance(payload, Request):
        return payload
    offered = hello.alpn
    selected = select(offered)
    if selected == _REFUSE:
        return _NOTHING_FITS
    wanted = _version(payload, offered, selected)
    if wanted is None:
        return _NO_H2
    if wanted == payload.http:
        return payload
    return Request(
        method=payload.method,
        authority=payload.authority,
        path=payload.path,
        http="2" if wanted == "2" else "1.1",
        headers=payload.headers,
    )


def _version(request: Request, offered: tuple[str, ...], selected: str | None) -> str | None:
    """Return the HTTP version the client then speaks, None where it gives up."""
    if selected == "h2":
        return "2"
    if request.http != "2" or not offered:
        return request.http  # without ALPN, HTTP/2 comes by prior knowledge
    return "1.1" if "http/1.1" in offered else None


def tls_step(rule: Rule, server_name: str | None = None) -> Step:
    """Return the step ``decrypted TLS``."""
    return Step("decrypted", "TLS", server_name, None, rule)
