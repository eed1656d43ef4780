"""What Envoy does with a connection: listener filters, filter chain, TLS, then HTTP or TCP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.answers import Downstream
from aws_lb_sim.envoy.codec_http1 import refuse_first
from aws_lb_sim.envoy.decoded import Refusal
from aws_lb_sim.envoy.http import evaluate_http
from aws_lb_sim.envoy.http1_parser import HTTP2_PREFACE, RawRequest, parse_request
from aws_lb_sim.envoy.listener import (
    EnvoyConfig,
    FilterChain,
    HttpConnectionManager,
    Listener,
    TcpProxy,
    TlsContext,
)
from aws_lb_sim.envoy.listener_filters import (
    GONE,
    Reading,
    closed,
    inspect_tls,
    join_bytes,
    read_proxy,
    silent,
)
from aws_lb_sim.envoy.outcome import Outcome
from aws_lb_sim.envoy.request_target import is_bad_first_line
from aws_lb_sim.envoy.tcp import evaluate_tcp
from aws_lb_sim.network.box import Payload, Step
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.network.connection import ClientHello, Connection

__all__ = ["evaluate"]

_LAST_WITHOUT_A_LIST = "1.2"
_NOT_TLS = "the answer was not TLS"
_HTTP2_BEGINS = b"PRI * HTTP/2"

_REFUSED = Outcome(
    ending="refused",
    why="nothing listens on this port",
    steps=(Step("refused", "connection", None, None, rules.NO_LISTENER),),
)
_NO_CHAIN = (Step("refused", "connection", None, None, rules.NO_CHAIN),)
_NOT_TAKEN = Step("refused", "TLS", "ClientHello", "HTTP 400", rules.TLS_NOT_TAKEN)
_UNEXPECTED = Step("refused", "PROXY header", None, "HTTP 400", rules.PROXY_UNEXPECTED)
_NO_HTTP = Refusal(400, "http1.codec_error")
_BAD_REQUEST = Step("answered", "request", None, "400", rules.BAD_REQUEST)


def evaluate(
    config: EnvoyConfig,
    connection: Connection,
    payload: Payload,
    *,
    wait: float = 3.0,
    closes: bool = False,
) -> Outcome:
    """Evaluate one connection with what it carries.

    Parameters
    ----------
    config
        The Envoy configuration.
    connection
        As it reaches the pod.
    payload
        A request, raw bytes in its place, or nothing.
    wait
        Seconds that the client waits before it calls a silent connection a timeout.
    closes
        Whether the client ends its side once it has sent, as a health check may.

    Examples
    --------
    >>> from aws_lb_sim.network.connection import Connection
    >>> arriving = Connection(
    ...     source_ip="10.0.0.1", destination_ip="10.0.3.30", destination_port=8080
    ... )
    >>> evaluate(EnvoyConfig(listeners={}), arriving, None).ending
    'refused'
    """
    if config.rejected is not None:
        step = Step("refused", "configuration", None, config.rejected, rules.CONFIG_REJECTED)
        return Outcome(ending="config-rejected", why=config.rejected, steps=(step,))
    listener = config.listeners.get(connection.destination_port)
    if listener is None:
        return _REFUSED
    reading = Reading(
        connection=connection,
        payload=payload,
        wait=wait,
        address=connection.source_ip,
        local_port=connection.destination_port,
        pending=list(connection.proxy),
        is_tls=False,
        steps=[],
        closes=closes,
    )
    if connection.proxy and connection.proxy[-1].malformed is not None:
        join_bytes(reading)
    for name in listener.listener_filters:
        ended = read_proxy(reading) if name == "proxy_protocol" else inspect_tls(reading)
        if ended is not None:
            return ended
    return _choose_chain(listener, reading)


def _choose_chain(listener: Listener, reading: Reading) -> Outcome:
    hello = reading.connection.tls
    if reading.is_tls and hello is not None:
        chain = listener.tls_chain(hello.server_name)
        if chain is not None and chain.tls is not None:
            return _end_tls(chain, chain.tls, hello, reading)
    chain = listener.cleartext_chain
    if chain is None:
        return closed(reading.connection, _NO_CHAIN, "filter_chain_not_found")
    if isinstance(chain.manager, TcpProxy) and hello is None:
        return evaluate_tcp(chain.manager, reading)
    if reading.closes:
        return GONE
    if hello is not None:
        # The client speaks TLS to a chain that does not: it gets a plain HTTP 400.
        steps = (*reading.steps, _UNEXPECTED if reading.pending else _NOT_TAKEN)
        return Outcome(
            ending="tls-failed", tls_error=_NOT_TLS, why="http1.codec_error", steps=steps
        )
    if reading.pending or reading.is_displaced:
        return _codec_error(chain, reading, (_UNEXPECTED,))
    return _http(chain, reading)


def _codec_error(
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


def _end_tls(chain: FilterChain, tls: TlsContext, hello: ClientHello, reading: Reading) -> Outcome:
    version, alert = _negotiate_version(hello, tls)
    if alert:
        step = Step("refused", "TLS", hello.max_version, alert, rules.TLS_VERSION)
        return Outcome(ending="tls-failed", tls_error=alert, steps=(*reading.steps, step))
    alpn = tls.agree(hello.alpn)
    ended = Step("decrypted", "TLS", hello.server_name or "no SNI", chain.name, rules.TLS_ENDED)
    reading.steps.append(ended)
    if isinstance(chain.manager, TcpProxy):
        outcome = evaluate_tcp(chain.manager, reading)
    elif reading.connection.proxy_in_tls:
        outcome = _codec_error(chain, reading, (_UNEXPECTED,))
    elif _codec_mismatch(alpn, reading.payload):
        step = Step("refused", "ALPN", alpn, None, rules.ALPN_H2)
        # An HTTP/1 codec reads the HTTP/2 preface as a bad request; the client cannot read that.
        why = None if alpn == "h2" else "http1.codec_error"
        outcome = Outcome(ending="closed", why=why, steps=(*reading.steps, step))
    else:
        outcome = _http(chain, reading, tls=version, alpn=alpn)
    # Answers of the connection manager know it already.
    return outcome if outcome.tls else replace(outcome, tls=version, alpn=alpn)


def _negotiate_version(hello: ClientHello, tls: TlsContext) -> tuple[str, str]:
    """Return (the version agreed, the alert that ends the handshake or nothing)."""
    if tls.min_version > tls.max_version:
        return "", "closed"
    lowest = tls.min_version
    if hello.max_version > _LAST_WITHOUT_A_LIST:
        # Since TLS 1.3 a client lists its versions; before, it named the highest alone.
        lowest = max(lowest, hello.min_version)
    highest = min(hello.max_version, tls.max_version)
    if lowest > highest:
        return "", "alert: protocol_version"
    if highest < "1.2":
        # Observed with an OpenSSL 3 client: no cipher in common below 1.2.
        return "", "alert: handshake_failure"
    return f"TLSv{highest}", ""


def _codec_mismatch(alpn: str | None, payload: Payload) -> bool:
    if alpn is None or not payload:
        return False
    if isinstance(payload, bytes):
        return alpn == "h2" and not _may_be_http2(payload)
    return (alpn == "h2") != (payload.http == "2")


def _http(
    chain: FilterChain, reading: Reading, *, tls: str | None = None, alpn: str | None = None
) -> Outcome:
    """Read the request, and hand it to the HTTP connection manager."""
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
                return _codec_error(chain, reading, (), refused)
            return silent(reading, manager.idle_timeout_seconds)
        payload, body = read.request, read.body
    else:
        body = "begun" if _announces_body(payload) else "whole"
    downstream = Downstream(
        address=reading.address,
        peer=reading.connection.source_ip,
        local_port=reading.local_port,
        tls=tls,
        alpn=alpn,
        http=payload.http,
        steps=reading.steps,
    )
    outcome = evaluate_http(chain, downstream, payload)
    if body == "whole" or outcome.upstream is None:
        return outcome
    if body == "invalid":
        return _codec_error(chain, reading, (), _NO_HTTP)
    # The upstream waits for the rest of the request, and the client for the upstream.
    return silent(reading, manager.idle_timeout_seconds)


def _refuse_raw(manager: HttpConnectionManager, read: RawRequest) -> Refusal | None:
    """Refuse what is no request, or what has begun so that it cannot become one."""
    bad_line = not read.has_line or (read.request is not None and is_bad_first_line(read.request))
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
