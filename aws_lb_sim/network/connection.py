"""One TCP connection between two neighbours, and what its first bytes are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ClientHello", "Connection", "ProxyHeader"]

TlsVersion = Literal["1.0", "1.1", "1.2", "1.3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyHeader:
    """A PROXY protocol header, version 1 (a text line) or 2 (binary).

    Parameters
    ----------
    version
        1 or 2.
    command
        ``PROXY`` (carries addresses), ``LOCAL`` (version 2, health checks) or
        ``UNKNOWN`` (version 1 only).
    source_ip, source_port
        The client as the sender of the header sees it; ``source_ip`` None with
        ``PROXY`` in version 2 means the family is UNSPEC.
    destination_ip, destination_port
        The listener address the client reached.
    tlvs
        Version 2 only: (type, value) pairs in order.
    malformed
        The bytes as text, when they are not a valid header; the other fields
        then mean nothing.

    Notes
    -----
    Source: https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt

    Examples
    --------
    >>> ProxyHeader(version=2, source_ip="203.0.113.7").command
    'PROXY'
    """

    version: Literal[1, 2]
    command: Literal["PROXY", "LOCAL", "UNKNOWN"] = "PROXY"
    source_ip: str | None = None
    source_port: int = 0
    destination_ip: str | None = None
    destination_port: int = 443
    tlvs: tuple[tuple[int, bytes], ...] = ()
    malformed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHello:
    """What the opener of a TLS session offers.

    Parameters
    ----------
    server_name
        SNI; None sends none.
    alpn
        Protocols offered, most wanted first; empty sends no ALPN extension.
    min_version, max_version
        TLS versions offered, ``"1.0"`` to ``"1.3"``.
    obeys_alpn
        Whether the opener then speaks what was agreed on. A proxy that passes bytes
        cannot: what is inside was settled with somebody else.

    Examples
    --------
    >>> ClientHello(server_name="shop.example.com", alpn=("h2", "http/1.1")).max_version
    '1.3'
    """

    server_name: str | None = None
    alpn: tuple[str, ...] = ()
    min_version: TlsVersion = "1.2"
    max_version: TlsVersion = "1.3"
    obeys_alpn: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One TCP connection: addresses, then PROXY headers, then a TLS session.

    Parameters
    ----------
    source_ip, source_port, destination_ip, destination_port
        As the receiving end sees them in its packets.
    proxy
        PROXY headers sent first, outermost first.
    tls
        The TLS session on the connection, None for cleartext. A box that passes
        TLS through hands on the very same object: it is one session.
    proxy_in_tls
        PROXY headers sent as the first bytes inside the TLS session.

    Examples
    --------
    >>> Connection(source_ip="203.0.113.7", destination_ip="10.0.1.10", destination_port=443).tls
    """

    source_ip: str
    source_port: int = 40000
    destination_ip: str
    destination_port: int
    proxy: tuple[ProxyHeader, ...] = ()
    tls: ClientHello | None = None
    proxy_in_tls: tuple[ProxyHeader, ...] = ()
