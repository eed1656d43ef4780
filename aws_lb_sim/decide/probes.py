"""The requests by which requirements are tested, honest ones and forgeries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.network.client import Opening, open_url
from aws_lb_sim.network.connection import ProxyHeader

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Headers, HttpVersion

__all__ = [
    "CLIENT",
    "FORGED",
    "FORGED_SCHEME",
    "FORGERIES",
    "GRPC",
    "HTTP",
    "HTTP2_ONLY",
    "HTTPS",
    "OLD_TLS",
    "WEBSOCKET",
    "Probe",
    "opening",
]

CLIENT = "203.0.113.7"
"""Who really asks (RFC 5737: an address for documentation)."""

FORGED = "198.51.100.66"
"""Who an attacker claims to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request, but for the host it is sent to.

    Parameters
    ----------
    words
        What it is, for a reason: "a forged X-Forwarded-For".
    scheme, path, method, http, headers, proxy, proxy_in_tls
        As for :func:`aws_lb_sim.network.client.open_url`.
    alpn
        What the client offers, where not what a browser would.
    max_tls
        The highest TLS version that the client speaks.

    Examples
    --------
    >>> opening(HTTP2_ONLY, "shop.example.com", "10.0.1.10").connection.tls.alpn
    ('h2',)
    """

    words: str
    scheme: Literal["http", "https", "wss"] = "https"
    path: str = "/"
    method: str = "GET"
    http: HttpVersion = "1.1"
    headers: Headers = ()
    proxy: tuple[ProxyHeader, ...] = ()
    proxy_in_tls: tuple[ProxyHeader, ...] = ()
    alpn: tuple[str, ...] | None = None
    max_tls: Literal["1.2", "1.3"] = "1.3"

    def url(self, host: str) -> str:
        """Return the URL that is requested of a host."""
        return f"{self.scheme}://{host}{self.path}"


@cache
def opening(probe: Probe, host: str, destination: str) -> Opening:
    """Return what the client sends first: the same object each time it is asked for.

    Parameters
    ----------
    probe
        The request.
    host
        Whom it asks for; a wildcard is filled in.
    destination
        The address that the client connects to.
    """
    opened = open_url(
        probe.url(host),
        client=CLIENT,
        destination=destination,
        method=probe.method,
        http=probe.http,
        headers=probe.headers,
        proxy=probe.proxy,
        proxy_in_tls=probe.proxy_in_tls,
    )
    hello = opened.connection.tls
    if hello is None:
        return opened
    hello = replace(hello, max_version=probe.max_tls)
    if probe.alpn is not None:
        hello = replace(hello, alpn=probe.alpn)
    return replace(opened, connection=replace(opened.connection, tls=hello))


HTTPS = Probe(words="a request over https")
HTTP = Probe(words="a request over http", scheme="http")
WEBSOCKET = Probe(words="a WebSocket handshake over wss", scheme="wss", path="/chat")
HTTP2_ONLY = Probe(words="a client that speaks HTTP/2 only", http="2", alpn=("h2",))
GRPC = Probe(
    words="a gRPC call",
    method="POST",
    path="/shop.Quotes/Get",
    http="2",
    headers=(("content-type", "application/grpc"), ("te", "trailers")),
)
OLD_TLS = Probe(words="a client that speaks TLS 1.2 at most", max_tls="1.2")
FORGED_SCHEME = Probe(
    words="a forged X-Forwarded-Proto: https over http",
    scheme="http",
    headers=(("X-Forwarded-Proto", "https"),),
)

_ONE = (("X-Forwarded-For", FORGED),)
_TWO = (("X-Forwarded-For", f"{FORGED}, 192.0.2.99"),)
_V1 = (ProxyHeader(version=1, source_ip=FORGED, source_port=1024, destination_ip="192.0.2.1"),)
_V2 = (ProxyHeader(version=2, source_ip=FORGED, source_port=1024, destination_ip="192.0.2.1"),)

FORGERIES = (
    Probe(words="a forged X-Forwarded-For", headers=_ONE),
    Probe(words="a forged X-Forwarded-For of two addresses", headers=_TWO),
    Probe(words="a forged PROXY header, version 1", proxy=_V1),
    Probe(words="a forged PROXY header, version 2", proxy=_V2),
    Probe(words="a forged PROXY header, version 1, inside TLS", proxy_in_tls=_V1),
    Probe(words="a forged PROXY header, version 2, inside TLS", proxy_in_tls=_V2),
    Probe(words="a forged X-Forwarded-For over http", scheme="http", headers=_ONE),
    Probe(words="a forged PROXY header, version 1, over http", scheme="http", proxy=_V1),
    Probe(words="a forged PROXY header, version 2, over http", scheme="http", proxy=_V2),
)
"""Every way in which a client can claim to be another: in headers, and before or inside TLS."""
