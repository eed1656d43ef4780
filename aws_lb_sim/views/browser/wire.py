"""What a hop puts on the wire, line by line, as an inspector shows it."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.proxy_protocol import SIGNATURE_V2
from aws_lb_sim.network.request import Request
from aws_lb_sim.views.words import address, elide, printable, proxy_header_words

if TYPE_CHECKING:
    from aws_lb_sim.flow import Hop
    from aws_lb_sim.network.box import Answer, Payload
    from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader

__all__ = ["answer_lines", "proxy_header_bytes", "wire_layers"]

LONGEST_LINE = 4096
"""Letters of one line that are shown; a longer one keeps its beginning and its end."""
SHOWN_BYTES = 64
_V2_COMMANDS = {"LOCAL": 0x20, "PROXY": 0x21}
_UNSPEC, _TCP4, _TCP6 = 0x00, 0x11, 0x21


def wire_layers(hop: Hop) -> list[tuple[str, ...]]:
    """Return what travels on a hop, outermost layer first.

    Parameters
    ----------
    hop
        One connection and what it carried.

    Returns
    -------
    list of tuple of str
        For each layer its name, then its lines: ``TCP``, ``PROXY v1`` or
        ``PROXY v2`` (the exact bytes), ``TLS``, and the request or bytes.
        Control characters are written out.
    """
    link = hop.connection
    ends = (
        address(link.source_ip, link.source_port),
        address(link.destination_ip, link.destination_port),
    )
    layers = [["TCP", " → ".join(ends)]]
    layers += [_proxy_layer(header, link, "") for header in link.proxy]
    if link.tls is not None:
        layers.append(["TLS", _hello_words(link.tls)])
    layers += [_proxy_layer(header, link, " inside TLS") for header in link.proxy_in_tls]
    layers.append(_payload_layer(hop.payload))
    return [tuple(_shown(line) for line in layer) for layer in layers]


def answer_lines(answer: Answer) -> list[str]:
    """Return the lines of a response that matter; none where there was no response."""
    if answer.status is None:
        return []
    headers = [f"{name}: {value}" for name, value in answer.headers]
    return [_shown(line) for line in (f"status {answer.status}", *headers)]


def proxy_header_bytes(header: ProxyHeader, link: Connection) -> bytes:
    r"""Write a PROXY header as it stands on the wire.

    Parameters
    ----------
    header
        What it carries.
    link
        The connection that starts with it: a header that names no destination
        is written with this connection's, where it is of the same family.

    Returns
    -------
    bytes
        Version 1 with its ``\r\n``, version 2 with its signature.

    Notes
    -----
    Source: PROXY protocol specification, sections 2.1 and 2.2
    (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt).

    Examples
    --------
    >>> from aws_lb_sim.network.connection import Connection, ProxyHeader
    >>> link = Connection(source_ip="10.0.1.5", destination_ip="10.0.2.9", destination_port=8443)
    >>> header = ProxyHeader(version=1, source_ip="203.0.113.7", source_port=40000)
    >>> proxy_header_bytes(header, link)
    b'PROXY TCP4 203.0.113.7 10.0.2.9 40000 443\r\n'
    """
    if header.malformed is not None:
        return header.malformed.encode("latin-1", "replace")
    if header.version == 1:
        return _version_1(header, link).encode("latin-1", "replace")
    return _version_2(header, link)


def _version_1(header: ProxyHeader, link: Connection) -> str:
    if header.command != "PROXY" or header.source_ip is None:
        return "PROXY UNKNOWN\r\n"
    family = "TCP6" if ":" in header.source_ip else "TCP4"
    ends = f"{header.source_ip} {_destination(header, link)}"
    return f"PROXY {family} {ends} {header.source_port} {header.destination_port}\r\n"


def _version_2(header: ProxyHeader, link: Connection) -> bytes:
    family, body = _UNSPEC, b""
    if header.source_ip is not None:
        six = ":" in header.source_ip
        family = _TCP6 if six else _TCP4
        kind = socket.AF_INET6 if six else socket.AF_INET
        ends = (header.source_ip, _destination(header, link))
        body = b"".join(socket.inet_pton(kind, end) for end in ends)
        body += struct.pack("!HH", header.source_port, header.destination_port)
    body += b"".join(struct.pack("!BH", kind, len(value)) + value for kind, value in header.tlvs)
    command = _V2_COMMANDS.get(header.command, _V2_COMMANDS["PROXY"])
    return SIGNATURE_V2 + struct.pack("!BBH", command, family, len(body)) + body


def _destination(header: ProxyHeader, link: Connection) -> str:
    six = ":" in (header.source_ip or "")
    for candidate in (header.destination_ip, link.destination_ip):
        if candidate is not None and (":" in candidate) == six:
            return candidate
    return "::" if six else "0.0.0.0"  # noqa: S104 - an address to write, not to bind


def _proxy_layer(header: ProxyHeader, link: Connection, where: str) -> list[str]:
    label = f"PROXY v{header.version}{where}"
    try:
        raw = proxy_header_bytes(header, link)
    except (OSError, struct.error):  # addresses or ports that no header can hold
        return [label, proxy_header_words(header)]
    if header.version == 1 or header.malformed is not None:
        return [label, raw.decode("latin-1")]
    return [label, raw.hex(" "), f"= {proxy_header_words(header)}"]


def _hello_words(tls: ClientHello) -> str:
    name = "no server name" if tls.server_name is None else f"server name {tls.server_name}"
    offered = f"ALPN {', '.join(tls.alpn)}" if tls.alpn else "no ALPN"
    return f"ClientHello: {name}; {offered}; TLS {tls.min_version} to {tls.max_version}"


def _payload_layer(payload: Payload) -> list[str]:
    if payload is None:
        return ["nothing"]
    if not isinstance(payload, Request):
        rest = "…" if len(payload) > SHOWN_BYTES else ""
        return [f"{len(payload)} bytes", payload[:SHOWN_BYTES].hex(" ") + rest]
    headers = [f"{name}: {value}" for name, value in payload.headers]
    if payload.http == "2":
        pseudo = [f":method: {payload.method}", f":path: {payload.path}"]
        if payload.authority is not None:
            pseudo.append(f":authority: {payload.authority}")
        return ["HTTP/2", *pseudo, *headers]
    host = [] if payload.authority is None else [f"Host: {payload.authority}"]
    version = f"HTTP/{payload.http}"
    return [version, f"{payload.method} {payload.path} {version}", *host, *headers]


def _shown(line: str) -> str:
    return elide(printable(line), LONGEST_LINE)
