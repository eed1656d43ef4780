"""The client's side of HTTP/1 (bytes as described, not corrected) and HTTP/2."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from aws_lb_sim.envoy.http1_parser import write_request
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HttpAnswer", "Stream", "read_http1", "speak_http2", "write_http1"]

DEFAULT_HOST = "shop.example.com"
_FIRST_FINAL = 101


class Stream(Protocol):
    """A connection, or a TLS session on one."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of the bytes."""

    def recv(self, size: int, /) -> bytes:
        """Receive some bytes; none where the other side has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """The head of an answer.

    Parameters
    ----------
    status
        HTTP status.
    headers
        (lower-case name, value) pairs in order.
    """

    status: int
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """Return the first line of a header, None where there is none."""
        return next((value for key, value in self.headers if key == name), None)


def write_http1(described: Mapping[str, Any]) -> bytes:
    r"""Write a request as its description says, right or wrong.

    Examples
    --------
    >>> write_http1({"host": None, "headers": [["X-A", "1"]]})
    b'GET / HTTP/1.1\r\nX-A: 1\r\n\r\n'
    """
    if "raw" in described:
        return str(described["raw"]).encode("latin-1", "replace")
    request = Request(
        method=described.get("method", "GET"),
        authority=described.get("host", DEFAULT_HOST),
        path=described.get("path", "/"),
        http=described.get("http", "1.1"),
        headers=tuple((name, value) for name, value in described.get("headers") or ()),
    )
    return write_request(request)


def read_http1(stream: Stream) -> HttpAnswer | None:
    """Read the head of the final answer; None where the connection ended before it."""
    data = b""
    while True:
        head, end, rest = data.partition(b"\r\n\r\n")
        if end:
            answer = _parse_head(head)
            if answer is None or answer.status >= _FIRST_FINAL:
                return answer
            data = rest  # 100 Continue: the final answer follows
            continue
        more = _receive(stream)
        if not more:
            return None
        data += more


def _receive(stream: Stream) -> bytes:
    try:
        return stream.recv(65536)
    except ConnectionError:
        return b""


def _parse_head(head: bytes) -> HttpAnswer | None:
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    first, *lines = text.split("\r\n")
    words = first.split(" ", 2)
    if not first.startswith("HTTP/1.") or not words[1].isdigit():
        return None
    pairs = [line.partition(":") for line in lines]
    return HttpAnswer(
        status=int(words[1]),
        headers=tuple((name.lower(), value.strip()) for name, _, value in pairs),
    )


def speak_http2(stream: Stream, described: Mapping[str, Any], before: bytes) -> HttpAnswer | None:
    """Send one request over HTTP/2, behind ``before``, and read the head of its answer.

    None where the connection or the stream ended without one; an answer in HTTP/1 is
    one that such a client cannot read.
    """
    import h2.config
    import h2.connection
    import h2.exceptions

    machine = h2.connection.H2Connection(
        h2.config.H2Configuration(
            header_encoding="latin-1",
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
            validate_inbound_headers=False,
        )
    )
    machine.initiate_connection()
    machine.send_headers(1, _http2_headers(described), end_stream=True)
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        stream.sendall(before + machine.data_to_send())
    try:
        return _read_http2(stream, machine)
    except h2.exceptions.ProtocolError:
        return None


def _http2_headers(described: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    scheme = "https" if described.get("tls") else "http"
    host = described.get("host", DEFAULT_HOST)
    pseudo = [
        (":method", str(described.get("method", "GET"))),
        (":scheme", scheme),
        (":path", str(described.get("path", "/"))),
    ]
    if host is not None:
        pseudo.insert(1, (":authority", host))
    pairs = pseudo + [(n.lower(), v) for n, v in described.get("headers") or ()]
    return [(name.encode(), str(value).encode()) for name, value in pairs]


def _read_http2(stream: Stream, machine: Any) -> HttpAnswer | None:
    import h2.events

    while data := _receive(stream):
        for event in machine.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                pairs = [(str(name), str(value)) for name, value in event.headers or ()]
                status = int(dict(pairs)[":status"])
                return HttpAnswer(status=status, headers=tuple(pairs))
            if isinstance(event, h2.events.StreamReset | h2.events.ConnectionTerminated):
                return None
        reply = machine.data_to_send()
        if reply:
            stream.sendall(reply)
    return None
