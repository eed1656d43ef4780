"""What comes over a connection that speaks HTTP: requests, or bytes in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.answers import Downstream
from aws_lb_sim.envoy.codec_http1 import refuse_first
from aws_lb_sim.envoy.decoded import Refusal
from aws_lb_sim.envoy.http import evaluate_http
from aws_lb_sim.envoy.http1_parser import HTTP2_PREFACE, Body, RawRequest, parse_request
from aws_lb_sim.envoy.listener import FilterChain, HttpConnectionManager, TcpProxy
from aws_lb_sim.envoy.listener_filters import Reading, silent
from aws_lb_sim.envoy.outcome import Outcome
from aws_lb_sim.envoy.request_target import is_bad_first_line
from aws_lb_sim.network.box import Step
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.network.box import Payload

__all__ = ["codec_error", "codec_mismatch", "read_http"]

_HTTP2_BEGINS = b"PRI * HTTP/2"
_NO_HTTP = Refusal(400, "http1.codec_error")
_BAD_REQUEST = Step("answered", "request", None, "400", rules.BAD_REQUEST)


def codec_error(
    chain: FilterChain, reading: Reading, steps: tuple[Step, ...], refusal: Refusal = _NO_HTTP
) -> Outcome:
    """Answer what is no HTTP, in HTTP/1.1, which a client that speaks HTTP/2 cannot read."""
    why = refusal.why
    answered = Step("answered", "request", None, str(refusal.status), rules.BAD_REQUEST)
    steps = (*reading.steps, *steps, answered)
    if isinstance(reading.payload, Request) and reading.payload.http == "2":
        return Outcome(ending="closed", why=why, steps=steps)
    manager = chain.manager
    return Outcome(
        ending="http",
        status=refusal.status,
        client=reading.address,
        server=None if isinstance(manager, TcpProxy) else manager.server_name or None,
        why=why,
        steps=steps,
    )


def codec_mismatch(alpn: str | None, payload: Payload) -> bool:
    """Tell whether a client speaks another version of HTTP than ALPN agreed on."""
    if alpn is None or not payload:
        return False
    if isinstance(payload, bytes):
        return alpn == "h2" and not _may_be_http2(payload)
    return (alpn == "h2") != (payload.http == "2")


def read_http(
    chain: FilterChain, reading: Reading, *, tls: str | None = None, alpn: str | None = None
) -> Outcome:
    """Read the request, and hand it to the HTTP connection manager.

    Parameters
    ----------
    chain, reading
        The filter chain, and how far the connection was read.
    tls, alpn
        What was negotiated, where TLS ended here.
    """
    payload = reading.payload
    manager = chain.manager
    if not payload or isinstance(manager, TcpProxy):
        idle = None if isinstance(manager, TcpProxy) else manager.idle_timeout_seconds
        return silent(reading, idle)
    if isinstance(payload, bytes):
        if alpn != "http/1.1" and payload.startswith(_HTTP2_BEGINS):
            return _raw_http2(reading, payload)
        read = parse_request(payload)
        if read.request is None or not read.is_complete:
            refused = _refuse_raw(manager, read)
            if refused is not None:
                return codec_error(chain, reading, (), refused)
            return silent(reading, manager.idle_timeout_seconds)
        return _hand_over(chain, reading, read.request, read.body, (tls, alpn))
    body: Body = "begun" if _announces_body(payload) else "whole"
    return _hand_over(chain, reading, payload, body, (tls, alpn))


def _hand_over(
    chain: FilterChain,
    reading: Reading,
    request: Request,
    body: Body,
    negotiated: tuple[str | None, str | None],
) -> Outcome:
    """Have the connection manager answer, or send the request to an upstream."""
    downstream = Downstream(
        address=reading.address,
        peer=reading.connection.source_ip,
        local_port=reading.local_port,
        tls=negotiated[0],
        alpn=negotiated[1],
        http=request.http,
        steps=reading.steps,
    )
    outcome = evaluate_http(chain, downstream, request)
    if body == "whole" or outcome.upstream is None:
        return outcome
    if body == "invalid":
        return codec_error(chain, reading, (), _NO_HTTP)
    # The upstream waits for the rest of the request, and the client for the upstream.
    assert isinstance(chain.manager, HttpConnectionManager)  # noqa: S101 - for the type checker
    return silent(reading, chain.manager.idle_timeout_seconds)


def _refuse_raw(manager: HttpConnectionManager, read: RawRequest) -> Refusal | None:
    """Refuse what is no request, or what has begun so that it cannot become one."""
    bad_line = not read.has_line or (read.line is not None and is_bad_first_line(read.line))
    refused = refuse_first(manager, read.head, bad_line=bad_line)
    return refused or (_NO_HTTP if read.is_complete else None)


def _announces_body(request: Request) -> bool:
    """Tell whether the headers announce a body; none of our requests has one."""
    if request.http == "2":
        return False
    for name, value in request.headers:
        lower = name.lower()
        if lower == "transfer-encoding" or (lower == "content-length" and value.strip("0 \t")):
            return True
    return False


def _may_be_http2(raw: bytes) -> bool:
    return raw.startswith(HTTP2_PREFACE) or HTTP2_PREFACE.startswith(raw)


def _raw_http2(reading: Reading, raw: bytes) -> Outcome:
    """Read what begins as HTTP/2 does: the preface alone is waited on, anything more is wrong."""
    if HTTP2_PREFACE.startswith(raw):
        return silent(reading, None)
    return Outcome(ending="closed", steps=(*reading.steps, _BAD_REQUEST))
