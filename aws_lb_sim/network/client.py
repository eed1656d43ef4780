"""The client: a URL and some options become the first connection and request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Headers, HttpVersion, Request

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = ["Opening", "check_address", "open_url"]

_SCHEMES = {"http": (80, False), "https": (443, True), "ws": (80, False), "wss": (443, True)}
_UPGRADE: Headers = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),  # the sample of RFC 6455, section 1.3
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a client sends first.

    Parameters
    ----------
    connection
        To the load balancer (or whatever stands in front of it).
    request
        What it carries.
    """

    connection: Connection
    request: Request


@lru_cache(maxsize=4096)
def check_address(text: str) -> str:
    """Return an IP address in its usual form.

    Raises
    ------
    InputError
        Where it is none.

    Examples
    --------
    >>> check_address("2001:DB8:0::7")
    '2001:db8::7'
    """
    try:
        return str(ip_address(text))
    except ValueError:
        raise InputError(
            f"{text!r} is not an IP address",
            where="the client's address",
            mend="give one such as 203.0.113.7 or 2001:db8::7",
        ) from None


def open_url(  # noqa: PLR0913  (what a person can say about one request)
    url: str,
    *,
    client: str = "203.0.113.7",
    destination: str = "10.0.1.10",
    method: str = "GET",
    http: HttpVersion = "1.1",
    headers: Headers = (),
    proxy: tuple[ProxyHeader, ...] = (),
    proxy_in_tls: tuple[ProxyHeader, ...] = (),
) -> Opening:
    """Turn a URL into the first connection and its request, as a browser or curl does.

    Parameters
    ----------
    url
        ``http``, ``https``, ``ws`` or ``wss``.
    client, destination
        Addresses of the client and of what it connects to.
    method
        ``GET`` unless given.
    http
        ``"2"`` over TLS offers h2 and http/1.1 by ALPN (only h2 for gRPC);
        in cleartext it is HTTP/2 by prior knowledge.
    headers
        In the order given; a ``Host`` header replaces the URL's host.
    proxy, proxy_in_tls
        PROXY headers that a client forges, before TLS or inside it.

    Raises
    ------
    InputError
        Where the URL cannot be opened.

    Examples
    --------
    >>> opening = open_url("https://shop.example.com/cart?id=1", http="2")
    >>> opening.connection.tls.server_name, opening.connection.tls.alpn, opening.request.path
    ('shop.example.com', ('h2', 'http/1.1'), '/cart?id=1')
    """
    parts, host, port = _split(url)
    default_port, secure = _SCHEMES[parts.scheme]
    if parts.scheme in ("ws", "wss"):
        headers, http = (*_UPGRADE, *headers), "1.1"
    named = f"[{host}]" if ":" in host else host
    authority = named if port == default_port else f"{named}:{port}"
    given = [value for name, value in headers if name.lower() == "host"]
    if given:
        authority = given[-1]
        headers = tuple(pair for pair in headers if pair[0].lower() != "host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = Request(method=method, authority=authority, path=path, http=http, headers=headers)
    connection = Connection(
        source_ip=client,
        destination_ip=destination,
        destination_port=port,
        proxy=proxy,
        tls=_hello(host, request) if secure else None,
        proxy_in_tls=proxy_in_tls if secure else (),
    )
    return Opening(connection=connection, request=request)


def _split(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise _bad(url, str(error)) from None
    if parts.scheme not in _SCHEMES:
        raise _bad(url, f"its scheme is {parts.scheme!r}" if parts.scheme else "it has no scheme")
    if not host:
        raise _bad(url, "it has no host")
    if " " in url or not url.isprintable():
        raise _bad(url, "it has blanks in it")
    if port == 0:
        raise _bad(url, "its port is 0")
    return parts, host, port if port is not None else _SCHEMES[parts.scheme][0]


def _bad(url: str, why: str) -> InputError:
    return InputError(
        f"{url!r} is not a URL that can be requested: {why}",
        where="the URL",
        mend="write one such as https://app.example.com/",
    )


def _hello(host: str, request: Request) -> ClientHello:
    alpn: tuple[str, ...] = ("http/1.1",)
    if request.http == "2":
        alpn = ("h2",) if request.is_grpc else ("h2", "http/1.1")
    return ClientHello(server_name=None if _is_address(host) else host, alpn=alpn)


def _is_address(host: str) -> bool:
    # RFC 6066, section 3: an IP literal is not sent as a server name.
    return ":" in host or (host[-1:].isdigit() and host.replace(".", "").isdigit())
