"""The PROXY protocol listener filter.

Source: Envoy source/extensions/filters/listener/proxy_protocol/proxy_protocol.cc; every
row observed on Envoy 1.40. Both versions are always accepted; there is no setting.
"""

from __future__ import annotations

import re
import socket
from dataclasses import replace

from aws_lb_sim.envoy.addresses import parse_address
from aws_lb_sim.network.connection import ProxyHeader

__all__ = ["SIGNATURE_V2", "may_begin", "raw_bytes", "read_header", "split_raw"]

SIGNATURE_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_LONGEST_V1 = 108
_PORT = re.compile(r"\+?[0-9]{1,9}")
_NO_CLIENT = ("0.0.0.0", "::", "255.255.255.255")  # noqa: S104 - compared, not bound
_WORDS_V1 = 6
_HIGHEST_PORT = 65535
_PROXY, _LOCAL = 0x21, 0x20
_IPV4_BYTES = 4
_PORTS = 4
# Address family → bytes of both addresses and ports. Streams and datagrams are taken alike.
_ADDRESSES_V2 = {1: 12, 2: 36}
_TRANSPORTS_V2 = (1, 2)
_HEADER_V2 = 16


def raw_bytes(header: ProxyHeader) -> bytes:
    r"""Return the bytes of a header that was given as such.

    Examples
    --------
    >>> raw_bytes(ProxyHeader(version=1, malformed="PROXY\r\n"))
    b'PROXY\r\n'
    """
    return (header.malformed or "").encode("latin-1", "replace")


def read_header(header: ProxyHeader, behind: bytes) -> tuple[ProxyHeader | None, bytes]:
    r"""Read a header as Envoy does.

    Parameters
    ----------
    header
        As it was described.
    behind
        The bytes that follow it: of a header that was given as bytes, Envoy decides
        where it ends.

    Returns
    -------
    tuple
        (the header as Envoy understands it, None where it closes the connection;
        the bytes behind it).

    Examples
    --------
    >>> read_header(ProxyHeader(version=1, malformed="PROXY TCP4 nonsense\r\n"), b"")
    (None, b'')
    >>> read_header(ProxyHeader(version=2, command="LOCAL"), b"x")[0].command
    'LOCAL'
    """
    if header.malformed is None:
        return _check(header), behind
    parsed, rest = split_raw(raw_bytes(header) + behind)
    return (_check(parsed) if parsed else None), rest


def _check(header: ProxyHeader) -> ProxyHeader | None:
    """Return a header with its addresses in their usual form, None where it is not valid."""
    if header.command != "PROXY":
        return header
    # Version 2 with the family UNSPEC carries no address and is not LOCAL: closed.
    address = parse_address(header.source_ip) if header.source_ip else None
    if address is None or not 0 <= header.source_port <= _HIGHEST_PORT:
        return None
    destination = header.destination_ip
    if destination is not None and (":" in destination) != (":" in address):
        return None
    if not _is_unicast(address) or not (destination is None or _is_unicast(destination)):
        return None
    return header if address == header.source_ip else replace(header, source_ip=address)


def _is_unicast(address: str) -> bool:
    """Tell whether an address can be a client's: neither any, nor broadcast, nor multicast.

    Source: proxy_protocol.cc (isUnicastAddress); observed on Envoy 1.40.
    """
    if address in _NO_CLIENT:
        return False
    if ":" in address:
        return not address.lower().startswith("ff")
    return not 224 <= int(address.partition(".")[0]) <= 239  # noqa: PLR2004 - 224.0.0.0/4


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
    # Envoy trims the end of the line, and reads numbers with a sign (absl::SimpleAtoi).
    return _read_v1(line.decode("latin-1").rstrip().split(" ")), rest


def may_begin(raw: bytes) -> bool:
    r"""Tell whether the bytes are the beginning of a header, and no whole one.

    Examples
    --------
    >>> may_begin(b"PROXY TCP4 203"), may_begin(b"GET / HTTP/1.1\r\n\r\n")
    (True, False)
    """
    if raw.startswith(b"PROXY "):
        return b"\r\n" not in raw and len(raw) <= _LONGEST_V1
    if raw.find(b"\r\n") > 0:
        return False  # a line that is no header
    if len(raw) < _HEADER_V2:
        # Envoy waits for as many bytes before it looks for version 2.
        return True
    if not raw.startswith(SIGNATURE_V2) or raw[12] >> 4 != 2:  # noqa: PLR2004 - the version
        return False
    length = int.from_bytes(raw[14:16], "big")
    if raw[12] != _LOCAL:
        least = _ADDRESSES_V2.get(raw[13] >> 4)
        if least is None or length < least:
            return False
        # Command and transport are judged as soon as the addresses have come.
        if raw[12] != _PROXY or raw[13] & 0xF not in _TRANSPORTS_V2:
            length = least
    return len(raw) < _HEADER_V2 + length


def _read_v1(words: list[str]) -> ProxyHeader | None:
    if len(words) > 1 and words[1] == "UNKNOWN":
        return ProxyHeader(version=1, command="UNKNOWN")
    if len(words) != _WORDS_V1 or words[1] not in ("TCP4", "TCP6"):
        return None
    addresses = [parse_address(word) for word in words[2:4]]
    six = words[1] == "TCP6"
    if any(address is None or (":" in address) != six for address in addresses):
        return None
    if not all(_PORT.fullmatch(word) and int(word) <= _HIGHEST_PORT for word in words[4:6]):
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
    least = _ADDRESSES_V2.get(raw[13] >> 4)
    if least is None or length < least or raw[13] & 0xF not in _TRANSPORTS_V2:
        return None, b""
    if not _are_tlvs(body[least:]):
        return None, b""
    return _v2_addresses(body, (least - _PORTS) // 2), rest


def _are_tlvs(rest: bytes) -> bool:
    """Tell whether what follows the addresses is a row of whole type-length-value fields."""
    while rest:
        end = 3 + int.from_bytes(rest[1:3], "big")
        if len(rest) < max(3, end):
            return False
        rest = rest[end:]
    return True


def _v2_addresses(body: bytes, size: int) -> ProxyHeader:
    family = socket.AF_INET if size == _IPV4_BYTES else socket.AF_INET6
    ports = body[2 * size : 2 * size + _PORTS]
    return ProxyHeader(
        version=2,
        source_ip=socket.inet_ntop(family, body[:size]),
        source_port=int.from_bytes(ports[:2], "big"),
        destination_ip=socket.inet_ntop(family, body[size : 2 * size]),
        destination_port=int.from_bytes(ports[2:], "big"),
    )
