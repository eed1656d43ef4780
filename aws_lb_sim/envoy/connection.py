"""What Envoy does with a connection: listener filters, filter chain, TLS, then HTTP or TCP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.http_connection import codec_error, codec_mismatch, read_http
from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, Listener, TcpProxy, TlsContext
from aws_lb_sim.envoy.listener_filters import (
    GONE,
    Reading,
    closed,
    inspect_tls,
    join_bytes,
    read_proxy,
)
from aws_lb_sim.envoy.outcome import Outcome
from aws_lb_sim.envoy.tcp import evaluate_tcp
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.network.box import Payload
    from aws_lb_sim.network.connection import ClientHello, Connection

__all__ = ["evaluate"]

_LAST_WITHOUT_A_LIST = "1.2"
_NOT_TLS = "the answer was not TLS"

_REFUSED = Outcome(
    ending="refused",
    why="nothing listens on this port",
    steps=(Step("refused", "connection", None, None, rules.NO_LISTENER),),
)
_NO_CHAIN = (Step("refused", "connection", None, None, rules.NO_CHAIN),)
_NOT_TAKEN = Step("refused", "TLS", "ClientHello", "HTTP 400", rules.TLS_NOT_TAKEN)
_UNEXPECTED = Step("refused", "PROXY header", None, "HTTP 400", rules.PROXY_UNEXPECTED)


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
        return codec_error(chain, reading, (_UNEXPECTED,))
    return read_http(chain, reading)


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
        outcome = codec_error(chain, reading, (_UNEXPECTED,))
    elif codec_mismatch(alpn, reading.payload):
        step = Step("refused", "ALPN", alpn, None, rules.ALPN_H2)
        # An HTTP/1 codec reads the HTTP/2 preface as a bad request; the client cannot read that.
        why = None if alpn == "h2" else "http1.codec_error"
        outcome = Outcome(ending="closed", why=why, steps=(*reading.steps, step))
    else:
        outcome = read_http(chain, reading, tls=version, alpn=alpn)
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
