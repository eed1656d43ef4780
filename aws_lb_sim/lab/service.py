"""The service behind Emissary: it answers 200, and remembers what it saw."""

from __future__ import annotations

import itertools
import json
import socket
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.http1_parser import RawRequest, parse_request
from aws_lb_sim.lab.envoy.stoppable import Stoppable

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Request

__all__ = ["SEEN_HEADER", "Seen", "Upstream", "Upstreams"]

SEEN_HEADER = "x-lab-seen"
"""Response header that names the record of the request answered."""

_AT_ONCE = 1 << 16
_NOT_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as the upstream received it.

    Parameters
    ----------
    who
        Name of the upstream.
    method, path, host
        As received; ``host`` None without a Host header.
    headers
        (lower-case name, value) pairs in order, the first ``Host`` left out.
    """

    who: str
    method: str
    path: str
    host: str | None
    headers: tuple[tuple[str, str], ...]


class Upstream(Stoppable):
    r"""A small HTTP/1.1 server on loopback; a context manager that ends it.

    Parameters
    ----------
    who
        Its name.
    address
        Loopback address to listen on; the port is a free one.

    Examples
    --------
    >>> with Upstream("upstream", "127.0.0.1") as upstream:
    ...     with socket.create_connection(upstream.place) as connection:
    ...         _ = connection.send(b"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n")
    ...         connection.recv(15)
    ...         upstream.seen("upstream-1").path
    b'HTTP/1.1 200 OK'
    '/x'
    """

    def __init__(self, who: str, address: str) -> None:
        self._who = who
        self._numbers = itertools.count(1)
        self._seen: dict[str, Seen] = {}
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server((address, 0))
        self.place: tuple[str, int] = self._listener.getsockname()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def seen(self, name: str) -> Seen | None:
        """Return the request that an answer's ``x-lab-seen`` names."""
        return self._seen.get(name)

    def stop(self) -> None:
        """Close the listener and every connection."""
        for each in (self._listener, *self._connections):
            with suppress(OSError):
                # Wakes the threads that wait on it; close() alone would not.
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (read := _read_request(connection)) is not None:
                connection.sendall(self._answer(read.request))
                if read.request is None:
                    return
        except OSError:
            pass  # the other side went away
        finally:
            connection.close()
            self._connections.discard(connection)

    def _answer(self, request: Request | None) -> bytes:
        """Answer 200 with what was seen as JSON, 101 to an upgrade, 400 to what is no HTTP/1."""
        if request is None:
            return _NOT_HTTP
        seen = Seen(
            who=self._who,
            method=request.method,
            path=_utf8(request.path),
            host=None if request.authority is None else _utf8(request.authority),
            headers=tuple((name.lower(), _utf8(value)) for name, value in request.headers),
        )
        name = f"{self._who}-{next(self._numbers)}"
        self._seen[name] = seen
        upgrade = dict(seen.headers).get("upgrade")
        if upgrade:
            lines = ["101 Switching Protocols", "Connection: Upgrade", f"Upgrade: {upgrade}"]
            body = b""
        else:
            body = json.dumps(asdict(seen)).encode()
            lines = ["200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        head = "\r\n".join([f"HTTP/1.1 {lines[0]}", *lines[1:], f"{SEEN_HEADER}: {name}"])
        return head.encode("latin-1") + b"\r\n\r\n" + (b"" if seen.method == "HEAD" else body)


class Upstreams:
    """The services behind Emissary, and Emissary's own for its diagnostics.

    Parameters
    ----------
    address
        Loopback address to listen on.

    Attributes
    ----------
    places
        (address, port) of each, by the name of its cluster.

    Examples
    --------
    >>> upstreams = Upstreams("127.0.0.1")
    >>> sorted(upstreams.places)
    ['diagd', 'upstream']
    >>> upstreams.stop()
    """

    def __init__(self, address: str) -> None:
        self._each = {who: Upstream(who, address) for who in ("upstream", "diagd")}
        self.places = {who: each.place for who, each in self._each.items()}

    def seen(self, name: str | None) -> Seen | None:
        """Return the request that an answer's ``x-lab-seen`` names; None for none."""
        if name is None:
            return None
        return next(filter(None, (each.seen(name) for each in self._each.values())), None)

    def stop(self) -> None:
        """Close all of them."""
        for each in self._each.values():
            each.stop()


def _read_request(connection: socket.socket) -> RawRequest | None:
    """Read a request with its body; None where the client left.

    No client of the lab sends a second request before the answer to the first.
    """
    waiting = b""
    while more := connection.recv(_AT_ONCE):
        waiting += more
        read = parse_request(waiting)
        if b"\n" in waiting and read.is_complete and read.body == "whole":
            return read
    return None


def _utf8(text: str) -> str:
    """Read what was decoded byte by byte as UTF-8, where it is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text
