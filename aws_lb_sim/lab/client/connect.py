"""One connection to a listener, as a load balancer or node would open it.

A connection is described as in the interface ``receive``: plain data. What comes back
is what a client can see; nothing here knows what is expected.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.client.http import (
    HttpAnswer,
    Stream,
    read_http1,
    speak_http2,
    write_http1,
)
from aws_lb_sim.lab.client.proxy_bytes import proxy_bytes
from aws_lb_sim.lab.client.tls import TlsStream, client_context, name_tls_error
from aws_lb_sim.lab.service import SEEN_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClientView", "connect"]

DEFAULT_HOST = "shop.example.com"
DEFAULT_SOURCE = "127.0.0.9"
_SPLIT_SECONDS = 0.02


@dataclass(slots=True, kw_only=True)
class ClientView:
    """What a client saw of one connection.

    Parameters
    ----------
    ending
        ``http``, ``refused``, ``closed``, ``tls-failed`` or ``timeout``.
    peer
        ``address:port`` of the client's end; empty where it was refused.
    answer
        The HTTP answer, None without one.
    tls_error, tls, alpn
        How TLS failed, or what was negotiated.
    """

    ending: str = ""
    peer: str = ""
    answer: HttpAnswer | None = None
    tls_error: str | None = None
    tls: str | None = None
    alpn: str | None = None

    @property
    def seen(self) -> str | None:
        """The record of what the service saw, where it answered."""
        return self.answer.header(SEEN_HEADER) if self.answer else None


def connect(described: Mapping[str, Any], address: str, patience: float) -> ClientView:
    """Open a connection, send what it carries, and see what comes of it.

    Parameters
    ----------
    described
        The connection, by the field names of the interface ``receive``. Besides:
        ``told``, a PROXY header sent before everything else, by which a proxy of the lab's
        is told who the client is; ``negotiates``, whether HTTP/2 is spoken only where ALPN
        agrees on it, as browsers and curl do.
    address
        Loopback address of the pod.
    patience
        Seconds without an answer after which it is a timeout.
    """
    view = ClientView()
    place = (address, int(described.get("port", 8080)))
    source = (str(described.get("source", DEFAULT_SOURCE)), 0)
    try:
        connection = socket.create_connection(place, patience, source)
    except ConnectionRefusedError:
        view.ending = "refused"
        return view
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        view.peer = "{}:{}".format(*connection.getsockname()[:2])
        try:
            connection.sendall(_proxy_headers(described.get("told")))
            _talk(connection, described, view)
        except TimeoutError:
            view.ending = "timeout"
        except (ConnectionError, BrokenPipeError):
            view.ending = view.ending or "closed"
    return view


def _talk(connection: socket.socket, described: Mapping[str, Any], view: ClientView) -> None:
    header = _proxy_headers(described.get("proxy"))
    if described.get("proxy_in_tls"):
        _speak_tls(connection, described, view, before=b"", inside=header)
        return
    if header and described.get("split"):
        middle = len(header) // 2
        connection.sendall(header[:middle])
        time.sleep(_SPLIT_SECONDS)
        header = header[middle:]
    if described.get("tls"):
        _speak_tls(connection, described, view, before=header, inside=b"")
    else:
        _request(connection, described, view, before=header)


def _proxy_headers(described: Any) -> bytes:
    if described is None:
        return b""
    several = described if isinstance(described, list) else [described]
    return b"".join(proxy_bytes(each) for each in several)


def _speak_tls(
    connection: socket.socket,
    described: Mapping[str, Any],
    view: ClientView,
    *,
    before: bytes,
    inside: bytes,
) -> None:
    host = described.get("host") or DEFAULT_HOST
    name = described["sni"] if "sni" in described else host.rsplit(":", 1)[0]
    stream = TlsStream(connection, client_context(described), _server_name(name))
    try:
        stream.handshake(before)
    except (ssl.SSLError, ConnectionError) as error:
        view.ending, view.tls_error = "tls-failed", name_tls_error(error)
        return
    view.tls, view.alpn = stream.version, stream.alpn
    spoken = _after_alpn(described, stream.alpn)
    if spoken is None:
        view.ending, view.tls_error = "tls-failed", "no h2 was agreed on by ALPN"
        return
    _request(stream, spoken, view, before=inside)


def _after_alpn(described: Mapping[str, Any], agreed: str | None) -> Mapping[str, Any] | None:
    """Return what is then spoken; None where the client gives up (RFC 7301, section 3.2)."""
    if not described.get("negotiates") or str(described.get("http")) != "2" or agreed == "h2":
        return described
    if "http/1.1" in described.get("alpn", ()):
        return {**described, "http": "1.1"}
    return None


def _server_name(name: str | None) -> str | None:
    """Return what goes into the ClientHello; a name that is no host name cannot."""
    if not name:
        return None
    try:
        name.encode("idna")
    except UnicodeError:
        return None
    return name


def _request(
    stream: Stream, described: Mapping[str, Any], view: ClientView, *, before: bytes
) -> None:
    """Send the request behind what comes before it, and read the answer."""
    if "raw" not in described and str(described.get("http", "1.1")) == "2":
        view.answer = speak_http2(stream, described, before)
    else:
        data = before + write_http1(described)
        if data:
            # The other side may be gone, and its answer still here to be read.
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                stream.sendall(data)
        if described.get("closes") and isinstance(stream, socket.socket):
            stream.shutdown(socket.SHUT_WR)
        view.answer = read_http1(stream)
    view.ending = "http" if view.answer is not None else "closed"
