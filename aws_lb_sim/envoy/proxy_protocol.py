"""The PROXY protocol listener filter.

Source: Envoy source/extensions/filters/listener/proxy_protocol/proxy_protocol.cc; every
row observed on Envoy 1.40. Both versions are always accepted; there is no setting.
"""

from __future__ import annotations

import socket
from dataclasses import replace

from aws_lb_sim.envoy.addresses import parse_address
from aws_lb_sim.network.connection import ProxyHeader

__all__ = ["SIGNATURE_V2", "read_header", "split_raw"]

SIGNATURE_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_LONGEST_V1 = 107
_WORDS_V1 = 6
_HIGHEST_PORT = 65535
_PROXY, _LOCAL = 0x21, 0x20
_IPV4_BYTES = 4
_HEADER_V2 = 16


def read_header(header: ProxyHeader) -> ProxyHeader | None:
    r"""Return the header as Envoy understands it, None where Envoy closes the connection.

    Examples
    --------
    >>> read_header(ProxyHeader(version=1, malformed="PROXY TCP4 nonsense\r\n"))
    >>> read_header(ProxyHeader(version=2, command="LOCAL")).command
    'LOCAL'
    """
    if header.malformed is not None:
        parsed, rest = split_raw(header.malformed.encode("latin-1", "replace"))
        return None if rest else parsed
    if header.command != "PROXY":
        return header
    # Version 2 with the family UNSPEC carries no address and is not LOCAL: closed.
    address = parse_address(header.source_ip) if header.source_ip else None
    if address is None or not 0 <= header.source_port <= _HIGHEST_PORT:
        return None
    destination = header.destination_ip
    if destination is not None and (":" in destination) != (":" in address):
        return None
    return header if address == header.source_ip else replace(header, source_ip=address)


def split_raw(raw: bytes) -> tuple[ProxyHeader | None, bytes]:
    r"""Read a header from the first bytes of a connection.

    Returns
    -------
    tuple
        (the header, or None where it is not valid; the bytes after it).

    Examples
    --------
    >>> header, rest = split_raw(b"PROXY TCP4 203.0.113.7 10.0.0.1 1234 443\r\nGET")
    >>> header.source_ip, rest
    ('203.0.113.7', b'GET')
    """
    if raw.startswith(SIGNATURE_V2):
        return _split_v2(raw)
    line, newline, rest = raw.partition(b"\r\n")
    if not newline or len(line) + 2 > _LONGEST_V1 or not line.startswith(b"PROXY "):
        return None, b""
    return _read_v1(line.decode("latin-1").split(" ")), rest


def _read_v1(words: list[str]) -> ProxyHeader | None:
    if words[1] == "UNKNOWN":
        return ProxyHeader(version=1, command="UNKNOWN")
    if len(words) != _WORDS_V1 or words[1] not in ("TCP4", "TCP6"):
        return None
    addresses = [parse_address(word) for word in words[2:4]]
    six = words[1] == "TCP6"
    if any(address is None or (":" in address) != six for address in addresses):
        return None
    if not all(word.isdigit() and int(word) <= _HIGHEST_PORT for word in words[4:6]):
        return None
    return ProxyHeader(
        version=1,
        source_ip=addresses[0],
        source_port=int(words[4]),
        destination_ip=addresses[1],
        destination_port=int(words[5]),
    )


def _split_v2(raw: bytes) -> tuple[ProxyHeader | None, bytes]:
    if len(raw) < _HEADER_V2 or raw[12] not in (_LOCAL, _PROXY):
        return None, b""
    length = int.from_bytes(raw[14:16], "big")
    body, rest = raw[_HEADER_V2 : _HEADER_V2 + length], raw[_HEADER_V2 + length :]
    if len(body) < length:
        return None, b""
    if raw[12] == _LOCAL:
        return ProxyHeader(version=2, command="LOCAL"), rest
    size = {0x11: _IPV4_BYTES, 0x21: 16}.get(raw[13])
    if size is None or len(body) < 2 * size + 4:
        return None, b""
    return _v2_addresses(body, size), rest


def _v2_addresses(body: bytes, size: int) -> ProxyHeader:
    family = socket.AF_INET if size == _IPV4_BYTES else socket.AF_INET6
    ports = body[2 * size : 2 * size + 4]
    return ProxyHeader(
        version=2,
        source_ip=socket.inet_ntop(family, body[:size]),
        source_port=int.from_bytes(ports[:2], "big"),
        destination_ip=socket.inet_ntop(family, body[size : 2 * size]),
        destination_port=int.from_bytes(ports[2:], "big"),
    )
