"""Envoy's listener filters: what reads a connection before a filter chain is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.http1_parser import HTTP2_PREFACE, write_request
from aws_lb_sim.envoy.outcome import Outcome
from aws_lb_sim.envoy.proxy_protocol import may_begin, raw_bytes, read_header, split_raw
from aws_lb_sim.envoy.tls_inspector import may_be_client_hello
from aws_lb_sim.network.box import Step
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.network.box import Payload
    from aws_lb_sim.network.connection import Connection, ProxyHeader

__all__ = ["GONE", "Reading", "closed", "inspect_tls", "join_bytes", "read_proxy", "silent"]

LISTENER_FILTERS_TIMEOUT = 15.0
# As long as OpenSSL's, and as a small request; what matters is where they begin and end.
_CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(506)
_HTTP2 = HTTP2_PREFACE + b"\x00\x00\x24\x04" + bytes(100)
GONE = Outcome(
    ending="closed",
    why="the client has ended its side",
    steps=(Step("refused", "connection", None, None, rules.CLIENT_GONE),),
)
_MISSING = (Step("refused", "connection", "no PROXY header", None, rules.PROXY_MISSING),)
_MALFORMED = (Step("refused", "PROXY header", None, None, rules.PROXY_MALFORMED),)


@dataclass(slots=True)
class Reading:
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
    is_displaced
        Whether the ClientHello, or HTTP/2, begins elsewhere than a PROXY header ended.
    closes
        Whether the client ends its side of the connection once it has sent.
    """

    connection: Connection
    payload: Payload
    wait: float
    address: str
    local_port: int
    pending: list[ProxyHeader]
    is_tls: bool
    steps: list[Step]
    is_displaced: bool = False
    closes: bool = False

    @property
    def silent(self) -> bool:
        """Whether the client sends neither TLS nor a request."""
        return self.connection.tls is None and not self.payload


def join_bytes(reading: Reading) -> None:
    """Join a PROXY header that was given as bytes with the request of HTTP/1 behind it.

    Where one ends and the other begins is for Envoy to find out.
    """
    payload = reading.payload
    if reading.connection.tls is not None or _is_http2(payload):
        return
    behind = write_request(payload) if isinstance(payload, Request) else payload or b""
    reading.payload = raw_bytes(reading.pending.pop()) + behind


def _is_http2(payload: Payload) -> bool:
    return isinstance(payload, Request) and payload.http == "2"


def read_proxy(reading: Reading) -> Outcome | None:
    """Run the PROXY protocol listener filter; an outcome where it ends the connection."""
    _find_in_payload(reading)
    if not reading.pending:
        if reading.silent or _is_begun(reading):
            return silent(reading, LISTENER_FILTERS_TIMEOUT)
        return closed(reading.connection, _MISSING)
    described = reading.pending.pop(0)
    as_bytes = described.malformed is not None
    behind = _behind(reading) if as_bytes and not reading.pending else b""
    header, rest = read_header(described, behind)
    if header is None:
        if as_bytes and may_begin(raw_bytes(described) + behind):
            return silent(reading, LISTENER_FILTERS_TIMEOUT)
        return closed(reading.connection, _MALFORMED)
    reading.is_displaced = rest != behind
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


def _behind(reading: Reading) -> bytes:
    """Return what follows a PROXY header: the outlines of a ClientHello, or of HTTP/2."""
    if reading.connection.tls is not None:
        return _CLIENT_HELLO
    return _HTTP2 if _is_http2(reading.payload) else b""


def _find_in_payload(reading: Reading) -> None:
    """Take a PROXY header out of raw bytes that begin with one."""
    payload = reading.payload
    if reading.connection.tls is None and isinstance(payload, bytes) and not reading.pending:
        header, rest = split_raw(payload)
        if header is not None:
            reading.pending.append(header)
            reading.payload = rest


def _is_begun(reading: Reading) -> bool:
    """Tell whether raw bytes are the beginning of a PROXY header: Envoy waits for the rest."""
    payload = reading.payload
    return isinstance(payload, bytes) and reading.connection.tls is None and may_begin(payload)


def inspect_tls(reading: Reading) -> Outcome | None:
    """Run the TLS inspector: it sees a ClientHello only where that comes first."""
    if reading.silent and not reading.pending:
        return silent(reading, LISTENER_FILTERS_TIMEOUT)
    payload, hello = reading.payload, reading.connection.tls
    first = payload if isinstance(payload, bytes) and not reading.pending else b""
    if hello is None and first and may_be_client_hello(first):
        return silent(reading, LISTENER_FILTERS_TIMEOUT)
    alone = not reading.pending and not reading.is_displaced
    reading.is_tls = reading.connection.tls is not None and alone
    return None


def silent(reading: Reading, timeout: float | None) -> Outcome:
    """End a connection on which nothing more is sent."""
    if reading.closes:
        return GONE
    rule = rules.LISTENER_FILTERS_TIMEOUT if timeout == LISTENER_FILTERS_TIMEOUT else rules.IDLE
    if timeout is not None and reading.wait > timeout:
        return Outcome(ending="closed", steps=(Step("refused", "connection", None, None, rule),))
    return Outcome(ending="timeout", steps=(Step("kept", "connection", None, "open", rule),))


def closed(connection: Connection, steps: tuple[Step, ...], why: str | None = None) -> Outcome:
    """Close without an answer; a client that speaks TLS sees its handshake fail."""
    if connection.tls is None:
        return Outcome(ending="closed", why=why, steps=steps)
    return Outcome(ending="tls-failed", tls_error="closed", why=why, steps=steps)
