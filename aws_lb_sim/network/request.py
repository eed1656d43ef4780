"""An HTTP request as one hop carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Headers", "HttpVersion", "Request"]

HttpVersion = Literal["1.0", "1.1", "2"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request: what is inside the connection, decrypted.

    Parameters
    ----------
    method
        ``GET``, ``POST``, …
    authority
        ``Host`` (HTTP/1) or ``:authority`` (HTTP/2) as sent, port included
        where one was sent; None sends none.
    path
        Path and query, beginning with ``/``.
    http
        ``"1.0"``, ``"1.1"`` or ``"2"``.
    headers
        (name, value) pairs in the order sent; repeats allowed; ``Host`` is not
        among them.

    Examples
    --------
    >>> Request(authority="shop.example.com", headers=(("Accept", "*/*"),)).header("accept")
    '*/*'
    """

    method: str = "GET"
    authority: str | None = None
    path: str = "/"
    http: HttpVersion = "1.1"
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """Return all lines of a header joined with ``,``, or None where there is none.

        Header names are compared without case (RFC 9110, section 5.1).
        """
        wanted = name.lower()
        lines = [value for key, value in self.headers if key.lower() == wanted]
        return ",".join(lines) if lines else None

    @property
    def is_websocket(self) -> bool:
        """Whether it asks for an upgrade to WebSocket (RFC 6455, section 4.1)."""
        return (self.header("upgrade") or "").lower() == "websocket"

    @property
    def is_grpc(self) -> bool:
        """Whether its content type is gRPC's (gRPC over HTTP/2 protocol)."""
        return (self.header("content-type") or "").startswith("application/grpc")
