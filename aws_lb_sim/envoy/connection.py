"""What Envoy does with a connection: listener filters, filter chain, TLS, then HTTP or TCP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.http import Downstream, evaluate_http
from aws_lb_sim.envoy.http1_parser import HTTP2_PREFACE, parse_request
from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, Listener, TcpProxy, TlsContext
from aws_lb_sim.envoy.outcome import Outcome, UpstreamRequest
from aws_lb_sim.envoy.proxy_protocol import may_begin, read_header, split_raw
from aws_lb_sim.envoy.request_target import is_bad_first_line
from aws_lb_sim.envoy.tls_inspector import may_be_client_hello
from aws_lb_sim.network.box import Payload, Step
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader

__all__ = ["evaluate"]

LISTENER_FILTERS_TIMEOUT = 15.0
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
_BAD_REQUEST = Step("answered", "request", None, "400", rules.BAD_REQUEST)
_MISSING = (Step("refused", "connection", "no PROXY header", None, rules.PROXY_MISSING),)
_MALFORMED = (Step("refused", "PROXY header", None, None, rules.PROXY_MALFORMED),)


@dataclass(slots=True)
class _Reading:
    """How far Envoy has read into a connection.

    Parameters
    ----------
    connection, payload
        As they came.
    wait
        Seconds that the client waits for an answer.
    address
        The connection address: the TCP source, or the PROXY header's.
    local_port
        The local port: the pod's, or the PROXY header's destination port.
    pending
        PROXY headers not read yet.
    is_tls
        Whether the TLS inspector found a ClientHello.
    steps
        What was done so far.
    """

    connection: Connection
    payload: Payload
    wait: float
    address: str
    local_port: int
    pending: list[ProxyHeader]
    is_tls: bool
    steps: list[Step]

    @property
    def silent(self) -> bool:
        """Whether the client sends neither TLS nor a request."""
        return self.connection.tls is None and not self.payload


def evaluate(
    config: EnvoyConfig, connection: Connection, payload: Payload, *, wait: float = 3.0
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
    reading = _Reading(
        connection=connection,
        payload=payload,
        wait=wait,
        address=connection.source_ip,
        local_port=connection.destination_port,
        pending=list(connection.proxy),
        is_tls=False,
        steps=[],
    )
    for name in listener.listener_filters:
        ended = _read_proxy(reading) if name == "proxy_protocol" else _inspect_tls(reading)
        if ended is not None:
            return ended
    return _choose_chain(listener, reading)


def _read_proxy(reading: _Reading) -> Outcome | None:
    """Run the PROXY protocol listener filter; an outcome where it ends the connection."""
    _find_in_payload(reading)
    if not reading.pending:
        if reading.silent or _is_begun(reading):
            return _silent(reading.wait, LISTENER_FILTERS_TIMEOUT)
        return _closed(reading.connection, _MISSING)
    described = reading.pending.pop(0)
    header = read_header(described)
    if header is None:
        if reading.silent and may_begin((described.malformed or "").encode("latin-1", "replace")):
            return _silent(reading.wait, LISTENER_FILTERS_TIMEOUT)
        return _closed(reading.connection, _MALFORMED)
    if header.source_ip is None or header.command != "PROXY":
        step = Step("ignored", "PROXY header", header.command, None, rules.PROXY_LOCAL)
    else:
        step = Step(
            "believed", "connection address", reading.address, header.source_ip, rules.PROXY_READ
        )
        reading.address = header.source_ip
        # Observed: strip_matching_host_port compares with the header's destination port.
        reading.local_port = header.destination_port
    reading.steps.append(step)
    return None


def _find_in_payload(reading: _Reading) -> None:
    """Take a PROXY header out of raw bytes that begin with one."""
    payload = reading.payload
    if reading.connection.tls is None and isinstance(payload, bytes) and not reading.pending:
        header, rest = split_raw(payload)
        if header is not None:
            reading.pending.append(header)
            reading.payload = rest


def _is_begun(reading: _Reading) -> bool:
    """Tell whether raw bytes are the beginning of a PROXY header: Envoy waits for the rest."""
    payload = reading.payload
    return isinstance(payload, bytes) and reading.connection.tls is None and may_begin(payload)


def _inspect_tls(reading: _Reading) -> Outcome | None:
    """Run the TLS inspector: it sees a ClientHello only where that comes first."""
    if reading.silent and not reading.pending:
        return _silent(reading.wait, LISTENER_FILTERS_TIMEOUT)
    payload, hello = reading.payload, reading.connection.tls
    first = payload if isinstance(payload, bytes) and not reading.pending else b""
    if hello is None and first and may_be_client_hello(first):
        return _silent(reading.wait, LISTENER_FILTERS_TIMEOUT)
    reading.is_tls = reading.connection.tls is not None and not reading.pending
    return None


def _silent(wait: float, timeout: float | None) -> Outcome:
    """End a connection on which nothing is sent."""
    rule = rules.LISTENER_FILTERS_TIMEOUT if timeout == LISTENER_FILTERS_TIMEOUT else rules.IDLE
    if timeout is not None and wait > timeout:
        return Outcome(ending="closed", steps=(Step("refused", "connection", None, None, rule),))
    return Outcome(ending="timeout", steps=(Step("kept", "connection", None, "open", rule),))


def _closed(connection: Connection, steps: tuple[Step, ...], why: str | None = None) -> Outcome:
    """Close without an answer; a client that speaks TLS sees its handshake fail."""
    if connection.tls is None:
        return Outcome(ending="closed", why=why, steps=steps)
    return Outcome(ending="tls-failed", tls_error="closed", why=why, steps=steps)


def _choose_chain(listener: Listener, reading: _Reading) -> Outcome:
    hello = reading.connection.tls
    if reading.is_tls and hello is not None:
        chain = listener.tls_chain(hello.server_name)
        if chain is not None and chain.tls is not None:
            return _end_tls(chain, chain.tls, hello, reading)
    chain = listener.cleartext_chain
    if chain is None:
        return _closed(reading.connection, _NO_CHAIN, "filter_chain_not_found")
    if isinstance(chain.manager, TcpProxy) and hello is None:
        return _tcp(chain.manager, reading)
    if hello is not None:
        # The client speaks TLS to a chain that does not: it gets a plain HTTP 400.
        steps = (*reading.steps, _UNEXPECTED if reading.pending else _NOT_TAKEN)
        return Outcome(
            ending="tls-failed", tls_error=_NOT_TLS, why="http1.codec_error", steps=steps
        )
    if reading.pending:
        return _codec_error(chain, reading, _UNEXPECTED)
    return _http(chain, reading)


def _codec_error(chain: FilterChain, reading: _Reading, step: Step) -> Outcome:
    """Answer what is no HTTP: 400 in HTTP/1.1, which a client that speaks HTTP/2 cannot read."""
    steps = (*reading.steps, step, _BAD_REQUEST)
    why = "http1.codec_error"
    if isinstance(reading.payload, Request) and reading.payload.http == "2":
        return Outcome(ending="closed", why=why, steps=steps)
    manager = chain.manager
    return Outcome(
        ending="http",
        status=400,
        client=reading.address,
        server=None if isinstance(manager, TcpProxy) else manager.server_name or None,
        why=why,
        steps=steps,
    )


def _end_tls(chain: FilterChain, tls: TlsContext, hello: ClientHello, reading: _Reading) -> Outcome:
    version, alert = _negotiate_version(hello, tls)
    if alert:
        step = Step("refused", "TLS", hello.max_version, alert, rules.TLS_VERSION)
        return Outcome(ending="tls-failed", tls_error=alert, steps=(*reading.steps, step))
    alpn = None
    if tls.alpn:
        alpn = next((protocol for protocol in tls.alpn if protocol in hello.alpn), None)
    ended = Step("decrypted", "TLS", hello.server_name or "no SNI", chain.name, rules.TLS_ENDED)
    reading.steps.append(ended)
    if isinstance(chain.manager, TcpProxy):
        outcome = _tcp(chain.manager, reading)
    elif reading.connection.proxy_in_tls:
        outcome = _codec_error(chain, reading, _UNEXPECTED)
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
    chain: FilterChain, reading: _Reading, *, tls: str | None = None, alpn: str | None = None
) -> Outcome:
    """Read the request, and hand it to the HTTP connection manager."""
    payload = reading.payload
    manager = chain.manager
    if not payload or isinstance(manager, TcpProxy):
        idle = None if isinstance(manager, TcpProxy) else manager.idle_timeout_seconds
        return _silent(reading.wait, idle)
    if isinstance(payload, bytes):
        if alpn != "http/1.1" and payload.startswith(_HTTP2_BEGINS):
            return _raw_http2(reading, payload)
        read = parse_request(payload)
        if read.request is None or not read.is_complete:
            if read.is_complete or (read.request and is_bad_first_line(read.request)):
                return _codec_error(chain, reading, _BAD_REQUEST)
            return _silent(reading.wait, manager.idle_timeout_seconds)
        payload, has_body = read.request, read.has_body
    else:
        has_body = not _announces_body(payload)
    downstream = Downstream(
        address=reading.address,
        peer=reading.connection.source_ip,
        local_port=reading.local_port,
        tls=tls,
        alpn=alpn,
        steps=reading.steps,
    )
    outcome = evaluate_http(chain, downstream, payload)
    if has_body or outcome.upstream is None:
        return outcome
    # The upstream waits for the rest of the request, and the client for the upstream.
    return _silent(reading.wait, manager.idle_timeout_seconds)


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


def _raw_http2(reading: _Reading, raw: bytes) -> Outcome:
    """Read what begins as HTTP/2 does: the preface alone is waited on, anything more is wrong."""
    if HTTP2_PREFACE.startswith(raw):
        return _silent(reading.wait, None)
    return Outcome(ending="closed", steps=(*reading.steps, _BAD_REQUEST))


def _tcp(proxy: TcpProxy, reading: _Reading) -> Outcome:
    """Pass bytes through; the upstream answers 200, and 400 to what is no HTTP/1."""
    payload = reading.payload
    if isinstance(payload, bytes) and payload and not reading.pending:
        read = parse_request(payload)
        if not read.is_complete or b"\n" not in payload:
            return _silent(reading.wait, None)
        payload = read.request or payload
    if not payload and not reading.pending:
        return _silent(reading.wait, None)
    step = Step("passed", "bytes", None, proxy.service, rules.TCP_PROXY)
    reading.steps.append(step)
    if reading.pending or not isinstance(payload, Request) or payload.http == "2":
        return _upstream_refuses(proxy, reading)
    upstream = UpstreamRequest(
        service=proxy.service,
        who="upstream",
        method=payload.method,
        path=payload.path,
        host=payload.authority or "",
        headers=tuple((name.lower(), value.strip(" \t")) for name, value in payload.headers),
    )
    return Outcome(
        ending="http",
        status=101 if payload.header("upgrade") else 200,
        client=reading.address,
        upstream=upstream,
        route=proxy.name,
        steps=tuple(reading.steps),
    )


def _upstream_refuses(proxy: TcpProxy, reading: _Reading) -> Outcome:
    """Let the upstream, a server of HTTP/1, refuse a PROXY header, HTTP/2 or garbage."""
    readable = not (isinstance(reading.payload, Request) and reading.payload.http == "2")
    return Outcome(
        ending="http" if readable else "closed",
        status=400 if readable else None,
        client=reading.address if readable else None,
        route=proxy.name,
        steps=tuple(reading.steps),
    )
