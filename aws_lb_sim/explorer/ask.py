"""What a client asks for, and what it forges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest
from aws_lb_sim.views.inputs import read_headers, read_ip

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Headers

__all__ = ["FORGED_ADDRESS", "Ask", "ask_with", "request_of"]

Kind = Literal["page", "websocket", "grpc"]
ForgedProxy = Literal["none", "v1", "v2"]

FORGED_ADDRESS = "198.51.100.66"
"""The address that an attacker pretends to have; of a block for documentation (RFC 5737)."""

_SCHEMES = {("websocket", "http"): "ws", ("websocket", "https"): "wss"}
# gRPC over HTTP2, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: Requests.
_GRPC: Headers = (("Content-Type", "application/grpc"), ("TE", "trailers"))
_SHORT_VALUES = {
    "scheme": ("http", "https"),
    "kind": get_args(Kind),
    "http": ("1.1", "2"),
    "forged_proxy": get_args(ForgedProxy),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a client asks for, and what it forges.

    Parameters
    ----------
    scheme, host, path
        Of the URL.
    kind
        A page, a WebSocket, or a gRPC call (which is HTTP/2).
    http
        HTTP version that the client speaks.
    client_ip
        The true address of the client.
    forged_for, forged_proto
        Whether it sends an X-Forwarded-For with :data:`FORGED_ADDRESS`, and an
        X-Forwarded-Proto that says https.
    forged_proxy
        The version of a PROXY header that it sends by itself.
    headers
        Further headers, one ``Name: value`` to a line.

    Examples
    --------
    >>> Ask(kind="websocket").url
    'wss://shop.example.com/'
    """

    scheme: Literal["http", "https"] = "https"
    kind: Kind = "page"
    http: Literal["1.1", "2"] = "1.1"
    host: str = "shop.example.com"
    path: str = "/"
    client_ip: str = "203.0.113.7"
    forged_for: bool = False
    forged_proto: bool = False
    forged_proxy: ForgedProxy = "none"
    headers: str = ""

    @property
    def url(self) -> str:
        """The URL requested."""
        scheme = _SCHEMES.get((self.kind, self.scheme), self.scheme)
        path = self.path.strip()
        slash = "" if path.startswith("/") else "/"
        return f"{scheme}://{self.host.strip()}{slash}{path}"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "POST" if self.kind == "grpc" else "GET"

    @property
    def spoken(self) -> Literal["1.1", "2"]:
        """The HTTP version that the client really speaks: gRPC is HTTP/2, WebSocket 1.1."""
        return "2" if self.kind == "grpc" else "1.1" if self.kind == "websocket" else self.http

    def header_pairs(self) -> Headers:
        """Return all headers that the client sends.

        Raises
        ------
        InputError
            A line is no header.
        """
        lines = [line for line in self.headers.splitlines() if line.strip()]
        forged: Headers = ()
        if self.forged_for:
            forged += (("X-Forwarded-For", FORGED_ADDRESS),)
        if self.forged_proto:
            forged += (("X-Forwarded-Proto", "https"),)
        grpc = _GRPC if self.kind == "grpc" else ()
        return (*grpc, *forged, *read_headers(lines, where="the client's headers"))

    def proxy_headers(self) -> tuple[ProxyHeader, ...]:
        """Return the PROXY header that the client forges, if any."""
        if self.forged_proxy == "none":
            return ()
        version: Literal[1, 2] = 1 if self.forged_proxy == "v1" else 2
        return (ProxyHeader(version=version, source_ip=FORGED_ADDRESS),)

    def check(self) -> None:
        """Raise where a field has a value that it cannot have.

        Raises
        ------
        InputError
            The message names the field.
        """
        for name, allowed in _SHORT_VALUES.items():
            if getattr(self, name) not in allowed:
                what = f"{name} is {getattr(self, name)!r}"
                raise InputError(what, where="the request", mend=f"use {' or '.join(allowed)}")
        for name in ("forged_for", "forged_proto"):
            if not isinstance(getattr(self, name), bool):
                mend = "use true or false"
                raise InputError(f"{name} is no truth value", where="the request", mend=mend)
        for name in ("host", "path", "client_ip", "headers"):
            if not isinstance(getattr(self, name), str):
                raise InputError(f"{name} is no text", where="the request", mend="use a text")


def ask_with(ask: Ask, **changes: object) -> Ask:
    """Return the request with some fields changed.

    Raises
    ------
    InputError
        A name that is no field, or a value that it cannot have.
    """
    for name in changes:
        if name not in Ask.__dataclass_fields__:
            mend = f"use one of {', '.join(Ask.__dataclass_fields__)}"
            raise InputError(f"a request has no field {name}", mend=mend)
    changed = replace(ask, **changes)  # type: ignore[arg-type]  # checked next
    changed.check()
    return changed


def request_of(ask: Ask) -> ClientRequest:
    """Return what the client sends.

    Raises
    ------
    InputError
        Something that was typed cannot be used.

    Examples
    --------
    >>> request_of(Ask(kind="grpc")).headers
    (('Content-Type', 'application/grpc'), ('TE', 'trailers'))
    """
    return ClientRequest(
        url=ask.url,
        client_ip=read_ip(ask.client_ip, where="the client's address"),
        method=ask.method,
        http=ask.spoken,
        headers=ask.header_pairs(),
        proxy=ask.proxy_headers(),
    )
